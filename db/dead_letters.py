"""Updates that the bot could not digest: kept for a person to look at, so that Telegram need not repeat them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import dead_letters


class DeadLetterRepository:
    """The dead-letter table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, update_id: int, body: Mapping[str, Any], error: str, at: datetime) -> None:
        """Keep an update with the name of its error; the same update is kept once."""
        known = select(exists().where(dead_letters.c.update_id == update_id))
        if not await self._connection.scalar(known):
            row = {"update_id": update_id, "body": body, "error": error, "created_at": at}
            await self._connection.execute(insert(dead_letters).values(row))
