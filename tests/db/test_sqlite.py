"""SQLite as we open it: no update is lost between tasks. The negative control is SQLAlchemy's default."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

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
