"""What a guest's client sends, whichever way it comes: answers with a few words beside them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from bot.errors import AnswersInvalid

BESIDE_ANSWERS = ("form_data", "status", "submission_id", "user_id", "note")
NOTE_LENGTH = 1_000
ERROR_PARAMS = {"note": {"max_length": NOTE_LENGTH}}
"""What the text of an error may mention, by path; as `Questionnaire.error_params` for answers."""
MAX_USER_ID = 2**52  # Bot API, User: "at most 52 significant bits"


@dataclass(frozen=True, slots=True)
class Submission:
    """A parsed body of POST, PUT or sendData; `answers` is None when only a status is asked for."""

    answers: Mapping[str, Any] | None
    status: str | None = None
    submission_id: UUID | None = None
    user_id: int | None = None
    note: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of what is asked for: the same submission again has the same, whichever way it comes."""
        asked = [self.answers, self.status, self.user_id, self.note]
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read(body: object) -> Submission:
    """Tell answers from the words beside them.

    Answers stand under `form_data`, or bare beside `status`, `submission_id`, `user_id` and `note` (which a
    questionnaire may not use as keys). Raises AnswersInvalid for a body that is no object or a word of a wrong type.
    """
    if not isinstance(body, dict):
        raise AnswersInvalid({"": ["not_an_object"]})
    errors = {key: codes for key, check in _CHECKS.items() if (codes := check(body.get(key)))}
    if "form_data" in body:
        errors |= {key: ["unknown_field"] for key in body if key not in BESIDE_ANSWERS}
    if errors:
        raise AnswersInvalid(errors)
    number = body.get("submission_id")
    return Submission(
        answers=_answers(body),
        status=body.get("status"),
        submission_id=None if number is None else UUID(number),
        user_id=body.get("user_id"),
        note=body.get("note"),
    )


def _answers(body: dict[str, Any]) -> Any:  # noqa: ANN401 - the questionnaire judges whatever stands there
    if "form_data" in body:
        return body["form_data"]
    return {key: value for key, value in body.items() if key not in BESIDE_ANSWERS} or None


def _check_status(value: object) -> list[str]:
    return [] if value is None or isinstance(value, str) else ["not_text"]


def _check_submission_id(value: object) -> list[str]:
    if value is None:
        return []
    try:
        UUID(value if isinstance(value, str) else "")
    except ValueError:
        return ["not_a_uuid"]
    return []


def is_user_id(value: object) -> bool:
    """Whether a user of Telegram can have this id."""
    return type(value) is int and 0 < value < MAX_USER_ID


def _check_user_id(value: object) -> list[str]:
    return [] if value is None or is_user_id(value) else ["not_a_user_id"]


def _check_note(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, str):
        return ["not_text"]
    return [] if len(value) <= NOTE_LENGTH else ["too_long"]


_CHECKS = {
    "status": _check_status,
    "submission_id": _check_submission_id,
    "user_id": _check_user_id,
    "note": _check_note,
}
