"""How often one caller may ask: a fixed window, counted in Redis for all replicas or in this process."""

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
