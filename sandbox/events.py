"""Live news of the sandbox: whoever subscribes gets every change as one JSON object with a `type`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.errors import Json

type Subscription = asyncio.Queue[Json | None]

_BACKLOG = 1000


class Broadcaster:
    """Hands each event to every subscriber; one that lags `_BACKLOG` events behind is let go (None)."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def publish(self, kind: str, **content: object) -> None:
        """Hands `{"type": kind, **content}` to everyone."""
        event: Json = {"type": kind, **content}
        for subscription in tuple(self._subscriptions):
            if subscription.qsize() < _BACKLOG:
                subscription.put_nowait(event)
            else:
                self._end(subscription)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A queue of events; None is the last one."""
        subscription: Subscription = asyncio.Queue()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def wait_until[T](self, look: Callable[[], T | None], seconds: float) -> T | None:
        """What `look` finds, now or after some event within so many seconds; else None."""
        with self.subscribe() as news:
            try:
                async with asyncio.timeout(seconds):
                    while (found := look()) is None:
                        if await news.get() is None:
                            return None
            except TimeoutError:
                return None
        return found

    def close(self) -> None:
        """Ends every subscription."""
        for subscription in tuple(self._subscriptions):
            self._end(subscription)

    def _end(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        subscription.put_nowait(None)
