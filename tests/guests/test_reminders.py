"""One gentle reminder of a draft: who gets it, who does not, and once, however many replicas look."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from guest_parts import Guest, labels, page_of
from sqlalchemy import event, text
from world import IVAN, VERA, World, run_world, until

from bot.services.reminders import ReminderService
from bot.web.keys import SERVICES
from db.engine import Database
from db.records import NewMessage
from db.reminders import ReminderRepository

CLOSED = "closes_at = 2020-01-01T00:00:00+03:00\n"


@pytest.fixture
def closed_file(tmp_path: Path) -> Path:
    """The ball's questionnaire, when no more forms are taken."""
    file = tmp_path / "closed.toml"
    file.write_text(CLOSED + Path("questionnaire.toml").read_text("utf-8"), "utf-8")
    return file


async def is_left(world: World, form_id: int, hours: float = 25) -> None:
    """The draft was last touched so long ago."""
    when = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    moment = ":at" if world.database.dialect == "sqlite" else "CAST(CAST(:at AS text) AS timestamptz)"
    async with world.database.write() as connection:
        sql = f"UPDATE forms SET created_at = {moment}, updated_at = {moment} WHERE id = :id"  # noqa: S608 - a constant
        await connection.execute(text(sql), {"at": when, "id": form_id})


def reminders(world: World) -> ReminderService:
    return world.app[SERVICES].reminders


async def test_a_draft_that_was_left_is_mentioned_once(ivan: Guest, vera: Guest) -> None:
    await ivan.says("/start")
    await vera.says("/start")
    await ivan.stores("draft")
    await vera.stores("draft")
    await is_left(ivan.world, 1)
    await is_left(ivan.world, 2, hours=23)
    assert await reminders(ivan.world).remind() == 1
    said = await ivan.heard(0, "Вы начали анкету")
    assert "№ 1 (Новогодний бал)" in said["text"]
    assert labels(said) == ["✏️ Продолжить", "💬 Продолжить в чате"]
    assert page_of(said).endswith("/mini-app?form=1&lang=ru")
    assert (await ivan.form()).version == 1, "a reminder is no change of the form"
    await is_left(ivan.world, 1, hours=100)
    assert await reminders(ivan.world).remind() == 0
    await ivan.press(said, "Продолжить в чате")
    await ivan.heard(said["message_id"])
    assert not [m for m in await vera.messages() if "You began" in m.get("text", "")]


async def test_who_is_not_reminded(ivan: Guest, vera: Guest) -> None:
    world = ivan.world
    await ivan.says("/start")
    await vera.says("/start")
    await ivan.stores("draft")
    await ivan.stores()  # submitted since
    await vera.stores("draft")
    await vera.stores("draft")  # of two drafts the newer
    await world.request(
        "POST", "/api/form-data/", world.admin, json={"user_id": 555, "form_data": {"name": "Никто"}}
    )  # somebody whom the bot has never seen
    for number in (1, 3, 4, 5):
        await is_left(world, number)
    await world.people.block(VERA)
    await until(lambda: _blocked(world))
    assert await reminders(world).remind() == 0
    assert await world.rows("SELECT count(*) FROM forms WHERE reminded_at IS NULL") == [(1,)]
    assert await world.rows("SELECT count(*) FROM outbox WHERE kind = 'reminder'") == [(0,)]


async def _blocked(world: World) -> bool:
    return len(await world.rows("SELECT id FROM users WHERE blocked AND id = :id", id=VERA)) == 1


async def test_a_draft_that_was_sent_meanwhile_is_not_mentioned(ivan: Guest) -> None:
    await ivan.says("/start")
    number = await ivan.stores("draft")
    await ivan.services.forms.delete(ivan.actor, number)
    async with ivan.services.reminders._transactions.write() as transaction:
        await transaction.outbox.add([NewMessage("reminder", IVAN, number)], datetime.now(UTC))
    ivan.services.outbox.wake()
    await until(lambda: _nothing_waits(ivan.world))
    assert not [m for m in await ivan.messages() if "Вы начали" in m.get("text", "")]


async def _nothing_waits(world: World) -> bool:
    return not await world.rows("SELECT id FROM outbox WHERE sent_at IS NULL")


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("settings_overrides", [{"draft_reminder_hours": 0}])
async def test_0_is_off(ivan: Guest) -> None:
    await ivan.says("/start")
    await ivan.stores("draft")
    await is_left(ivan.world, 1, hours=1_000)
    assert not reminders(ivan.world).is_on
    assert await reminders(ivan.world).remind() == 0


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nobody_is_reminded_of_what_is_closed(ivan: Guest, closed_file: Path, database_url: str) -> None:
    await ivan.says("/start")
    await ivan.stores("draft")
    await is_left(ivan.world, 1)
    async with run_world(database_url, questionnaire_file=closed_file) as closed:
        assert await reminders(closed).remind() == 0
    assert await ivan.world.rows("SELECT reminded_at FROM forms") == [(None,)]


async def test_of_two_replicas_one_reminds(ivan: Guest, database_url: str) -> None:
    world = ivan.world
    for user_id in (IVAN, VERA):
        await Guest(world, user_id).says("/start")
    for number in range(1, 21):
        await Guest(world, IVAN if number % 2 else VERA).stores("draft")
    for number in range(1, 21):
        await is_left(world, number)
    other = Database(database_url)
    try:
        services = [world.app[SERVICES], _services(other, world)]
        await asyncio.gather(*(one.reminders.remind() for one in services for _ in range(5)))
        rows = await world.rows("SELECT chat_id, count(*) FROM outbox WHERE kind = 'reminder' GROUP BY chat_id")
        assert sorted(rows) == [(IVAN, 1), (VERA, 1)]
    finally:
        await other.close()


def _services(database: Database, world: World) -> object:
    from bot.services import create_services  # noqa: PLC0415

    return create_services(database, world.app[SERVICES].questionnaire, remind_after=timedelta(hours=24))


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_control_without_the_claim_both_remind(ivan: Guest, database_url: str) -> None:
    """Who looks first and marks later reminds twice: what the one statement is for."""
    await ivan.says("/start")
    await ivan.stores("draft")
    await is_left(ivan.world, 1)
    looked = asyncio.Barrier(2)

    async def careless(database: Database) -> None:
        async with database.write() as connection:
            due = (await connection.execute(text("SELECT id FROM forms WHERE reminded_at IS NULL"))).all()
            await looked.wait()
            for row in due:
                await connection.execute(text("UPDATE forms SET reminded_at = now() WHERE id = :id"), {"id": row.id})
                await connection.execute(
                    text(
                        "INSERT INTO outbox (kind, chat_id, lane, form_id, params, priority, revision, attempts,"
                        " created_at, next_attempt_at, sent_at)"
                        " VALUES ('reminder', 1001, '1001', :id, '{}', 0, 0, 0, now(), now(), now())"
                    ),
                    {"id": row.id},
                )

    other = Database(database_url)
    try:
        await asyncio.gather(careless(ivan.world.database), careless(other))
    finally:
        await other.close()
    assert await ivan.world.rows("SELECT count(*) FROM outbox WHERE kind = 'reminder'") == [(2,)]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_task_reminds_by_itself(ivan: Guest, database_url: str) -> None:
    await ivan.says("/start")
    await ivan.stores("draft")
    await is_left(ivan.world, 1)
    async with run_world(database_url):
        await until(lambda: _claimed(ivan.world))


async def _claimed(world: World) -> bool:
    return await world.rows("SELECT count(*) FROM outbox WHERE kind = 'reminder'") == [(1,)]


async def test_the_search_for_drafts_uses_its_index(world: World) -> None:
    statements: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    engine = world.database.engine.sync_engine
    async with world.database.write() as connection:
        event.listen(engine, "before_cursor_execute", note)
        await ReminderRepository(connection).claim(datetime.now(UTC), datetime.now(UTC), most=10)
        event.remove(engine, "before_cursor_execute", note)
        if world.database.dialect == "postgresql":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        [(statement, parameters)] = statements
        explain = "EXPLAIN QUERY PLAN" if world.database.dialect == "sqlite" else "EXPLAIN"
        plan = (await connection.exec_driver_sql(f"{explain} {statement}", parameters)).all()
    assert "ix_forms_left" in repr(plan)
