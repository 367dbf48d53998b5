"""What was answered under an Idempotency-Key, kept for a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import FormRecord, IdempotencyRecord
from db.tables import idempotency_keys

KEPT_FOR = timedelta(hours=24)


class IdempotencyRepository:
    """The keys of requests, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key_id: UUID) -> IdempotencyRecord | None:
        """What came first under this key."""
        row = (await self._connection.execute(select(idempotency_keys).where(idempotency_keys.c.id == key_id))).first()
        if row is None:
            return None
        return IdempotencyRecord(row.id, row.form_id, row.request_hash, _to_form(row.answer))

    async def add(self, records: Sequence[IdempotencyRecord], at: datetime) -> None:
        """Keep these answers, and drop those older than a day."""
        await self._connection.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < at - KEPT_FOR))
        await self._connection.execute(insert(idempotency_keys), [_to_row(record, at) for record in records])

    async def forget(self, form_id: int) -> None:
        """Drop the answers of a form that is deleted."""
        await self._connection.execute(delete(idempotency_keys).where(idempotency_keys.c.form_id == form_id))


def _to_row(record: IdempotencyRecord, at: datetime) -> dict[str, Any]:
    return {
        "id": record.id,
        "form_id": record.form_id,
        "request_hash": record.request_hash,
        "answer": record.answer,
        "created_at": at,
    }


def _to_form(answer: dict[str, Any]) -> FormRecord:
    times = {name: _moment(answer[name]) for name in ("created_at", "updated_at", "submitted_at", "deleted_at")}
    return FormRecord(**{**answer, "submission_id": UUID(answer["submission_id"]), **times})


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
