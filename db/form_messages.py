"""Chat messages that belong to a form: where its card stands, what was asked about it, what was said to its guest."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import FormMessage
from db.tables import form_messages

KEPT_FOR = timedelta(days=180)
_COLUMNS = [form_messages.c[field.name] for field in fields(FormMessage)]


class FormMessageRepository:
    """The form_messages table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, message: FormMessage) -> None:
        """Remember what a message is; what it was before is forgotten."""
        row = {field.name: getattr(message, field.name) for field in fields(message)}
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        query = insert(form_messages).values(row)
        kept = {name: value for name, value in row.items() if name not in ("chat_id", "message_id")}
        await self._connection.execute(
            query.on_conflict_do_update(index_elements=[form_messages.c.chat_id, form_messages.c.message_id], set_=kept)
        )

    async def get(self, chat_id: int, message_id: int) -> FormMessage | None:
        """What the message is."""
        query = select(*_COLUMNS).where(form_messages.c.chat_id == chat_id, form_messages.c.message_id == message_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else FormMessage(*row)

    async def newest(self, chat_id: int, purposes: tuple[str, ...], since: datetime) -> FormMessage | None:
        """The newest message of a chat with one of these purposes."""
        query = select(*_COLUMNS).where(
            form_messages.c.chat_id == chat_id,
            form_messages.c.purpose.in_(purposes),
            form_messages.c.created_at >= since,
        )
        row = (await self._connection.execute(query.order_by(form_messages.c.message_id.desc()).limit(1))).first()
        return None if row is None else FormMessage(*row)

    async def card(self, form_id: int, chat_id: int) -> FormMessage | None:
        """The newest message of a chat that shows a form's card."""
        query = select(*_COLUMNS).where(
            form_messages.c.form_id == form_id,
            form_messages.c.chat_id == chat_id,
            form_messages.c.purpose.in_(("card", "review")),
        )
        row = (await self._connection.execute(query.order_by(form_messages.c.message_id.desc()).limit(1))).first()
        return None if row is None else FormMessage(*row)

    async def take(self, chat_id: int, message_id: int) -> bool:
        """Forget the message; False when somebody else has done so: of two answers at once, one counts."""
        query = delete(form_messages).where(
            form_messages.c.chat_id == chat_id, form_messages.c.message_id == message_id
        )
        return (await self._connection.execute(query)).rowcount > 0

    async def forget_chat(self, chat_id: int, purposes: tuple[str, ...]) -> None:
        """Drop all of a chat's messages with one of these purposes."""
        query = delete(form_messages).where(form_messages.c.chat_id == chat_id, form_messages.c.purpose.in_(purposes))
        await self._connection.execute(query)

    async def forget_old(self, at: datetime) -> None:
        """Drop what is older than half a year: Telegram edits no such message any more."""
        await self._connection.execute(delete(form_messages).where(form_messages.c.created_at < at - KEPT_FOR))


def as_state(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A state, empty when there is none."""
    return value or {}
