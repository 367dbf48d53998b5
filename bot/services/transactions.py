"""A transaction and its repositories; the database's passing faults come out as DatabaseUnavailable."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Conflict, DatabaseUnavailable
from db import submissions
from db.dead_letters import DeadLetterRepository
from db.engine import Database, is_passing
from db.form_messages import FormMessageRepository
from db.forms import FormRepository
from db.history import HistoryRepository
from db.idempotency import IdempotencyRepository
from db.outbox import OutboxRepository
from db.records import NewForm, Stored
from db.reminders import ReminderRepository
from db.saved_filters import SavedFilterRepository
from db.statistics import StatisticsRepository
from db.users import UserRepository


class Transaction:
    """The repositories over one open connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.forms = FormRepository(connection)
        self.users = UserRepository(connection)
        self.history = HistoryRepository(connection)
        self.keys = IdempotencyRepository(connection)
        self.dead_letters = DeadLetterRepository(connection)
        self.outbox = OutboxRepository(connection)
        self.form_messages = FormMessageRepository(connection)
        self.saved_filters = SavedFilterRepository(connection)
        self.reminders = ReminderRepository(connection)
        self.statistics = StatisticsRepository(connection)

    async def store(self, batch: Sequence[NewForm], at: datetime, card_chats: Sequence[int]) -> list[Stored]:
        """Store new forms, with a card for each chat (see `db.submissions`)."""
        return await submissions.store(self._connection, batch, at, card_chats)


class Transactions:
    """Opens transactions: as short as one call of a service, so no connection waits for Telegram."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """For reading only."""
        with _translated():
            async with self._database.read() as connection:
                yield Transaction(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Committed at the end of the block, rolled back when it raises."""
        with _translated():
            async with self._database.write() as connection:
                yield Transaction(connection)

    async def overwrite_deleted(self) -> None:
        """Let nothing that was deleted linger in the database's own log."""
        with _translated():
            await self._database.overwrite_deleted()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict("a unique constraint") from error
    except Exception as error:
        if is_passing(error):
            raise DatabaseUnavailable(type(error).__name__) from error
        raise
