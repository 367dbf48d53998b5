"""Switches for the bad days: Telegram slow, over its limits, broken, or refusing a user; and the usual send limits."""

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from sandbox.errors import ApiError, ConnectionDroppedError, ControlError, Json, blocked, too_many_requests
from sandbox.methods import METHODS
from sandbox.params import Params

_SENDS = frozenset({"sendMessage", "sendDocument", "sendPhoto"})
_EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia"})


@dataclass(slots=True)
class Faults:
    """Faults of Bot API calls; counts go down as they strike.

    `methods` (names as in the Bot API) narrows them; when empty they strike every method but getUpdates, so that a
    poller does not use them up. `forbidden` are ids of users who count as having blocked the bot.
    `rate_limits` switches Telegram's own send limits on.
    """

    slow: float = 0.0
    too_many_requests: int = 0
    retry_after: int = 1
    server_errors: int = 0
    drop_connections: int = 0
    forbidden: list[int] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    rate_limits: bool = False

    def as_json(self) -> Json:
        """Every switch by name."""
        return asdict(self)

    def update(self, changes: Json) -> None:
        """Sets the named switches; ControlError for an unknown name or a wrong type, and nothing is set."""
        defaults = asdict(Faults())
        for name, value in changes.items():
            if name not in defaults:
                raise ControlError(f"no such fault: {name}; there are {', '.join(defaults)}")
            if not _fits(value, defaults[name]):
                raise ControlError(f"fault {name} must be a {type(defaults[name]).__name__}")
        if unknown := set(changes.get("methods", ())) - METHODS.keys():
            raise ControlError(f"no such method: {', '.join(map(str, unknown))}")
        for name, value in changes.items():
            setattr(self, name, value)

    async def strike(self, method: str, params: Params) -> None:
        """Raises, or takes its time, before a call is done."""
        if method not in self.methods if self.methods else method == "getUpdates":
            return
        if self.slow:
            await asyncio.sleep(self.slow)
        if self._spend("drop_connections"):
            raise ConnectionDroppedError
        if self._spend("server_errors"):
            raise ApiError(500, "Internal Server Error")
        if self._spend("too_many_requests"):
            raise too_many_requests(self.retry_after)
        if str(params.values.get("chat_id")) in map(str, self.forbidden):
            raise blocked()

    def _spend(self, name: str) -> bool:
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0


def _fits(value: object, default: object) -> bool:
    """Whether the types agree; an int may stand for a float, a bool for nothing else."""
    return type(value) is type(default) or (type(value) is int and type(default) is float)


class _Window(NamedTuple):
    """At most `limit` calls in so many seconds."""

    key: tuple[str, str]
    limit: int
    seconds: float


@dataclass(slots=True)
class RateLimits:
    """Telegram's customary limits: 30/s in all, a chat 1/s with a small burst, a group 20/min.

    Edits count against the first and the last of them, sends against all. `refused` counts the refusals by chat.
    """

    clock: Callable[[], float] = time.monotonic
    sent: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def limited(self) -> Json:
        """How many calls were refused: `total`, and `by_chat` (chat_id as text)."""
        return {"total": self.refused.total(), "by_chat": dict(self.refused)}

    def reset(self) -> None:
        """Begins the count of refusals anew; what was sent still counts."""
        self.refused.clear()

    def check(self, method: str, chat_id: str) -> None:
        """Counts a call; 429, uncounted, with the seconds until the next may go."""
        windows = _windows(method, chat_id)
        now = self.clock()
        wait = max((self._wait(window, now) for window in windows), default=0)
        if wait > 0:
            self.refused[chat_id] += 1
            raise too_many_requests(math.ceil(wait))
        for window in windows:
            self.sent[window.key].append(now)

    def _wait(self, window: _Window, now: float) -> float:
        times = self.sent.setdefault(window.key, deque(maxlen=window.limit))
        return times[0] + window.seconds - now if len(times) == window.limit else 0


def _windows(method: str, chat_id: str) -> list[_Window]:
    """What a call counts against; nothing for a method that is neither a send nor an edit."""
    if method not in _SENDS | _EDITS:
        return []
    windows = [_Window(("all", ""), 30, 1.0)]
    if method in _SENDS:
        windows.append(_Window(("chat", chat_id), 5, 5.0))
    if chat_id.startswith("-"):
        windows.append(_Window(("group", chat_id), 20, 60.0))
    return windows
