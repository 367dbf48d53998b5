"""The tables (design.md, "Tables") and the two column types that SQLite and PostgreSQL need told apart."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
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
ACTIONS = ("created", "edited", "moved", "undone", "word", "answer", "deleted")
KINDS = ("card", "digest", "refresh", "notice", "word", "answer", "export", "reminder")
PURPOSES = ("card", "review", "reason", "changes", "ask", "word", "answer", "question")


# What the forms are searched by: an index on PostgreSQL, a table of SQLite's FTS5; made by migration 0002 alone, for
# SQLAlchemy describes neither.
SEARCH_INDEX, SEARCH_TABLE = "ix_forms_search_text", "forms_search"


def is_modelled(_object: object, name: str | None, *_more: object) -> bool:
    """Whether alembic finds this thing in the models (its `include_object`)."""
    return not (name or "").startswith((SEARCH_INDEX, SEARCH_TABLE))


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
    Column("language", String(2), comment="chosen with /language"),
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
    Column("ticket_type", String(40), comment="the answer by which the list is filtered"),
    Column("request_hash", String(64), nullable=False, comment="SHA-256 of the request that made it"),
    Column("version", Integer, nullable=False, comment="counts the changes; the ETag"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("submitted_at", UTCDateTime),
    Column("reminded_at", UTCDateTime, comment="the guest was reminded of the draft, or need not be"),
    Column("deleted_at", UTCDateTime, comment="answers gone; the row keeps a redelivery from making the form anew"),
    UniqueConstraint("user_id", "submission_id"),
    one_of("status", STATUSES),
    one_of("source", SOURCES),
    Index(None, "user_id", "id"),
    sqlite_autoincrement=True,
)


def _partial(name: str | None, condition: ColumnElement[bool], *columns: Column[Any], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


# The list never shows what was deleted: so these indexes count alone, without a look at the forms.
_LIVE = forms.c.deleted_at.is_(None)
_partial(None, _LIVE, forms.c.status, forms.c.id)
_partial(None, _LIVE, forms.c.status, forms.c.submitted_at, forms.c.id)
_partial(None, _LIVE, forms.c.ticket_type, forms.c.id)
_partial(None, _LIVE, forms.c.submitted_at, forms.c.id)
# PostgreSQL takes an index whose first column is a status for one in disorder, and would rather read all forms by time.
_partial("ix_forms_waiting", _LIVE & (forms.c.status == "submitted"), forms.c.submitted_at, forms.c.id)

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
    Column(
        "details",
        Document,
        comment="reason: its key; fields: paths to change; consents: path → version of the text",
    ),
    Index(None, "form_id", "id"),
    one_of("action", ACTIONS),
    sqlite_autoincrement=True,
)

form_messages = Table(
    "form_messages",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("form_id", BigInteger, ForeignKey("forms.id"), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("state", Document, nullable=False, comment="what its buttons or its answer need to know"),
    Column("created_at", UTCDateTime, nullable=False),
    Index(None, "form_id"),
    one_of("purpose", PURPOSES),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", String(16), primary_key=True, comment="made of its content"),
    Column("content", Document, nullable=False),
    Column("used_at", UTCDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("lane", String(64), nullable=False, comment="messages of one lane are sent in order, one at a time"),
    Column("form_id", BigInteger, ForeignKey("forms.id")),
    Column("params", Document, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("message_id", BigInteger, comment="the message that is edited, or that was sent"),
    Column("digest_id", BigInteger, comment="the digest that a card was folded into"),
    Column("revision", Integer, nullable=False, comment="counts the reasons to send it"),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("next_attempt_at", UTCDateTime, nullable=False),
    Column("lease_until", UTCDateTime, comment="somebody is sending it"),
    Column("sent_at", UTCDateTime),
    Column("dead_at", UTCDateTime),
    Column("last_error", String(200)),
    Index(None, "form_id"),
    one_of("kind", KINDS),
    sqlite_autoincrement=True,
)


_LEFT = (forms.c.status == "draft") & forms.c.deleted_at.is_(None) & forms.c.reminded_at.is_(None)
_partial("ix_forms_left", _LEFT, forms.c.status, forms.c.updated_at)
_PENDING = outbox.c.sent_at.is_(None) & outbox.c.dead_at.is_(None)
_partial("ix_outbox_due", _PENDING, outbox.c.priority, outbox.c.next_attempt_at, outbox.c.id)
_partial("ix_outbox_lane", _PENDING, outbox.c.lane, outbox.c.id)
_partial("ix_outbox_cards", outbox.c.kind == "card", outbox.c.chat_id, outbox.c.created_at)
_partial("ix_outbox_digest_id", outbox.c.digest_id.is_not(None), outbox.c.digest_id)
_partial("ix_outbox_dead", outbox.c.dead_at.is_not(None), outbox.c.dead_at)
_partial(
    "uq_outbox_refresh", _PENDING & (outbox.c.kind == "refresh"), outbox.c.chat_id, outbox.c.message_id, unique=True
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
