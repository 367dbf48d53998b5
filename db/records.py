"""What leaves this package: frozen records, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """What was answered to the request that first came under a key."""

    id: UUID
    form_id: int
    request_hash: str
    answer: FormRecord


@dataclass(frozen=True, slots=True)
class NewForm:
    """A form about to be stored; `keeps_answer` when it came under an Idempotency-Key."""

    user: UserRecord
    submission_id: UUID
    form_data: Mapping[str, Any]
    search_text: str
    status: str
    source: str
    questionnaire: str
    questionnaire_version: int
    request_hash: str
    actor_id: int | None
    actor_role: str
    keeps_answer: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A form and whether an earlier request had stored it."""

    form: FormRecord
    replayed: bool
