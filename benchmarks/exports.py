"""How long an export of the guest list takes, how much memory over before, and how long the loop stands still.

Run `python -m benchmarks.exports [forms]`: on SQLite, and on PostgreSQL at TEST_POSTGRES_URL (127.0.0.1 unless told)
in a database that it makes and drops. Each export runs in a process of its own, which has seeded nothing, on uvloop
and with garbage collection as the bot has it. `idle` is the longest stall of the same loop in five seconds before it,
when it had nothing to do: what the machine's other work costs. With a folder (`… 60 FOLDER`) it only leaves the files
of so many forms there, to look at; docs/screenshots/export.png is the first page of such a forms-….xlsx:
`soffice --headless --convert-to pdf`, `pdftoppm -r 170 -l 1 -png`, cropped.
"""

import asyncio
import contextlib
import hashlib
import multiprocessing
import os
import random
import secrets
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.__main__ import tune_gc
from bot.actor import Actor, Role
from bot.database import migrate_once
from bot.locales import texts_of
from bot.questionnaire import Questionnaire, load
from bot.services import ExportOrder, FormFilter, create_services
from db.engine import Database
from db.tables import form_events, forms, users

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaire.toml"
ADMIN = Actor(1, Role.ADMIN)
FORMS = 50_000
BATCH = 1_000
TICK, IDLE = 0.002, 5
FIRST_NAMES = ("Анна", "Мария", "Екатерина", "Ольга", "Наталья", "Софья", "Дарья", "Вера", "Елизавета", "Татьяна")
LAST_NAMES = ("Орлова", "Соколова", "Лебедева", "Воронцова", "Голицына", "Ланская", "Оболенская", "Вяземская", "Белова")
DIETS = ("Вегетарианское меню", "Без орехов", "Без лактозы", "Постное меню", "Аллергия на морепродукты и цитрусовые")
NEEDS = ("Пандус у входа", "Место у входа: трудно подниматься по лестнице", "Переводчик жестового языка")
STATUSES = {"submitted": 30, "approved": 45, "rejected": 8, "needs_changes": 5, "cancelled": 4, "draft": 8}
DECISIONS: dict[str, dict[str, Any]] = {
    "approved": {},
    "rejected": {"details": {"reason": "no_places"}},
    "needs_changes": {"note": "Проверьте, пожалуйста, номер телефона.", "details": {"fields": ["phone"]}},
}
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)


def resident() -> float:
    """This process's memory in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


@dataclass
class Measured:
    """Seconds, MB and milliseconds of one export; `moments` are taken all through it."""

    began: float = field(default_factory=time.perf_counter)
    memory_before: float = field(default_factory=resident)
    seconds: float = 0
    peak: float = 0
    stall: float = 0

    async def watch(self) -> None:
        """Look at the clock and at the memory as often as the loop lets it."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.stall = max(self.stall, time.perf_counter() - before - TICK)
            self.peak = max(self.peak, resident())

    def __str__(self) -> str:
        return (
            f"{self.seconds:5.1f} s, {self.peak - self.memory_before:4.0f} MB over before, "
            f"longest stall {self.stall * 1000:3.0f} ms"
        )


def main(number: int) -> None:
    """Measure and print a line for each database and kind."""
    for name, place in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with place() as url:
            apart(seed, url, number)
            for kind in ("csv", "xlsx"):
                print(f"{name:10} {kind:4} {number} forms: {apart(export, url, kind)}", flush=True)


def leave(number: int, folder: Path) -> None:
    """Both files, to look at."""
    with sqlite() as url:
        seed(url, number)
        for kind in ("csv", "xlsx"):
            asyncio.run(_leave(url, kind, folder))


async def _leave(url: str, kind: str, folder: Path) -> None:
    async with opened(url) as database:
        services = create_services(database, load(QUESTIONNAIRE))
        await services.exports.export_file(ADMIN, everything(kind), folder)


@contextlib.contextmanager
def sqlite() -> Iterator[str]:
    """A file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite+aiosqlite:///{folder}/bal_bot.db"


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A database of its own, dropped in the end."""
    name = f"bal_bench_{secrets.token_hex(6)}"
    asyncio.run(command(f"CREATE DATABASE {name}"))
    try:
        yield POSTGRES.replace("postgresql://", "postgresql+asyncpg://").rpartition("/")[0] + f"/{name}"
    finally:
        asyncio.run(command(f"DROP DATABASE {name} WITH (FORCE)"))


async def command(sql: str) -> None:
    """One statement outside a transaction."""
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def apart(work: Any, *arguments: Any) -> Any:  # noqa: ANN401 - whatever the work takes and gives
    """Do it in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def seed(url: str, number: int) -> None:
    """Fill an empty database."""
    asyncio.run(_seed(url, number))


def export(url: str, kind: str) -> str:
    """Export everything once; what was measured, in words."""
    return uvloop.run(_export(url, kind))


async def _seed(url: str, number: int) -> None:
    await migrate_once(url)
    questionnaire = load(QUESTIONNAIRE)
    chance = random.Random(1)
    async with opened(url) as database:
        for first in range(1, number + 1, BATCH):
            async with database.write() as connection:
                await _seed_some(connection, questionnaire, chance, range(first, min(first + BATCH, number + 1)))
        if database.dialect == "postgresql":
            async with database.write() as connection:
                await connection.exec_driver_sql("ANALYZE")


async def _seed_some(
    connection: AsyncConnection, questionnaire: Questionnaire, chance: random.Random, numbers: range
) -> None:
    made = [_form(questionnaire, chance, number) for number in numbers]
    await connection.execute(insert(users), [_user(chance, form) for form in made])
    await connection.execute(insert(forms), made)
    await connection.execute(insert(form_events), [event for form in made for event in _events(form)])


def _form(questionnaire: Questionnaire, chance: random.Random, number: int) -> dict[str, Any]:
    answers = questionnaire.clean(_answers(chance, number), draft=False)
    [status] = chance.choices(list(STATUSES), list(STATUSES.values()))
    created = NOW - timedelta(minutes=chance.randrange(60 * 24 * 30))
    return {
        "id": number,
        "user_id": 1_000_000_000 + number,
        "submission_id": uuid.UUID(int=number),
        "form_data": answers,
        "search_text": questionnaire.search_text(answers),
        "status": status,
        "source": "mini_app",
        "questionnaire": questionnaire.key,
        "questionnaire_version": questionnaire.version,
        "ticket_type": questionnaire.ticket_type(answers),
        "request_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        "version": 1,
        "created_at": created,
        "updated_at": created,
        "submitted_at": None if status == "draft" else created,
    }


def _answers(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
        "email": f"guest{number}@example.com",
        "phone": f"+7916{number:07}",
        "ticket_type": chance.choice(("Standard", "Standard", "VIP", "Student")),
        "quantity": chance.randint(1, 4),
        "preferences": {
            "dietary_requirements": chance.choice(DIETS + 8 * (None,)),
            "accessibility_needs": chance.choice(NEEDS + 30 * (None,)),
        },
    }


def _user(chance: random.Random, form: dict[str, Any]) -> dict[str, Any]:
    first_name, _, last_name = form["form_data"]["name"].partition(" ")
    return {
        "id": form["user_id"],
        "first_name": first_name,
        "last_name": chance.choice((last_name, last_name, None)),
        "username": f"guest_{form['id']}",
        "language_code": "ru",
        "blocked": False,
        "created_at": form["created_at"],
        "updated_at": form["created_at"],
    }


def _events(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    submitted = "draft" if form["status"] == "draft" else "submitted"
    yield _event(form, "created", None, submitted)
    if form["status"] not in ("draft", "submitted"):
        yield _event(form, "moved", submitted, form["status"]) | DECISIONS.get(form["status"], {})


def _event(form: dict[str, Any], action: str, before: str | None, after: str) -> dict[str, Any]:
    actor = {"actor_id": form["user_id"], "actor_role": "guest"}
    statuses = {"from_status": before, "to_status": after, "note": None, "details": None}
    return {"form_id": form["id"], "at": form["created_at"], "action": action} | actor | statuses


async def _export(url: str, kind: str) -> str:
    async with opened(url) as database:
        services = create_services(database, load(QUESTIONNAIRE))
        await services.lists.counts(ADMIN)  # the connection stands, as in a process that runs
        await tune_gc(None)
        async with watched() as idle:
            await asyncio.sleep(IDLE)
        with tempfile.TemporaryDirectory() as folder:
            async with watched() as measured:
                exported = await services.exports.export_file(ADMIN, everything(kind), Path(folder), told)
            size = exported.path.stat().st_size / 2**20
    return f"{measured} (idle {idle.stall * 1000:.0f} ms), {size:.1f} MB of file"


@asynccontextmanager
async def watched() -> AsyncIterator[Measured]:
    """What is measured while the block runs."""
    measured = Measured()
    watch = asyncio.ensure_future(measured.watch())
    yield measured
    watch.cancel()
    measured.seconds = time.perf_counter() - measured.began


def everything(kind: str) -> ExportOrder:
    """All forms, for a Russian reader."""
    return ExportOrder(FormFilter(), kind, "ru", texts_of("ru").plain)


async def told(_done: int, _total: int) -> None:
    """Progress, for nobody."""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database, closed in the end."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [number, folder]:
            leave(int(number), Path(folder))
        case [number]:
            main(int(number))
        case _:
            main(FORMS)
