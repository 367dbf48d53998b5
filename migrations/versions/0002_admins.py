"""What admins need: cards and other messages about forms, the outbox as it is used, search, filters."""

import logging
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.migrations")

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = "sent_at IS NULL AND dead_at IS NULL"
OLD_ACTIONS = "action IN ('created', 'edited', 'moved', 'deleted')"
ACTIONS = "action IN ('created', 'edited', 'moved', 'undone', 'word', 'answer', 'deleted')"

LIVE = "deleted_at IS NULL"
FORMS_INDEXES = {
    "ix_forms_status_id": (["status", "id"], LIVE),
    "ix_forms_status_submitted_at_id": (["status", "submitted_at", "id"], LIVE),
    "ix_forms_ticket_type_id": (["ticket_type", "id"], LIVE),
    "ix_forms_submitted_at_id": (["submitted_at", "id"], LIVE),
    "ix_forms_waiting": (["submitted_at", "id"], f"{LIVE} AND status = 'submitted'"),
}
# FTS5's trigrams, kept in step by triggers; the text itself stays in forms (sqlite.org/fts5.html, 4.4.3).
SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE forms_search USING fts5(
        search_text, content = 'forms', content_rowid = 'id', tokenize = 'trigram', detail = 'none')""",
    "INSERT INTO forms_search(forms_search) VALUES ('rebuild')",
    """CREATE TRIGGER forms_search_insert AFTER INSERT ON forms BEGIN
        INSERT INTO forms_search(rowid, search_text) VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER forms_search_update AFTER UPDATE OF search_text ON forms
    WHEN old.search_text <> new.search_text BEGIN
        INSERT INTO forms_search(forms_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
        INSERT INTO forms_search(rowid, search_text) VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER forms_search_delete AFTER DELETE ON forms BEGIN
        INSERT INTO forms_search(forms_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
    END""",
)


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(2), comment="chosen with /language"))
    op.add_column("forms", sa.Column("ticket_type", sa.String(40), comment="the answer by which the list is filtered"))
    op.execute("UPDATE forms SET ticket_type = substr(form_data ->> 'ticket_type', 1, 40)")
    # A letter with two spellings is one to the search (bot.questionnaire.texts.searchable).
    op.execute("UPDATE forms SET search_text = replace(search_text, 'ё', 'е')")
    op.drop_index("ix_forms_status_id", "forms")
    for name, (columns, condition) in FORMS_INDEXES.items():
        _partial(name, "forms", columns, condition)
    _change_events(ACTIONS, _add_details)
    _create_form_messages()
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.String(16), nullable=False, comment="made of its content"),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
    )
    # Nothing was ever written to it.
    op.drop_table("outbox")
    _create_outbox()
    _create_search()


def _change_events(check: str, change: Callable[[BatchOperations], None]) -> None:
    # SQLite makes the table anew, PostgreSQL alters it.
    with op.batch_alter_table("form_events", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("ck_form_events_action"), type_="check")
        batch.create_check_constraint(op.f("ck_form_events_action"), check)
        change(batch)


def _add_details(batch: BatchOperations) -> None:
    comment = "reason: its key; fields: paths to change; consents: path → version of the text"
    batch.add_column(sa.Column("details", DOCUMENT, comment=comment))


def _drop_details(batch: BatchOperations) -> None:
    batch.drop_column("details")


def _create_form_messages() -> None:
    purposes = "purpose IN ('card', 'review', 'reason', 'changes', 'ask', 'word', 'answer')"
    op.create_table(
        "form_messages",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("state", DOCUMENT, nullable=False, comment="what its buttons or its answer need to know"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(purposes, name=op.f("ck_form_messages_purpose")),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name=op.f("fk_form_messages_form_id_forms")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_form_messages")),
    )
    op.create_index("ix_form_messages_form_id", "form_messages", ["form_id"])


def _create_outbox() -> None:
    kinds = "kind IN ('card', 'digest', 'refresh', 'notice', 'word', 'answer', 'export', 'reminder')"
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "lane", sa.String(64), nullable=False, comment="messages of one lane are sent in order, one at a time"
        ),
        sa.Column("form_id", sa.BigInteger()),
        sa.Column("params", DOCUMENT, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), comment="the message that is edited, or that was sent"),
        sa.Column("digest_id", sa.BigInteger(), comment="the digest that a card was folded into"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="counts the reasons to send it"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, comment="somebody is sending it"),
        sa.Column("sent_at", MOMENT),
        sa.Column("dead_at", MOMENT),
        sa.Column("last_error", sa.String(200)),
        sa.CheckConstraint(kinds, name=op.f("ck_outbox_kind")),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name=op.f("fk_outbox_form_id_forms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_form_id", "outbox", ["form_id"])
    _partial("ix_outbox_due", "outbox", ["priority", "next_attempt_at", "id"], PENDING)
    _partial("ix_outbox_lane", "outbox", ["lane", "id"], PENDING)
    _partial("ix_outbox_cards", "outbox", ["chat_id", "created_at"], "kind = 'card'")
    _partial("ix_outbox_digest_id", "outbox", ["digest_id"], "digest_id IS NOT NULL")
    _partial("ix_outbox_dead", "outbox", ["dead_at"], "dead_at IS NOT NULL")
    _partial("uq_outbox_refresh", "outbox", ["chat_id", "message_id"], f"{PENDING} AND kind = 'refresh'", unique=True)


def _partial(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, postgresql_where=where, sqlite_where=where)


def _create_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_SEARCH:
            op.execute(sa.text(statement))
        return
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as error:
        # The search works without it, only slower: no reason not to start.
        log.warning("the search has no index: pg_trgm cannot be created (%s)", type(error.orig).__name__)
        return
    op.create_index(
        "ix_forms_search_text",
        "forms",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER forms_search_delete")
        op.execute("DROP TRIGGER forms_search_update")
        op.execute("DROP TRIGGER forms_search_insert")
        op.execute("DROP TABLE forms_search")
    else:
        op.execute("DROP INDEX IF EXISTS ix_forms_search_text")
    op.drop_table("outbox")
    _create_old_outbox()
    op.drop_table("saved_filters")
    op.drop_table("form_messages")
    op.execute("DELETE FROM form_events WHERE action NOT IN ('created', 'edited', 'moved', 'deleted')")
    _change_events(OLD_ACTIONS, _drop_details)
    for name in FORMS_INDEXES:
        op.drop_index(name, "forms")
    op.create_index("ix_forms_status_id", "forms", ["status", "id"])
    op.drop_column("forms", "ticket_type")
    op.drop_column("users", "language")


def _create_old_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(64), nullable=False, comment="of the Bot API"),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("dead_at", MOMENT),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    _partial("ix_outbox_due", "outbox", ["next_attempt_at"], PENDING)
