"""Switches for the bad days: Telegram slow, over its limits, broken, or refusing a user; and the usual send limits."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from sandbox.errors import ApiError, ConnectionDroppedError, ControlError, Json, blocked, too_many_requests
from sandbox.methods import METHODS
from sandbox.params import Params


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


@dataclass(slots=True)
class RateLimits:
    """Telegram's customary send limits: 30/s in all, a chat 1/s with a small burst, a group 20/min."""

    clock: Callable[[], float] = time.monotonic
    sent: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def check(self, chat_id: str) -> None:
        """Counts one message; 429 with the seconds until the next one may go."""
        windows = [(("all", ""), 30, 1.0), (("chat", chat_id), 5, 5.0)]
        if chat_id.startswith("-"):
            windows.append((("group", chat_id), 20, 60.0))
        now = self.clock()
        wait = max(self._wait(key, limit, seconds, now) for key, limit, seconds in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for key, _, _ in windows:
            self.sent[key].append(now)

    def _wait(self, key: tuple[str, str], limit: int, seconds: float, now: float) -> float:
        times = self.sent.setdefault(key, deque(maxlen=limit))
        return times[0] + seconds - now if len(times) == limit else 0
