"""What can go wrong, as codes; the edges turn them into words (bot/locales) or RFC 9457 problems (bot/web)."""

from collections.abc import Mapping, Sequence


class BalBotError(Exception):
    """The base of every error that a service, the questionnaire or the settings raise on purpose."""


class SettingsInvalid(BalBotError):
    """The process cannot start: one sentence for each setting that is wrong, never with its value."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StartFailed(BalBotError):
    """The process cannot start for a reason outside its settings; one sentence."""


class QuestionnaireInvalid(BalBotError):
    """The questionnaire file is wrong: one sentence a problem, each names the place and the mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class JSONInvalid(BalBotError):
    """The text is not JSON that can be stored; `reason` says why, without quoting it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PayloadTooLarge(BalBotError):
    """The text is longer than the way it came allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} bytes")
        self.limit = limit


class AnswersInvalid(BalBotError):
    """The answers break the questionnaire: field path → codes, all of them at once.

    The path of the answers as a whole is "".
    """

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = {path: list(codes) for path, codes in errors.items()}


class QuestionnaireClosed(BalBotError):
    """Forms are not taken now: before `opens_at` or after `closes_at`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Forbidden(BalBotError):
    """The actor is known and has no right to this."""


class FormNotFound(BalBotError):
    """There is no such form, or it is somebody else's: the two are not told apart."""


class TransitionNotAllowed(BalBotError):
    """The form's status does not lead where it was asked to go."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"{current} → {wanted}")
        self.current = current
        self.wanted = wanted


class VersionStale(BalBotError):
    """The form has changed since the caller read it."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the form is at version {current}")
        self.current = current


class IdempotencyKeyReused(BalBotError):
    """The same Idempotency-Key came before with another request."""


class Conflict(BalBotError):
    """Another row holds what this one needs for itself (a unique constraint)."""


class DatabaseUnavailable(BalBotError):
    """The database cannot be reached now; the same request may succeed later."""


class ChartFailed(BalBotError):
    """The figures could not be drawn, or not in time; the message holds nothing of them."""
