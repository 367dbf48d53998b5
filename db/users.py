"""Telegram users as last seen."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import KnownUser, UserRecord
from db.tables import UTCDateTime, users

COLUMNS = "id, first_name, last_name, username, language_code, created_at, updated_at"
# A user whose names nobody told (an admin's form on somebody's behalf) keeps those that are known.
UPSERT = """
    ON CONFLICT (id) DO UPDATE SET
        first_name = excluded.first_name, last_name = excluded.last_name, username = excluded.username,
        language_code = excluded.language_code, blocked = false, updated_at = excluded.updated_at
    WHERE excluded.first_name IS NOT NULL AND (
        users.first_name IS DISTINCT FROM excluded.first_name OR users.last_name IS DISTINCT FROM excluded.last_name
        OR users.username IS DISTINCT FROM excluded.username
        OR users.language_code IS DISTINCT FROM excluded.language_code OR users.blocked)"""
_SEE = text(f"""
    INSERT INTO users ({COLUMNS})
    VALUES (:id, :first_name, :last_name, :username, :language_code, :at, :at) {UPSERT}
""").bindparams(bindparam("at", type_=UTCDateTime))

_SET_BLOCKED = text("""
    INSERT INTO users (id, blocked, created_at, updated_at) VALUES (:id, :blocked, :at, :at)
    ON CONFLICT (id) DO UPDATE SET blocked = excluded.blocked, updated_at = excluded.updated_at
""").bindparams(bindparam("at", type_=UTCDateTime))
_FORGET = text("""
    UPDATE users SET first_name = NULL, last_name = NULL, username = NULL, language_code = NULL, language = NULL,
        updated_at = :at
    WHERE id = :id
""").bindparams(bindparam("at", type_=UTCDateTime))
_SET_LANGUAGE = text("""
    INSERT INTO users (id, language, created_at, updated_at) VALUES (:id, :language, :at, :at)
    ON CONFLICT (id) DO UPDATE SET language = excluded.language, updated_at = excluded.updated_at
""").bindparams(bindparam("at", type_=UTCDateTime))
_GET = select(*(users.c[field.name] for field in fields(KnownUser))).where(users.c.id == bindparam("id"))


class UserRepository:
    """The users table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def see(self, user: UserRecord, at: datetime) -> None:
        """Remember the user as Telegram tells of them now; who writes has not blocked the bot."""
        await self._connection.execute(_SEE, asdict(user) | {"at": at})

    async def set_blocked(self, user_id: int, at: datetime, *, blocked: bool) -> None:
        """Remember whether the user has blocked the bot, also of one who has never written to it."""
        await self._connection.execute(_SET_BLOCKED, {"id": user_id, "blocked": blocked, "at": at})

    async def reachable(self, chat_ids: Sequence[int]) -> list[int]:
        """Those of the chats whose user has not blocked the bot."""
        query = select(users.c.id).where(users.c.id.in_(chat_ids), users.c.blocked)
        blocked = set(await self._connection.scalars(query)) if chat_ids else set()
        return [chat_id for chat_id in chat_ids if chat_id not in blocked]

    async def set_language(self, user_id: int, language: str | None, at: datetime) -> None:
        """Remember the language that the user has chosen; None is Telegram's."""
        await self._connection.execute(_SET_LANGUAGE, {"id": user_id, "language": language, "at": at})

    async def languages(self, user_ids: Collection[int]) -> dict[int, str | None]:
        """User → the language chosen, of those who are known."""
        query = select(users.c.id, users.c.language).where(users.c.id.in_(user_ids))
        return {row.id: row.language for row in await self._connection.execute(query)}

    async def forget(self, user_id: int, at: datetime) -> None:
        """Forget the user's names and languages; whether messages get through is not theirs to forget."""
        await self._connection.execute(_FORGET, {"id": user_id, "at": at})

    async def get(self, user_id: int) -> KnownUser | None:
        """The user as last seen."""
        row = (await self._connection.execute(_GET, {"id": user_id})).first()
        return None if row is None else KnownUser(*row)
