"""How often: a caller may ask (a fixed window), the bot may send (a steady pace).

Counted in Redis for all replicas, or in this process.
"""

import logging
import time
from typing import Protocol

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


class Pace(Protocol):
    """Lets things of a key happen at a steady pace, after a burst (the generic cell rate algorithm, ITU-T I.371)."""

    async def reserve(self, key: str, interval: float, burst: int, *, always: bool = False) -> float:
        """Take the next place: 0 when it is now, else the seconds until it is free.

        A place that is not free now is taken only if `always`: the caller waits for it.
        """

    async def hold(self, key: str, seconds: float) -> None:
        """Nothing of the key for so long."""


class MemoryPace:
    """For one process."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    async def reserve(self, key: str, interval: float, burst: int, *, always: bool = False) -> float:
        """See Pace."""
        now = time.monotonic()
        due = max(self._next.get(key, 0), now)
        wait = max(due - (burst - 1) * interval - now, 0)
        if always or not wait:
            self._forget(now)
            self._next[key] = due + interval
        return wait

    async def hold(self, key: str, seconds: float) -> None:
        """See Pace. A burst does not come sooner for it: keys that are held have a burst of a few."""
        self._next[key] = max(self._next.get(key, 0), time.monotonic() + seconds)

    def _forget(self, now: float) -> None:
        if len(self._next) > MOST_KEYS:
            self._next = {key: due for key, due in self._next.items() if due > now}


class RedisPace:
    """For many replicas, by Redis's own clock. With Redis away each process keeps its own pace."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._prefix = f"{prefix}:pace"
        self._alone = MemoryPace()
        self._script = redis.register_script(RESERVE)

    async def reserve(self, key: str, interval: float, burst: int, *, always: bool = False) -> float:
        """See Pace."""
        wait = await self._ask(key, interval, burst, int(always), 0)
        return await self._alone.reserve(key, interval, burst, always=always) if wait is None else wait

    async def hold(self, key: str, seconds: float) -> None:
        """See Pace."""
        await self._ask(key, 0, 1, 1, seconds)
        await self._alone.hold(key, seconds)

    async def _ask(self, key: str, *arguments: float) -> float | None:
        try:
            return float(await self._script(keys=[f"{self._prefix}:{key}"], args=list(arguments)))
        except (RedisError, OSError) as error:
            log.warning("this process keeps its own pace: Redis: %s", type(error).__name__)
            return None


MOST_KEYS = 10_000
# Arguments: interval, burst, always, hold (all in seconds). One key: when the next place of the steady pace is.
RESERVE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local interval, burst, always, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])
local wait = math.max(due - (burst - 1) * interval - now, 0)
if always or wait == 0 then
    due = math.max(due + interval, now + hold)
    redis.call('SET', KEYS[1], string.format('%.6f', due), 'PX', math.ceil((due - now) * 1000) + 1000)
end
return string.format('%.6f', wait)
"""
