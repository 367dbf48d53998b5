"""Telegram users as last seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import UserRecord
from db.tables import users


class UserRepository:
    """The users table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def see(self, user: UserRecord, at: datetime) -> None:
        """Remember the user's names as they are now; a chosen language stays."""
        if not await self._change(user.id, _names(user) | {"blocked": False, "updated_at": at}):
            row = _names(user) | {
                "id": user.id,
                "language_code": user.language_code,
                "created_at": at,
                "updated_at": at,
            }
            await self._connection.execute(insert(users).values(row))

    async def set_blocked(self, user_id: int, at: datetime, *, blocked: bool) -> None:
        """Remember whether the user has blocked the bot."""
        await self._change(user_id, {"blocked": blocked, "updated_at": at})

    async def exists(self, user_id: int) -> bool:
        """Whether the user is known."""
        return await self._connection.scalar(select(users.c.id).where(users.c.id == user_id)) is not None

    async def _change(self, user_id: int, values: Mapping[str, Any]) -> bool:
        result = await self._connection.execute(update(users).where(users.c.id == user_id).values(values))
        return bool(result.rowcount)


def _names(user: UserRecord) -> dict[str, Any]:
    return {"first_name": user.first_name, "last_name": user.last_name, "username": user.username}
