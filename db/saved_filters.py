"""Filters of the list, kept under a short name: a button's data has 64 bytes, a search may be longer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import saved_filters

# They may hold what was searched for, a guest's name: nobody's is kept for ever.
KEPT_FOR = timedelta(days=90)


class SavedFilterRepository:
    """The saved_filters table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, filter_id: str, content: Mapping[str, Any], at: datetime) -> None:
        """Keep a filter, or keep it longer."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        query = insert(saved_filters).values(id=filter_id, content=content, used_at=at)
        again = query.on_conflict_do_update(index_elements=[saved_filters.c.id], set_={"used_at": at})
        await self._connection.execute(again)

    async def get(self, filter_id: str) -> Mapping[str, Any] | None:
        """The filter of this name."""
        query = select(saved_filters.c.content).where(saved_filters.c.id == filter_id)
        content: Mapping[str, Any] | None = await self._connection.scalar(query)
        return content

    async def forget_old(self, at: datetime) -> None:
        """Drop those that nobody has used for 90 days."""
        await self._connection.execute(delete(saved_filters).where(saved_filters.c.used_at < at - KEPT_FOR))
