"""Group commit: what arrives while a transaction is open shares the next one.

One COMMIT for many waiters is what makes a rush cheap; each waiter is released only after its COMMIT.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import DatabaseUnavailable

LARGEST_BATCH = 128
# In a rush a batch waits this long for company: a transaction costs as much for thirty forms as for three.
GATHER_SECONDS = 0.01


class GroupCommit[Item, Result]:
    """Gathers items into batches for `write`, which stores a batch in one transaction and answers in order.

    A batch that fails is tried one by one, so that one bad item fails alone; when the database is away,
    all of them fail at once with DatabaseUnavailable.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._flusher: asyncio.Task[None] | None = None
        self._rush = False

    async def submit(self, item: Item) -> Result:
        """Store one item; returns after its COMMIT."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._flusher is None:
            self._flusher = asyncio.get_running_loop().create_task(self._flush(), name="group-commit")
        return await future

    async def close(self) -> None:
        """Wait until everything that waits is stored."""
        if self._flusher is not None:
            await self._flusher

    async def _flush(self) -> None:
        try:
            while self._waiting:
                if self._rush:
                    await asyncio.sleep(GATHER_SECONDS)
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                self._rush = len(batch) > 1
                await self._store(batch)
        finally:
            self._flusher = None
            for _, future in self._waiting:
                future.cancel()

    async def _store(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to those who wait
            await self._store_one_by_one(batch, error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _store_one_by_one(self, batch: list[tuple[Item, asyncio.Future[Result]]], error: Exception) -> None:
        if len(batch) == 1 or isinstance(error, DatabaseUnavailable):
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for pair in batch:
            await self._store([pair])
