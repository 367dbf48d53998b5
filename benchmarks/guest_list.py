"""How long the admins' list, search and review take with 50,000 forms, on SQLite and on PostgreSQL.

Run `python -m benchmarks.guest_list [forms]`; it makes its own databases and drops them. `BENCH_POSTGRES_URL` is a
server where it may create one. Each line: median and worst of 20 calls of a service, in milliseconds.
"""

import asyncio
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.seeding import ADMINS, seed
from bot.actor import Actor, Role
from bot.questionnaire import Questionnaire, load
from bot.services import Decision, FormFilter, Position, Services, create_services
from bot.services.clock import utc_now
from bot.services.lists import PAGE, position
from bot.services.search import searched
from bot.services.statuses import Status
from bot.services.transactions import Transactions
from db.engine import Database
from db.migrate import upgrade
from db.records import NewMessage, UserRecord

POSTGRES = os.environ.get("BENCH_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
QUESTIONNAIRE = Path(__file__).resolve().parent.parent / "questionnaire.toml"
FORMS, ROUNDS, DEEP, MANY, BULK = 50_000, 20, 3_000, 2_000, 5_000
ADA = Actor(ADMINS[0], Role.ADMIN)
ADA_USER = UserRecord(ADMINS[0], "Ada")

type Call = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Bench:
    """One seeded database, and the services over it."""

    database: Database
    services: Services
    now: datetime

    async def run(self) -> None:
        """Print every line."""
        print("\n| call | median, ms | worst, ms |\n|---|---|---|")
        for name, call in [*self.lists(), *self.searches(), *self.numbers()]:
            await measured(name, call)
        await self.review()
        await self.bulk()
        await self.delete()
        await self.outbox()

    def filters(self) -> dict[str, FormFilter]:
        """What an admin filters by."""
        week = {"since": self.now - timedelta(days=30), "until": self.now - timedelta(days=23)}
        return {
            "no filter": FormFilter(),
            "waiting": FormFilter(status="submitted"),
            "approved": FormFilter(status="approved"),
            "VIP": FormFilter(ticket_type="VIP"),
            "a week": FormFilter(**week),
            "today": FormFilter(since=self.now - timedelta(days=1)),
            "approved, VIP, a week": FormFilter(status="approved", ticket_type="VIP", **week),
        }

    def lists(self) -> Iterator[tuple[str, Call]]:
        """Pages of the list."""
        for name, wanted in self.filters().items():
            yield f"list, {name}: first page", lambda wanted=wanted: self.page(wanted)
            for where in ("next", "deep", "previous"):
                yield f"list, {name}: {where} page", _Turned(self, wanted, where)

    def searches(self) -> Iterator[tuple[str, Call]]:
        """What an admin types."""
        for name, text in {
            "surname": "Дорофеев",
            "surname with ё": "Соловьёва",
            "part of a name": "лекса",
            "two words": "Иван Петров",
            "tail of a phone": "1234",
            "phone with +7": "+7 (912) 345-67-89",
            "phone with 8": "8 912 345 67 89",
            "part of an e-mail": "smirnov",
            "an e-mail's host": "@mail.ru",
            "a number": "40123",
            "№ and a number": "№ 40123",
            "two digits": "17",
            "a word that is nowhere": "кракозябра",
            "two letters": "юл",
            "two letters that are nowhere": "ъъ",
        }.items():
            wanted = searched(FormFilter(), text)
            yield f"search, {name}", lambda wanted=wanted: self.page(wanted)
        waiting = searched(FormFilter(status="submitted"), "иванов")
        yield "search, surname of those that wait", lambda: self.page(waiting)

    def numbers(self) -> Iterator[tuple[str, Call]]:
        """Counts."""
        yield "count, no filter", lambda: self.services.lists.count(ADA, FormFilter())
        yield "count, approved", lambda: self.services.lists.count(ADA, FormFilter(status="approved"))
        yield "counts by status", lambda: self.services.lists.counts(ADA)
        yield "statistics", lambda: self.services.statistics.collect(ADA)

    async def page(self, wanted: FormFilter, **where: Position) -> Any:  # noqa: ANN401 - measured, not read
        """A page of the list."""
        return await self.services.lists.page(ADA, wanted, **where)

    async def review(self) -> None:
        """One form after another: the next, its card, the decision."""
        places: list[Position] = []

        async def step() -> None:
            form = await self.services.lists.next_waiting(ADA, FormFilter(), places[-1] if places else None)
            assert form is not None
            await self.services.review.card(ADA, form.id)
            await self.services.review.decide(ADA, ADA_USER, form.id, Decision(Status.APPROVED))
            places.append(position(form, FormFilter(status="submitted")))

        await measured("review: next, card, decide", step)

    async def bulk(self) -> None:
        """Thousands at once."""
        waiting = await self.services.lists.page(ADA, FormFilter(status="submitted"))
        until = await self._submitted(FormFilter(status="submitted"), min(BULK, waiting.total - 1))
        began = time.perf_counter()
        number = await self.services.review.approve_all(ADA, ADA_USER, FormFilter(until=until))
        told(f"approve {number:,} at once", [time.perf_counter() - began])

    async def delete(self) -> None:
        """A form's answers, gone for good."""
        page = await self.page(FormFilter(status="approved"))
        numbers = iter(range(page.items[-1].id - 2 * ROUNDS, page.items[-1].id))

        async def one() -> None:
            await self.services.forms.delete(ADA, next(numbers))

        await measured("delete a form", one)

    async def outbox(self) -> None:
        """A sender's look into a full outbox."""
        for name, lane in (("one lane", lambda _: "same"), (f"{MANY:,} lanes", str)):
            await self._fill(lane)
            await measured(f"outbox: claim 30 of {MANY:,} in {name}", lambda: self.services.outbox.claim(30))
        await measured("outbox: when is the next due", self._next_due)

    async def _fill(self, lane: Callable[[int], str]) -> None:
        messages = [NewMessage("word", 1, lane=lane(number), params={"text": "…"}) for number in range(MANY)]
        async with self.database.write() as connection:
            await connection.exec_driver_sql("DELETE FROM outbox")
        async with Transactions(self.database).write() as transaction:
            await transaction.outbox.add(messages, utc_now())

    async def _next_due(self) -> None:
        async with Transactions(self.database).read() as transaction:
            await transaction.outbox.next_due()

    async def _submitted(self, wanted: FormFilter, number: int) -> datetime:
        async with Transactions(self.database).read() as transaction:
            forms = await transaction.forms.waiting(wanted, limit=number + 1)
        assert forms[-1].submitted_at is not None
        return forms[-1].submitted_at


class _Turned:
    """A page beside another one; where that is, is found out once."""

    def __init__(self, bench: Bench, wanted: FormFilter, where: str) -> None:
        self._bench, self._wanted, self._where = bench, wanted, where
        self._place: dict[str, Position] | None = None

    async def __call__(self) -> Any:  # noqa: ANN401 - measured, not read
        """The page."""
        if self._place is None:
            self._place = await self._find()
        return await self._bench.page(self._wanted, **self._place)

    async def _find(self) -> dict[str, Position]:
        total = (await self._bench.page(self._wanted)).total
        depth = PAGE if self._where == "next" else min(DEEP * PAGE, total - PAGE)
        async with Transactions(self._bench.database).read() as transaction:
            find = transaction.forms.waiting if self._wanted.status == "submitted" else transaction.forms.page
            form = (await find(self._wanted, limit=max(depth, 1)))[-1]
        return {"before" if self._where == "previous" else "after": position(form, self._wanted)}


async def measured(name: str, call: Call) -> None:
    """Call once to warm up, then 20 times; print."""
    await call()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await call()
        times.append(time.perf_counter() - began)
    told(name, times)


def told(name: str, times: list[float]) -> None:
    """Print one line."""
    print(f"| {name} | {statistics.median(times) * 1000:,.1f} | {max(times) * 1000:,.1f} |", flush=True)


@asynccontextmanager
async def seeded(url: str, questionnaire: Questionnaire, number: int) -> AsyncIterator[Bench]:
    """A database of so many forms."""
    database, now = Database(url), utc_now()
    try:
        await upgrade(database)
        began = time.perf_counter()
        await seed(database, questionnaire, number, now=now)
        print(f"\n{database.dialect}: {number:,} forms seeded in {time.perf_counter() - began:.0f} s")
        yield Bench(database, create_services(database, questionnaire), now)
    finally:
        await database.close()


@asynccontextmanager
async def sqlite() -> AsyncIterator[str]:
    """The URL of a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite+aiosqlite:///{folder}/bal_bot.db"


@asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """The URL of a new PostgreSQL database."""
    name = f"bal_bench_{secrets.token_hex(6)}"
    await command(f"CREATE DATABASE {name}")
    try:
        yield POSTGRES.replace("postgresql://", "postgresql+asyncpg://").rpartition("/")[0] + f"/{name}"
    finally:
        await command(f"DROP DATABASE {name} WITH (FORCE)")


async def command(sql: str) -> None:
    """Run one command on the server."""
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def main(number: int) -> None:
    """Both databases, one after the other."""
    questionnaire = load(QUESTIONNAIRE)
    for made in (sqlite, postgres):
        async with made() as url, seeded(url, questionnaire, number) as bench:
            await bench.run()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FORMS))
