"""The engine, tuned for what SQLite and PostgreSQL get wrong by default (see each comment)."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiosqlite
import orjson
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 5_000
WAL_TRIES, WAL_PAUSE = 100, 0.05
SQLITE_PRAGMAS = (
    "synchronous=FULL",  # an acknowledged form outlives a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # deleted answers are overwritten, not just unlinked
    f"busy_timeout={BUSY_TIMEOUT_MS}",
)
POSTGRES_SETTINGS = {
    "statement_timeout": "10000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "15000",
    "jit": "off",
}
# SQLSTATE classes of the moment: connection, resources, intervention, locks, serialisation (PostgreSQL, appendix A).
PASSING_CLASSES = {"08", "53", "55", "57", "40"}


def dumps(value: object) -> str:
    """JSON as the database takes it."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> str:
    # asyncpg's UUID is a subclass, which orjson does not take.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgres(url)
        self._writer = self.engine.execution_options(begin_immediate=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; rolled back at the end."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that holds SQLite's write lock from its start; committed at the end, rolled back on error."""
        async with self._writer.begin() as connection:
            yield connection

    async def overwrite_deleted(self) -> None:
        """Write SQLite's log back into the file, where deleted answers are overwritten (PostgreSQL vacuums)."""
        if self.dialect == "sqlite":
            async with self.engine.connect() as connection:
                await connection.exec_driver_sql("COMMIT")  # a checkpoint waits for its own transaction too
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def is_passing(error: BaseException) -> bool:
    """Tell a fault of the moment (database away, busy, too slow) from a fault of the statement."""
    if isinstance(error, DBAPIError) and (error.connection_invalidated or _sqlstate(error)[:2] in PASSING_CLASSES):
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | OSError | TimeoutError)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _sqlite(url: str) -> AsyncEngine:
    engine = create_async_engine(url, json_serializer=dumps, json_deserializer=orjson.loads, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own, untyped in SQLAlchemy
    # Python's sqlite3 begins late and for writes only, which loses updates: we begin by ourselves.
    connection.isolation_level = None
    connection.run_async(_write_ahead)
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def _write_ahead(driver: aiosqlite.Connection) -> None:
    # Where another process writes its first to a new file, SQLite refuses the mode at once, whatever its timeout.
    for left in reversed(range(WAL_TRIES)):
        try:
            await driver.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not left:
                raise
        else:
            return
        await asyncio.sleep(WAL_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("begin_immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _postgres(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        pool_timeout=5,
        pool_recycle=1_800,
        json_serializer=dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # they are answers, and an error's text may reach a log
        connect_args={"timeout": 5, "command_timeout": 15, "server_settings": POSTGRES_SETTINGS},
    )
