"""Updates that the bot could not digest: kept for a person to look at, so that Telegram need not repeat them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import dead_letters

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
# They may hold answers: nobody's are kept for ever.
KEPT_FOR = timedelta(days=30)


class DeadLetterRepository:
    """The dead-letter table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, update_id: int, body: Mapping[str, Any], error: str, at: datetime) -> None:
        """Keep an update with the name of its error, once; drop those older than 30 days."""
        row = {"update_id": update_id, "body": body, "error": error, "created_at": at}
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        await self._connection.execute(insert(dead_letters).values(row).on_conflict_do_nothing())
        await self._connection.execute(delete(dead_letters).where(dead_letters.c.created_at < at - KEPT_FOR))

    async def of(self, user_id: int) -> list[Mapping[str, Any]]:
        """The updates of one user."""
        query = select(dead_letters.c.body).where(_is_from(user_id)).order_by(dead_letters.c.update_id)
        return list(await self._connection.scalars(query))

    async def forget(self, user_id: int) -> None:
        """Drop the updates of one user."""
        await self._connection.execute(delete(dead_letters).where(_is_from(user_id)))


def _is_from(user_id: int) -> ColumnElement[bool]:
    """Bot API, Update: who sent it stands in the one object beside update_id."""
    senders = (dead_letters.c.body[kind, "from", "id"].as_string() for kind in KINDS)
    return or_(*(cast(sender, Text) == str(user_id) for sender in senders))
