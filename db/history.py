"""The append-only history of a form."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import EventRecord, NamedEvent, UserRecord
from db.tables import form_events, users

DECISIONS = ("approved", "rejected", "needs_changes")

_COLUMNS = [form_events.c[field.name] for field in fields(EventRecord)]
_USER = [users.c[field.name] for field in fields(UserRecord)]
_NAMED = select(*_COLUMNS, *_USER).select_from(form_events.outerjoin(users, users.c.id == form_events.c.actor_id))


class HistoryRepository:
    """Events of forms, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, event: EventRecord) -> None:
        """Append one line."""
        await self._connection.execute(insert(form_events).values(asdict(event)))

    async def add_all(self, events: Sequence[EventRecord]) -> None:
        """Append many lines."""
        if events:
            await self._connection.execute(insert(form_events), [asdict(event) for event in events])

    async def decision(self, form_id: int) -> NamedEvent | None:
        """When and by whom the form was given the status it stands in; None if that is no decision, or not any more."""
        query = _NAMED.where(
            form_events.c.form_id == form_id, form_events.c.to_status.is_distinct_from(form_events.c.from_status)
        )
        found = (await self._connection.execute(query.order_by(form_events.c.id.desc()).limit(1))).first()
        named = None if found is None else _named(found)
        return named if named and named.event.to_status in DECISIONS else None

    async def change(self, form_id: int) -> EventRecord | None:
        """When the answers of a form that had been submitted were last changed, and which; None if they never were."""
        query = select(*_COLUMNS).where(form_events.c.form_id == form_id, form_events.c.action == "edited")
        query = query.where(form_events.c.from_status != "draft").order_by(form_events.c.id.desc()).limit(1)
        found = (await self._connection.execute(query)).first()
        return None if found is None else EventRecord(*found)

    async def decisions(self, form_ids: Sequence[int]) -> dict[int, EventRecord]:
        """Form → the decision it stands under, of those forms that stand under one."""
        if not form_ids:
            return {}
        last = select(func.max(form_events.c.id)).where(
            form_events.c.form_id.in_(form_ids), form_events.c.to_status.is_distinct_from(form_events.c.from_status)
        )
        query = select(*_COLUMNS).where(form_events.c.id.in_(last.group_by(form_events.c.form_id)))
        events = [EventRecord(*row) for row in await self._connection.execute(query)]
        return {event.form_id: event for event in events if event.action == "moved" and event.to_status in DECISIONS}

    async def of_forms(self, form_ids: Sequence[int]) -> list[EventRecord]:
        """Every line of these forms, oldest first."""
        query = select(*_COLUMNS).where(form_events.c.form_id.in_(form_ids)).order_by(form_events.c.id)
        return [EventRecord(*row) for row in await self._connection.execute(query)]

    async def named(self, form_id: int) -> list[NamedEvent]:
        """Every line of one form with the names of those who acted, oldest first."""
        query = _NAMED.where(form_events.c.form_id == form_id).order_by(form_events.c.id)
        return [_named(row) for row in await self._connection.execute(query)]

    async def forget(self, form_id: int) -> None:
        """Drop what people wrote about a deleted form; who and when stays."""
        query = update(form_events).where(form_events.c.form_id == form_id).values(note=None, details=None)
        await self._connection.execute(query)

    async def of(self, form_id: int) -> list[EventRecord]:
        """Every line of one form, oldest first; a deleted form keeps them."""
        query = select(*_COLUMNS).where(form_events.c.form_id == form_id).order_by(form_events.c.id)
        return [EventRecord(*row) for row in await self._connection.execute(query)]


def _named(row: Row[Any]) -> NamedEvent:
    event, user = row[: len(_COLUMNS)], row[len(_COLUMNS) :]
    return NamedEvent(EventRecord(*event), None if user[0] is None else UserRecord(*user))
