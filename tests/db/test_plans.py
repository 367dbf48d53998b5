"""Query plans of the very statements that the repositories execute: an index, and no full scan of forms or outbox.

SQLite is asked twice, for nobody runs ANALYZE on a guest's small machine. PostgreSQL is asked as it stands: with
some thousand rows its planner reads a table through only where a statement has no index, except where a case says
`few`: there the table is small enough that reading it all would be wise, so sequential scans are made dear.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rest.rest_parts import empty_postgres
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.seeding import seed
from bot.questionnaire import load
from bot.services.search import searched
from bot.services.transactions import Transaction
from db.engine import Database
from db.forms import FormFilter, FormRepository, Position
from db.migrate import upgrade
from db.records import FormMessage, NewMessage
from db.tables import forms

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 12, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
MANY, CARDS = 4_000, 3_000
FULL_SCAN = {
    "sqlite": re.compile(r"SCAN (forms|outbox|o|earlier|f|m|form_messages)( USING (?!.*INDEX).*)?$"),
    "postgresql": re.compile(r"Seq Scan on (forms|outbox|form_messages)\b"),
}
type Call = Callable[[Transaction], Awaitable[object]]


@dataclass
class Seen:
    """Statements as they went to the driver."""

    statements: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, _connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "INSERT", "WITH", "DELETE"):
            self.statements.append((statement, parameters))


@contextmanager
def watched(database: Database) -> Any:
    seen = Seen()
    event.listen(database.engine.sync_engine, "before_cursor_execute", seen)
    try:
        yield seen
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", seen)


async def plan(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    """The plan's lines."""
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[-1] for row in rows]
    return [row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


async def plans(database: Database, call: Call, *, few: bool = False) -> list[str]:
    """The plans of all that the call executes; what it has changed is taken back."""
    lines: list[str] = []
    async with database.engine.connect() as connection:
        with watched(database) as seen:
            await call(Transaction(connection))
        if few and database.dialect == "postgresql":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in seen.statements:
            lines += await plan(connection, statement, parameters)
        await connection.rollback()
    return lines


def full_scans(database: Database, lines: list[str]) -> list[str]:
    return [line for line in lines if FULL_SCAN[database.dialect].search(line)]


@pytest.fixture(scope="module", params=["sqlite", "sqlite, analyzed", "postgresql"])
def kind(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Which database, and where it is if it is PostgreSQL."""
    dsn = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    return request.param, dsn


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seeded(kind: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """Thousands of forms, cards and messages."""
    name, dsn = kind
    file = tmp_path_factory.mktemp("plans") / "bal_bot.db"
    database = Database(await empty_postgres(dsn) if dsn else f"sqlite+aiosqlite:///{file}")
    await upgrade(database)
    await seed(database, load(ROOT / "questionnaire.toml"), MANY, now=NOW)
    await some_are_rare(database)
    await fill_outbox(database)
    if name != "sqlite":
        async with database.write() as connection:
            await connection.exec_driver_sql("ANALYZE")
    yield database
    await database.close()


async def some_are_rare(database: Database) -> None:
    """What every other form has is found soonest by looking at the newest ones."""
    async with database.write() as connection:
        await connection.execute(
            text("UPDATE forms SET status = 'approved' WHERE status = 'needs_changes' AND id > 900")
        )
        await connection.execute(text("UPDATE forms SET ticket_type = 'Press' WHERE id % 100 = 7"))


async def fill_outbox(database: Database) -> None:
    """Most was sent, some waits; every form has its card in a chat."""
    sent = [NewMessage("card", -100, number, lane=str(number)) for number in range(1, CARDS + 1)]
    waiting = [NewMessage("notice", number) for number in range(1, 300)]
    cards = [NewMessage("card", chat_id, chat_id) for chat_id in range(1, 40)]
    async with database.write() as connection:
        transaction = Transaction(connection)
        await transaction.outbox.add(sent, NOW - timedelta(days=1))
        await connection.execute(text("UPDATE outbox SET sent_at = created_at"))
        await transaction.outbox.add(waiting + cards, NOW)
        for number in range(1, 500):
            await transaction.form_messages.put(FormMessage(-100, number, number, "card", {}, NOW))


WEEK = {"since": NOW - timedelta(days=30), "until": NOW - timedelta(days=23)}
PLACE = Position(2_000, NOW - timedelta(days=20))
STATUS, TICKET = r"ix_forms_status_", r"ix_forms_ticket_type_id"
EITHER = r"ix_forms_(status_|ticket_type_id|submitted_at_id)"
WAITING = r"ix_forms_(status_submitted_at_id|waiting)"
TRIGRAMS = r"ix_forms_search_text|VIRTUAL TABLE INDEX \d+:G"


def listed(wanted: FormFilter) -> Call:
    return lambda transaction: transaction.forms.page(wanted, limit=9)


def further(wanted: FormFilter) -> Call:
    async def call(transaction: Transaction) -> None:
        await transaction.forms.page(wanted, limit=9, before=2_000)
        await transaction.forms.page_after(wanted, limit=9, after=2_000)

    return call


def counted(wanted: FormFilter) -> Call:
    return lambda transaction: transaction.forms.count(wanted)


def waits(**where: Position) -> Call:
    find = "waiting_before" if "before" in where else "waiting"
    wanted = FormFilter(status="submitted")
    return lambda transaction: getattr(transaction.forms, find)(wanted, limit=9, **where)


def looked_for(words: str) -> tuple[Call, str]:
    return listed(searched(FormFilter(), words)), TRIGRAMS


CASES: dict[str, tuple[Call, str]] = {
    "the next and the previous page": (further(FormFilter()), r"pk_forms|INTEGER PRIMARY KEY \(rowid[<>]"),
    "status": (listed(FormFilter(status="needs_changes")), STATUS),
    "status, further": (further(FormFilter(status="needs_changes")), STATUS),
    "status, counted": (counted(FormFilter(status="needs_changes")), STATUS),
    "ticket": (listed(FormFilter(ticket_type="Press")), TICKET),
    "ticket, further": (further(FormFilter(ticket_type="Press")), TICKET),
    "ticket, counted": (counted(FormFilter(ticket_type="Press")), TICKET),
    "a week": (listed(FormFilter(**WEEK)), r"ix_forms_submitted_at_id|pk_forms"),
    "a week, further": (
        further(FormFilter(**WEEK)),
        r"ix_forms_submitted_at_id|pk_forms|INTEGER PRIMARY KEY \(rowid[<>]",
    ),
    "a week, counted": (counted(FormFilter(**WEEK)), r"ix_forms_submitted_at_id"),
    "all": (listed(FormFilter(status="approved", ticket_type="Press", **WEEK)), EITHER),
    "all, further": (further(FormFilter(status="approved", ticket_type="Press", **WEEK)), EITHER),
    "all, counted": (counted(FormFilter(status="approved", ticket_type="Press", **WEEK)), EITHER),
    "waiting": (waits(), WAITING),
    "waiting, further": (waits(after=PLACE), WAITING),
    "waiting, back": (waits(before=PLACE), WAITING),
    "a word": looked_for("кракозябра"),
    "a word, counted": (counted(searched(FormFilter(), "Дорофеев")), TRIGRAMS),
    "three letters": looked_for("ъёж"),
    "two words": looked_for("Варвара Дорофеева"),
    "a phone": looked_for("8 (912) 345-67-89"),
    "the tail of a phone": looked_for("3457"),
    "a part of an e-mail": looked_for("dorofeev12"),
    "signs": looked_for("d*r[o]feev"),
    "a number": looked_for("3999"),
    "№": (listed(searched(FormFilter(), "№ 3999")), r"pk_forms|INTEGER PRIMARY KEY \(rowid=\?\)"),
    "a card": (lambda transaction: transaction.outbox.undelivered(limit=9, form_id=7), r"ix_outbox_(form_id|dead)"),
    "a decision": (lambda transaction: transaction.history.decision(7), r"ix_form_events_form_id_id"),
    "claim": (lambda transaction: transaction.outbox.claim(30, NOW, LATER), r"ix_outbox_(due|lane)"),
    "when is the next due": (lambda transaction: transaction.outbox.next_due(), r"ix_outbox_(due|lane)"),
    "fold": (
        lambda transaction: transaction.outbox.fold([7], NOW, most=15, window=timedelta(minutes=1)),
        r"ix_outbox_cards[\s\S]*ix_outbox_lane|ix_outbox_lane[\s\S]*ix_outbox_cards",
    ),
    "refresh": (
        lambda transaction: transaction.outbox.refresh([7, 8], NOW, NOW, priority=1),
        r"ix_form_messages_form_id",
    ),
    "withdraw": (lambda transaction: transaction.outbox.withdraw(7, NOW), r"ix_outbox_form_id"),
}
FEW = {"when is the next due", "claim", "fold", "refresh"}


@pytest.mark.parametrize("case", CASES)
async def test_an_index_and_no_full_scan(seeded: Database, case: str) -> None:
    call, index = CASES[case]
    lines = await plans(seeded, call, few=case in FEW)

    assert lines
    assert full_scans(seeded, lines) == [], "\n".join(lines)
    assert re.search(index, "\n".join(lines)), "\n".join(lines)


async def test_the_order_of_those_that_wait_is_the_index_s(seeded: Database) -> None:
    for where in ({}, {"after": PLACE}, {"before": PLACE}):
        lines = await plans(seeded, waits(**where))
        assert not re.search(r"Sort|TEMP B-TREE", "\n".join(lines)), lines


async def test_the_first_page_reads_from_the_end_and_stops(seeded: Database) -> None:
    """SQLite calls it a scan: backwards through the numbers, nine of them."""
    lines = await plans(seeded, listed(FormFilter()))
    assert not re.search(r"Sort|TEMP B-TREE|Seq Scan", "\n".join(lines)), lines


@pytest.mark.parametrize(
    "query",
    [
        select(forms.c.id).where(forms.c.source == "chat"),
        select(forms.c.id).where(func.lower(forms.c.search_text) == "x"),
        text("SELECT id FROM outbox WHERE last_error = 'x'"),
        text("UPDATE outbox SET attempts = 0 WHERE last_error = 'x'"),
    ],
)
async def test_negative_control_a_statement_without_an_index(seeded: Database, query: Any) -> None:
    async def call(transaction: Transaction) -> None:
        await transaction._connection.execute(query)

    assert full_scans(seeded, await plans(seeded, call))


async def generic_plans(database: Database) -> int:
    """How many plans for any word PostgreSQL has made after ten searches over one connection."""
    async with database.engine.connect() as connection:
        for number in range(10):
            await FormRepository(connection).page(FormFilter(words=(f"dorofeev{number}",)), limit=9)
        query = "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE 'SELECT forms.%'"
        return int(await connection.scalar(text(query)) or 0)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_postgresql_plans_for_the_word_that_is_searched(seeded: Database) -> None:
    assert await generic_plans(seeded) == 0


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_negative_control_left_alone_it_plans_for_any_word(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormRepository, "_search", lambda self, query: self._connection.execute(query))
    assert await generic_plans(seeded) > 0
