"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False, comment="the update as Telegram sent it"),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_dead_letters")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False, comment="of the Bot API"),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Telegram id"),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("language_code", sa.String(length=35), nullable=True),
        sa.Column("blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_table(
        "forms",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("form_data", DOCUMENT, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the request that made it"),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes; the ETag"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column(
            "deleted_at",
            MOMENT,
            nullable=True,
            comment="answers gone; the row keeps a redelivery from making the form anew",
        ),
        sa.CheckConstraint("source IN ('mini_app', 'api', 'chat')", name=op.f("ck_forms_source")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'rejected', 'needs_changes', 'cancelled')",
            name=op.f("ck_forms_status"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_forms_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forms")),
        sa.UniqueConstraint("user_id", "submission_id", name=op.f("uq_forms_user_id_submission_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_forms_status_id"), "forms", ["status", "id"], unique=False)
    op.create_index(op.f("ix_forms_user_id_id"), "forms", ["user_id", "id"], unique=False)
    op.create_table(
        "form_events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True, comment="Telegram id; empty for the admin API"),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("action IN ('created', 'edited', 'moved', 'deleted')", name=op.f("ck_form_events_action")),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name=op.f("fk_form_events_form_id_forms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_form_events_form_id_id"), "form_events", ["form_id", "id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid(), nullable=False, comment="derived from the actor and the Idempotency-Key"),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False, comment="SHA-256 of method, path and body"),
        sa.Column("answer", DOCUMENT, nullable=False, comment="the form as it was first returned"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name=op.f("fk_idempotency_keys_form_id_forms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_index(op.f("ix_idempotency_keys_form_id"), "idempotency_keys", ["form_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_idempotency_keys_form_id"), table_name="idempotency_keys")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_form_events_form_id_id"), table_name="form_events")
    op.drop_table("form_events")
    op.drop_index(op.f("ix_forms_user_id_id"), table_name="forms")
    op.drop_index(op.f("ix_forms_status_id"), table_name="forms")
    op.drop_table("forms")
    op.drop_table("users")
    op.drop_index(
        "ix_outbox_due",
        table_name="outbox",
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_table("dead_letters")
