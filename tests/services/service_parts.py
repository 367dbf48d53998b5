"""The services over a real database, without HTTP and without Telegram; a clock that the test sets."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from world import example

from bot.actor import Actor, Role
from bot.questionnaire import Questionnaire, load
from bot.services import RequestKey, Services, create_services
from bot.services.transactions import Transactions
from bot.submission import Submission
from db.engine import Database
from db.records import FormRecord, UserRecord

ROOT = Path(__file__).resolve().parent.parent.parent
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADA, BOB = Actor(1003, Role.ADMIN), Actor(1004, Role.ADMIN)
ADA_USER, BOB_USER = UserRecord(1003, "Ada"), UserRecord(1004, "Bob")


@dataclass
class Clock:
    """Stands still until told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class House:
    """One database, its services, and guests who fill forms."""

    database: Database
    questionnaire: Questionnaire
    card_chats: tuple[int, ...] = ()
    clock: Clock = field(default_factory=Clock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(500_001))

    def __post_init__(self) -> None:
        self.transactions = Transactions(self.database)
        self.services: Services = create_services(self.database, self.questionnaire, self.clock, self.card_chats)

    def beside(self) -> "House":
        """The same database from another process's pool, by the same clock."""
        database = Database(self.database.engine.url.render_as_string(hide_password=False))
        return House(database, self.questionnaire, self.card_chats, self.clock, self.numbers)

    async def form(self, status: str = "submitted", **answers: Any) -> FormRecord:
        """A form of a new guest, come to `status` as real ones do."""
        user_id = next(self.numbers)
        first = "draft" if status == "draft" else "submitted"
        answers = {name: value for name, value in (example() | answers).items() if value is not None}
        key = RequestKey(uuid4(), "0" * 64)
        stored = await self.services.forms.submit(
            Actor(user_id, Role.GUEST), UserRecord(user_id, "Гость"), Submission(answers, first), source="api", key=key
        )
        if status == first:
            return stored.form
        actor = Actor(user_id, Role.GUEST) if status == "cancelled" else ADA
        return (await self.services.forms.update(actor, stored.form.id, Submission(None, status))).form

    async def edit(self, form: FormRecord, actor: Actor | None = None, **answers: Any) -> FormRecord:
        """The guest, or `actor`, answers otherwise."""
        actor = actor or Actor(form.user_id, Role.GUEST)
        return (await self.services.forms.update(actor, form.id, Submission({**form.form_data, **answers}))).form

    async def rows(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(sql), parameters)]

    async def status(self, form_id: int) -> str:
        [(status,)] = await self.rows("SELECT status FROM forms WHERE id = :id", id=form_id)
        return str(status)


def ball() -> Questionnaire:
    """The questionnaire that ships."""
    return load(ROOT / "questionnaire.toml")


async def at_once[Result](*calls: Callable[[], Awaitable[Result]]) -> list[Result | BaseException]:
    """Start the calls behind a barrier; what each gave, or raised."""
    barrier = asyncio.Barrier(len(calls))

    async def one(call: Callable[[], Awaitable[Result]]) -> Result:
        await barrier.wait()
        return await call()

    return await asyncio.gather(*map(one, calls), return_exceptions=True)
