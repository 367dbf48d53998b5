"""Migrations under a lock: of replicas that start together, one migrates and the others wait for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database

ROOT = Path(__file__).resolve().parent.parent
LOCK_KEY = 0x62616C626F74  # "balbot"
LOCK_WAIT_SECONDS = 60
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")


class MigrationLockTimeoutError(RuntimeError):
    """Another process holds the migration lock for longer than LOCK_WAIT_SECONDS."""


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction to migrate in, held by one process at a time.

    SQLite's write lock is the lock there; PostgreSQL has an advisory one, which goes with the transaction.
    """
    async with database.write() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await _wait_for_lock(connection)
        yield connection


async def upgrade(database: Database) -> None:
    """Bring the database to the newest schema; raise MigrationLockTimeoutError when another process is stuck at it."""
    async with locked(database) as connection:
        await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the schema is the one this code was written for; raises when the database cannot be reached."""
    async with database.read() as connection:
        found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return bool(found == newest_revision())


def newest_revision() -> str:
    """The newest migration's number: the files are `0001_….py`, `0002_….py` and so on."""
    return max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))


async def _wait_for_lock(connection: AsyncConnection) -> None:
    # Transaction-level: it goes with COMMIT, ROLLBACK or the connection, whatever happens to this process.
    try:
        async with asyncio.timeout(LOCK_WAIT_SECONDS):
            while not await connection.scalar(TRY_LOCK, {"key": LOCK_KEY}):  # noqa: ASYNC110 - another process holds it
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise MigrationLockTimeoutError(
            f"another process has been migrating this database for {LOCK_WAIT_SECONDS} s; end it and start again"
        ) from None


def _upgrade(connection: Connection) -> None:
    # Imported here: alembic takes a tenth of a second, and only a start needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
