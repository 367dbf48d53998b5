"""What leaves this package: frozen records, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A Telegram user as last seen; `None` where Telegram said nothing."""

    id: int
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


@dataclass(frozen=True, slots=True)
class KnownUser(UserRecord):
    """A user with what the bot has learned: the language chosen with /language, and whether messages get through."""

    language: str | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class FormRecord:
    """One guest's filled questionnaire; times are aware and in UTC, `version` counts its changes from 1.

    `request_hash` is the SHA-256 of the request that made it: its repetition is told from another one by it.
    """

    id: int
    user_id: int
    submission_id: UUID
    form_data: Mapping[str, Any]
    status: str
    source: str
    questionnaire: str
    questionnaire_version: int
    request_hash: str
    version: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    deleted_at: datetime | None = None


class ExportedForm(NamedTuple):
    """A form as an export tells it: with its guest's names, and what was written when the decision was made.

    A tuple, with JSON still as text, for there are tens of thousands of them.
    """

    id: int
    status: str
    submitted_at: datetime | None
    user_id: int
    form_data: str
    first_name: str | None
    last_name: str | None
    username: str | None
    note: str | None
    details: str | None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One line of a form's history."""

    form_id: int
    at: datetime
    actor_id: int | None
    actor_role: str
    action: str
    from_status: str | None
    to_status: str | None
    note: str | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """A line of the history with the one who did it, as far as the bot knows them."""

    event: EventRecord
    actor: UserRecord | None


class MessageKey(NamedTuple):
    """Which message: Telegram's numbers count within a chat."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class FormMessage:
    """A chat message that belongs to a form; `state` is what its buttons, or the reply to it, need to know."""

    chat_id: int
    message_id: int
    form_id: int
    purpose: str
    state: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message for the outbox. Those of one `lane` (the chat, unless told) are sent in order.

    The smaller the `priority`, the sooner; `message_id` is the message to edit.
    """

    kind: str
    chat_id: int
    form_id: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    lane: str = ""
    priority: int = 0
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A message that somebody has claimed, or that could not be delivered; `attempts` counts this one too."""

    id: int
    kind: str
    chat_id: int
    form_id: int | None
    params: Mapping[str, Any]
    message_id: int | None
    revision: int
    attempts: int
    created_at: datetime
    dead_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest tells: how many forms, from which number to which."""

    count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """What was answered to the request that first came under a key."""

    id: UUID
    form_id: int
    request_hash: str
    answer: FormRecord


@dataclass(frozen=True, slots=True)
class NewForm:
    """A form about to be stored; `details` are those of its first event.

    `keeps_answer`: it came under an Idempotency-Key.
    """

    user: UserRecord
    submission_id: UUID
    form_data: Mapping[str, Any]
    search_text: str
    status: str
    source: str
    questionnaire: str
    questionnaire_version: int
    ticket_type: str | None
    request_hash: str
    actor_id: int | None
    actor_role: str
    details: Mapping[str, Any] | None = None
    keeps_answer: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A form, whether an earlier request had stored it, and the language that its guest has chosen, if it was read."""

    form: FormRecord
    replayed: bool
    language: str | None = None
