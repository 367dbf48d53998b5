"""What can be wrong with an answer, as codes; `bot/locales/*/answers.ftl` says each as `error-<code-with-dashes>`."""

from typing import Literal, get_args

type Code = Literal[
    "required",
    "unknown_field",
    "not_an_object",
    "not_text",
    "too_short",
    "too_long",
    "bad_characters",
    "invalid_email",
    "invalid_phone",
    "not_an_integer",
    "too_small",
    "too_big",
    "wrong_step",
    "not_a_choice",
    "not_a_list",
    "too_few",
    "too_many",
    "duplicate",
    "not_a_boolean",
    "consent_required",
    "invalid_date",
    "too_early",
    "too_late",
]

CODES: tuple[str, ...] = get_args(Code.__value__)


class AnswerError(Exception):
    """One answer breaks its field; `codes` say how. `Questionnaire.clean` gathers them into AnswersInvalid."""

    def __init__(self, *codes: Code) -> None:
        super().__init__(*codes)
        self.codes = codes
