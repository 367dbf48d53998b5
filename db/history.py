"""The append-only history of a form."""

from dataclasses import asdict, fields

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import EventRecord
from db.tables import form_events

_COLUMNS = [form_events.c[field.name] for field in fields(EventRecord)]


class HistoryRepository:
    """Events of forms, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, event: EventRecord) -> None:
        """Append one line."""
        await self._connection.execute(insert(form_events).values(asdict(event)))

    async def of(self, form_id: int) -> list[EventRecord]:
        """Every line of one form, oldest first; a deleted form keeps them."""
        query = select(*_COLUMNS).where(form_events.c.form_id == form_id).order_by(form_events.c.id)
        return [EventRecord(*row) for row in await self._connection.execute(query)]
