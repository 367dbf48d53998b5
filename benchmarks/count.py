"""Print how many forms are stored in DATABASE_URL."""

import asyncio
import os

from sqlalchemy import text

from db.engine import Database


async def count() -> None:
    """Count, and close."""
    database = Database(os.environ["DATABASE_URL"])
    async with database.read() as connection:
        print(await connection.scalar(text("SELECT count(*) FROM forms")))
    await database.close()


asyncio.run(count())
