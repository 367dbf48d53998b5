"""Where conversations are remembered: Redis, shared by replicas, or this process's memory."""

from datetime import timedelta

from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.base import BaseEventIsolation, BaseStorage, DefaultKeyBuilder
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisEventIsolation, RedisStorage
from redis.asyncio import Redis

from bot.telegram.updates import TIMEOUT_SECONDS

REMEMBERED_FOR = timedelta(days=7)
# A handler is stopped after TIMEOUT_SECONDS: its lock outlives it.
LOCK_SECONDS = TIMEOUT_SECONDS + 35


def connect(redis_url: str) -> Redis:
    """A client of Redis with short timeouts; nothing is sent yet."""
    return Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30)


def create_fsm(redis: Redis | None, *, prefix: str) -> FSMContextMiddleware:
    """The FSM as a middleware for the routers that need it; other updates never read the storage."""
    storage: BaseStorage = MemoryStorage()
    isolation: BaseEventIsolation = SimpleEventIsolation()
    if redis is not None:
        keys = DefaultKeyBuilder(prefix=f"{prefix}:fsm", with_bot_id=True)
        storage = RedisStorage(redis, keys, state_ttl=REMEMBERED_FOR, data_ttl=REMEMBERED_FOR)
        isolation = RedisEventIsolation(redis, keys, lock_kwargs={"timeout": LOCK_SECONDS})
    return FSMContextMiddleware(storage=storage, events_isolation=isolation)
