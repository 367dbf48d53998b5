"""SQLite as we open it: no update is lost between tasks. The negative control is SQLAlchemy's default."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from db import engine
from db.engine import Database


async def read_modify_write(begin: object) -> None:
    async with begin() as connection:  # type: ignore[operator] # a transaction's context manager
        value = await connection.scalar(text("SELECT value FROM counter"))
        await asyncio.sleep(0.02)
        await connection.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})


async def final(begin: object, database: Database) -> int:
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        await connection.execute(text("INSERT INTO counter VALUES (0)"))
    await asyncio.gather(*(read_modify_write(begin) for _ in range(4)), return_exceptions=True)
    async with database.read() as connection:
        return int(await connection.scalar(text("SELECT value FROM counter")))


async def test_four_concurrent_writers_lose_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/ours.db")
    assert await final(database.write, database) == 4
    await database.close()


async def test_negative_control_the_default_engine_loses_updates(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/default.db"
    database, default = Database(url), create_async_engine(url)
    assert await final(default.begin, database) < 4
    await default.dispose()
    await database.close()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 5000)]
)
async def test_pragmas(tmp_path: Path, pragma: str, value: object) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/ours.db")
    async with database.read() as connection:
        assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value
    await database.close()


async def connect_to_a_file_of_another(folder: Path, other_writes: asyncio.Event) -> str:
    """The journal mode that we get of a new file in which another process is at its first write."""
    path = folder / "new.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_end(other, other_writes))
            async with database.read() as connection:
                return str((await connection.exec_driver_sql("PRAGMA journal_mode")).scalar())
    finally:
        await database.close()


async def _end(other: sqlite3.Connection, when: asyncio.Event) -> None:
    try:
        await when.wait()
    finally:
        other.close()


async def test_a_new_file_in_which_another_writes_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        refused.set()
        await real_sleep(0)

    real_sleep = asyncio.sleep
    monkeypatch.setattr(engine.asyncio, "sleep", sleep)
    assert await connect_to_a_file_of_another(tmp_path, refused) == "wal"
    assert refused.is_set()


async def test_negative_control_who_tries_once_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAL_TRIES", 1)
    with pytest.raises(ExceptionGroup) as error:
        await connect_to_a_file_of_another(tmp_path, asyncio.Event())
    assert error.group_contains(OperationalError, match="database is locked")
