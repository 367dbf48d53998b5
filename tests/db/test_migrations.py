"""Migrations: up, down, up; they make what the models say; of many that start together one migrates."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Uuid, bindparam, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate
from db.engine import Database
from db.forms import FormFilter, FormRepository
from db.history import HistoryRepository
from db.tables import ACTIONS, UTCDateTime, is_modelled, metadata

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
async def empty(database_url: str) -> Database:
    """A database without any table."""
    database = Database(database_url)
    await erase(database)
    yield database
    await erase(database)
    await database.close()


async def erase(database: Database) -> None:
    """Leave nothing: PostgreSQL's database serves the tests after these, too."""
    if database.dialect == "postgresql":
        async with database.write() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))


def config() -> Config:
    return Config(ROOT / "alembic.ini")


def run(connection: Connection, action: str, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    getattr(command, action)(settings, revision)


async def test_stairway(empty: Database) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
    for revision in revisions:
        async with migrate.locked(empty) as connection:
            await connection.run_sync(run, "upgrade", revision)
            await connection.run_sync(run, "downgrade", "-1")
            await connection.run_sync(run, "upgrade", revision)
    assert await migrate.is_current(empty)
    async with migrate.locked(empty) as connection:
        await connection.run_sync(run, "downgrade", "base")
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(names) <= {"alembic_version", "sqlite_sequence"}


async def test_migrations_make_what_the_models_say(empty: Database) -> None:
    await migrate.upgrade(empty)
    async with empty.read() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"include_object": is_modelled}), metadata
            )
        )
    assert differences == []


BEFORE = (
    "INSERT INTO users (id, blocked, created_at, updated_at) VALUES (1, false, :at, :at)",
    """INSERT INTO forms (id, user_id, submission_id, form_data, search_text, status, source, questionnaire,
        questionnaire_version, request_hash, version, created_at, updated_at, submitted_at)
    VALUES (7, 1, :uuid, '{"ticket_type": "VIP"}', 'алёна ёлкина', 'submitted', 'api', 'ball', 1, 'x', 1, :at, :at, :at)
    """,
    """INSERT INTO form_events (form_id, at, actor_role, action, to_status, note)
    VALUES (7, :at, 'api', 'created', 'submitted', 'note')""",
)
EVENT = "INSERT INTO form_events (form_id, at, actor_role, action) VALUES (7, :at, 'admin', :action)"


async def test_0002_keeps_and_finds_what_0001_has_stored(empty: Database) -> None:
    moment = {"at": datetime(2026, 12, 1, tzinfo=UTC), "uuid": UUID(int=7)}
    types = (bindparam("at", type_=UTCDateTime), bindparam("uuid", type_=Uuid))

    async def execute(connection: AsyncConnection, sql: str, **more: object) -> None:
        statement = text(sql)
        known = [kind for kind in types if kind.key in statement._bindparams]
        await connection.execute(statement.bindparams(*known), moment | more)

    async with migrate.locked(empty) as connection:
        await connection.run_sync(run, "upgrade", "0001")
        for sql in BEFORE:
            await execute(connection, sql)
    await migrate.upgrade(empty)

    async with empty.write() as connection:
        for words, ticket in ((("елкина", "алена"), "VIP"), (("лк",), None), (("елк",), None)):
            found = await FormRepository(connection).page(FormFilter(words=words, ticket_type=ticket), limit=9)
            assert [form.id for form in found] == [7]
        [event] = await HistoryRepository(connection).of(7)
        assert (event.action, event.note, event.details) == ("created", "note", None)
        for action in ACTIONS:
            await execute(connection, EVENT, action=action)
    with pytest.raises(IntegrityError):
        async with empty.write() as connection:
            await execute(connection, EVENT, action="nonsense")


async def test_eight_that_start_together_migrate_once(empty: Database, database_url: str) -> None:
    databases = [Database(database_url) for _ in range(8)]
    try:
        await asyncio.gather(*(migrate.upgrade(database) for database in databases))
    finally:
        await asyncio.gather(*(database.close() for database in databases))
    assert await migrate.is_current(empty)


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("backend", ["postgresql"])
async def test_negative_control_without_the_lock_they_collide(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(_connection: object) -> None: ...

    monkeypatch.setattr(migrate, "_wait_for_lock", no_lock)
    databases = [Database(database_url) for _ in range(8)]
    try:
        results = await asyncio.gather(*map(migrate.upgrade, databases), return_exceptions=True)
    finally:
        await asyncio.gather(*(database.close() for database in databases))
    assert any(isinstance(result, Exception) for result in results)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_lock_that_is_never_released_ends_in_words(
    empty: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_WAIT_SECONDS", 0.3)
    other = Database(database_url)
    async with migrate.locked(empty):
        with pytest.raises(migrate.MigrationLockTimeoutError, match="another process"):
            await migrate.upgrade(other)
    await other.close()


@pytest.mark.parametrize("program", [["-m", "alembic", "upgrade", "head"], ["-m", "bot", "migrate"]])
async def test_the_commands_migrate(empty: Database, database_url: str, program: list[str]) -> None:
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "TELEGRAM_BOT_TOKEN": "42:TEST",
        "SECRET_KEY": "0123456789abcdef" * 2,
    }
    done = subprocess.run(  # noqa: ASYNC221, S603 - the program is ours
        [sys.executable, *program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert await migrate.is_current(empty)


async def test_a_database_of_another_version_is_not_ready(empty: Database) -> None:
    await migrate.upgrade(empty)
    async with empty.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not await migrate.is_current(empty)
