"""Alembic's entry: runs on the connection that `db.migrate` hands over, or makes its own for the command line."""

import asyncio
import os

from alembic import context
from dotenv import load_dotenv
from sqlalchemy import Connection

from db.engine import Database
from db.migrate import locked
from db.tables import is_modelled, metadata


def migrate(connection: Connection) -> None:
    """Run the migrations on this connection, inside its transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        include_object=is_modelled,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_by_command() -> None:
    """Open the database of DATABASE_URL, as `alembic upgrade head` needs."""
    load_dotenv()
    database = Database(os.environ.get("DATABASE_URL") or "sqlite+aiosqlite:///./bal_bot.db")
    try:
        async with locked(database) as connection:
            await connection.run_sync(migrate)
    finally:
        await database.close()


if (handed_over := context.config.attributes.get("connection")) is not None:
    migrate(handed_over)
else:
    asyncio.run(migrate_by_command())
