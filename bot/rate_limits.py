"""How often: a caller may ask (a fixed window), the bot may send (a steady pace).

Counted in Redis for all replicas, or in this process.
"""

import logging
import math
import time
from typing import NamedTuple, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60


class RateLimiter(Protocol):
    """Counts hits of a key."""

    async def hit(self, key: str, limit: int) -> int | None:
        """Count one; the seconds to wait when it is over `limit` in this minute, else None."""


class MemoryRateLimiter:
    """For one process. Forgets everything when a new minute begins."""

    def __init__(self) -> None:
        self._window = 0
        self._hits: dict[str, int] = {}

    async def hit(self, key: str, limit: int) -> int | None:
        """See RateLimiter."""
        window = _window()
        if window != self._window:
            self._window, self._hits = window, {}
        self._hits[key] = self._hits.get(key, 0) + 1
        return _seconds_left() if self._hits[key] > limit else None


class RedisRateLimiter:
    """For many replicas. With Redis away nobody is held back."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    async def hit(self, key: str, limit: int) -> int | None:
        """See RateLimiter."""
        name = f"{self._prefix}:rate:{key}:{_window()}"
        try:
            async with self._redis.pipeline() as pipeline:
                pipeline.incr(name)
                pipeline.expire(name, 2 * WINDOW_SECONDS)
                hits, _ = await pipeline.execute()
        except (RedisError, OSError) as error:
            log.warning("rate limits are off: Redis: %s", type(error).__name__)
            return None
        return _seconds_left() if hits > limit else None


def _window() -> int:
    return int(time.time()) // WINDOW_SECONDS


def _seconds_left() -> int:
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS


class Rate(NamedTuple):
    """One in `interval` seconds, of which `burst` may come at once."""

    interval: float
    burst: int

    @property
    def slack(self) -> float:
        """By how many seconds a thing may come before its place in the steady pace."""
        return (self.burst - 1) * self.interval


class Pace(Protocol):
    """Lets things of a key happen at a steady pace, after a burst (the generic cell rate algorithm, ITU-T I.371)."""

    async def reserve(self, key: str, rate: Rate) -> float:
        """Take the next place when it is free now, and return 0; else the seconds until it is."""

    async def push(self, key: str, seconds: float, most: float) -> None:
        """Move the next place by so many seconds: to `most` seconds from now, unless it is farther already."""


class MemoryPace:
    """For one process."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    async def reserve(self, key: str, rate: Rate) -> float:
        """See Pace."""
        now = time.monotonic()
        due = max(self._next.get(key, 0), now)
        wait = max(due - rate.slack - now, 0)
        if not wait:
            self._move(key, due + rate.interval, now)
        return wait

    async def push(self, key: str, seconds: float, most: float) -> None:
        """See Pace."""
        now = time.monotonic()
        due = max(self._next.get(key, 0), now)
        self._move(key, max(due, min(due + seconds, now + most)), now)

    def _move(self, key: str, due: float, now: float) -> None:
        if len(self._next) > MOST_KEYS:
            self._next = {key: due for key, due in self._next.items() if due > now}
        self._next[key] = due


class RedisPace:
    """For many replicas, by Redis's own clock. With Redis away each process keeps its own pace."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._prefix = f"{prefix}:pace"
        self._alone = MemoryPace()
        self._script = redis.register_script(MOVE)
        self._away_until = 0.0

    async def reserve(self, key: str, rate: Rate) -> float:
        """See Pace."""
        wait = await self._ask(key, rate.slack, rate.interval, math.inf)
        return await self._alone.reserve(key, rate) if wait is None else wait

    async def push(self, key: str, seconds: float, most: float) -> None:
        """See Pace."""
        if await self._ask(key, math.inf, seconds, most) is None:
            await self._alone.push(key, seconds, most)

    async def _ask(self, key: str, *arguments: float) -> float | None:
        """None with Redis away. It is then let be for some seconds: nobody waits for it again and again."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return float(await self._script(keys=[f"{self._prefix}:{key}"], args=list(arguments)))
        except (RedisError, OSError) as error:
            if time.monotonic() >= self._away_until:
                log.warning("this process keeps its own pace: Redis: %s", type(error).__name__)
            self._away_until = time.monotonic() + AWAY_SECONDS
            return None


MOST_KEYS = 10_000
AWAY_SECONDS = 10
# One key: when the next place of the steady pace is. Arguments, in seconds: how much before it a place may be taken
# (inf: at any time), by how much it moves then, and to how far from now at most. Answers how long to wait.
MOVE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = math.max(due - tonumber(ARGV[1]) - now, 0)
if wait == 0 then
    due = math.max(due, math.min(due + tonumber(ARGV[2]), now + tonumber(ARGV[3])))
    redis.call('SET', KEYS[1], string.format('%.6f', due), 'PX', math.ceil((due - now) * 1000) + 1000)
end
return string.format('%.6f', wait)
"""
