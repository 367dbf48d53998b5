"""The forms table: read, list, change, forget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import FormRecord
from db.tables import forms

Key = tuple[int, UUID]

_COLUMNS = [forms.c[field.name] for field in fields(FormRecord)]
_LIVE = select(*_COLUMNS).where(forms.c.deleted_at.is_(None))
_BY_ID = _LIVE.where(forms.c.id == bindparam("id"))
_LATEST = _LIVE.where(forms.c.user_id == bindparam("user_id")).order_by(forms.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class FormFilter:
    """Which forms a list shows; `None` is any. `words` are casefolded and all of them must be found."""

    user_id: int | None = None
    status: str | None = None
    words: tuple[str, ...] = ()


class FormRepository:
    """Forms that are not deleted, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, form_id: int) -> FormRecord | None:
        """The form of this number."""
        return _first((await self._connection.execute(_BY_ID, {"id": form_id})).first())

    async def get_for_change(self, form_id: int) -> FormRecord | None:
        """The form of this number, locked until the transaction ends (SQLite's transaction is the lock)."""
        return _first((await self._connection.execute(_BY_ID.with_for_update(), {"id": form_id})).first())

    async def latest(self, user_id: int) -> FormRecord | None:
        """The user's newest form."""
        return _first((await self._connection.execute(_LATEST, {"user_id": user_id})).first())

    async def find(self, keys: Sequence[Key]) -> dict[Key, FormRecord]:
        """The forms stored under these (user_id, submission_id), deleted ones too."""
        if not keys:
            return {}
        query = select(*_COLUMNS).where(tuple_(forms.c.user_id, forms.c.submission_id).in_(keys))
        records = map(to_record, await self._connection.execute(query))
        return {(record.user_id, record.submission_id): record for record in records}

    async def page(self, wanted: FormFilter, *, limit: int, before: int | None = None) -> list[FormRecord]:
        """At most `limit` forms, newest first, with numbers below `before` (keyset paging)."""
        query = _filtered(wanted).order_by(forms.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(forms.c.id < before)
        return [to_record(row) for row in await self._connection.execute(query)]

    async def change(self, form: FormRecord, values: Mapping[str, Any], at: datetime) -> FormRecord | None:
        """Change a form that still is at the version and in the status it was read in; None when it is not."""
        query = (
            update(forms)
            .where(forms.c.id == form.id, forms.c.status == form.status, forms.c.version == form.version)
            .where(forms.c.deleted_at.is_(None))
            .values(version=form.version + 1, updated_at=at, **values)
            .returning(*_COLUMNS)
        )
        return _first((await self._connection.execute(query)).first())


def to_record(row: Row[Any]) -> FormRecord:
    """A row of the forms table as a record."""
    return FormRecord(**row._mapping)  # noqa: SLF001 - a public attribute, underscored against column names


def _first(row: Row[Any] | None) -> FormRecord | None:
    return None if row is None else to_record(row)


def _filtered(wanted: FormFilter) -> Select[Any]:
    query = _LIVE
    if wanted.user_id is not None:
        query = query.where(forms.c.user_id == wanted.user_id)
    if wanted.status is not None:
        query = query.where(forms.c.status == wanted.status)
    for word in wanted.words:
        query = query.where(forms.c.search_text.contains(word, autoescape=True))
    return query
