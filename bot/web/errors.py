"""What only a request can get wrong; `bot.web.problems` turns each into its status."""

from bot.errors import BalBotError


class Unauthorized(BalBotError):
    """Nobody known is asking; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InitDataInvalid(BalBotError):
    """Not signed for this bot, too old, or without a user; `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadRequest(BalBotError):
    """A header cannot be read."""


class UnsupportedMediaType(BalBotError):
    """The body is not said to be JSON."""


class TooManyRequests(BalBotError):
    """The caller is over its limit; `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(str(retry_after))
        self.retry_after = retry_after
