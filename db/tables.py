"""The tables (design.md, "Tables") and the two column types that SQLite and PostgreSQL need told apart."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

STATUSES = ("draft", "submitted", "approved", "rejected", "needs_changes", "cancelled")
SOURCES = ("mini_app", "api", "chat")


def to_text(moment: datetime) -> str:
    """A moment as SQLite stores it and JSON shows it: ISO 8601 in UTC, microseconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime: `timestamptz` on PostgreSQL, sortable text on SQLite, which has no time type."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, `timestamptz` elsewhere."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Python to database."""
        return to_text(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - SQLAlchemy's own signature
        """Database to Python, always in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


# SQLite gives a key its own number only when it is a plain INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")
Document = JSON().with_variant(JSONB(), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Let `column` hold one of `values` only."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


users = Table(
    "users",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="Telegram id"),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("username", Text),
    Column("language_code", String(35)),
    Column("blocked", Boolean, nullable=False, server_default=false()),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("id", Number, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("submission_id", Uuid, nullable=False),
    Column("form_data", Document, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("source", String(20), nullable=False),
    Column("questionnaire", String(64), nullable=False),
    Column("questionnaire_version", Integer, nullable=False),
    Column("request_hash", String(64), nullable=False, comment="SHA-256 of the request that made it"),
    Column("version", Integer, nullable=False, comment="counts the changes; the ETag"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("submitted_at", UTCDateTime),
    Column("deleted_at", UTCDateTime, comment="answers gone; the row keeps a redelivery from making the form anew"),
    UniqueConstraint("user_id", "submission_id"),
    one_of("status", STATUSES),
    one_of("source", SOURCES),
    Index(None, "user_id", "id"),
    Index(None, "status", "id"),
    sqlite_autoincrement=True,
)

form_events = Table(
    "form_events",
    metadata,
    Column("id", Number, primary_key=True),
    Column("form_id", BigInteger, ForeignKey("forms.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("actor_id", BigInteger, comment="Telegram id; empty for the admin API"),
    Column("actor_role", String(20), nullable=False),
    Column("action", String(20), nullable=False),
    Column("from_status", String(20)),
    Column("to_status", String(20)),
    Column("note", Text),
    Index(None, "form_id", "id"),
    one_of("action", ("created", "edited", "moved", "deleted")),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("method", String(64), nullable=False, comment="of the Bot API"),
    Column("payload", Document, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("next_attempt_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
    Column("dead_at", UTCDateTime),
    Column("last_error", Text),
    sqlite_autoincrement=True,
)
Index(
    "ix_outbox_due",
    outbox.c.next_attempt_at,
    postgresql_where=outbox.c.sent_at.is_(None) & outbox.c.dead_at.is_(None),
    sqlite_where=outbox.c.sent_at.is_(None) & outbox.c.dead_at.is_(None),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("id", Uuid, primary_key=True, comment="derived from the actor and the Idempotency-Key"),
    Column("form_id", BigInteger, ForeignKey("forms.id"), nullable=False),
    Column("request_hash", String(64), nullable=False, comment="SHA-256 of method, path and body"),
    Column("answer", Document, nullable=False, comment="the form as it was first returned"),
    Column("created_at", UTCDateTime, nullable=False),
    Index(None, "form_id"),
    Index(None, "created_at"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Document, nullable=False, comment="the update as Telegram sent it"),
    Column("error", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
)
