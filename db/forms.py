"""The forms table: read, list, change, forget."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Result,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from db.history import DECISIONS
from db.records import ExportedForm, FormRecord
from db.tables import SEARCH_TABLE, UTCDateTime, form_events, forms, users

Key = tuple[int, UUID]

_SEARCH = table(SEARCH_TABLE, column("rowid"), column("search_text"))
_GLOB_SIGNS, _TRIGRAM = re.compile(r"[*?\[\]]"), 3
_WAITING_KEY = tuple_(forms.c.submitted_at, forms.c.id)
_COLUMNS = [forms.c[field.name] for field in fields(FormRecord)]
_LIVE = select(*_COLUMNS).where(forms.c.deleted_at.is_(None))
_BY_ID = _LIVE.where(forms.c.id == bindparam("id"))
# The last change of a form's status, looked up by the index; it counts while the form stands under it.
_LAST_MOVE = (
    select(func.max(form_events.c.id))
    .where(form_events.c.form_id == forms.c.id, form_events.c.to_status.is_distinct_from(form_events.c.from_status))
    .correlate(forms)
    .scalar_subquery()
)
_DECIDED = and_(
    form_events.c.id == _LAST_MOVE,
    form_events.c.action == "moved",
    form_events.c.to_status == forms.c.status,
    forms.c.status.in_(DECISIONS),
)
_EXPORTED = (
    select(
        *(forms.c[name] for name in ("id", "status", "submitted_at", "user_id")),
        cast(forms.c.form_data, Text),
        *(users.c[name] for name in ("first_name", "last_name", "username")),
        form_events.c.note,
        cast(form_events.c.details, Text),
    )
    .select_from(forms.outerjoin(users, users.c.id == forms.c.user_id).outerjoin(form_events, _DECIDED))
    .where(forms.c.deleted_at.is_(None))
)
_LATEST = _LIVE.where(forms.c.user_id == bindparam("user_id")).order_by(forms.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class FormFilter:
    """Which forms a list shows; `None` is any.

    `words` are as `search_text` has them, and all of them must be found, or else the form is the one of `number`;
    `since` and `until` (excluded) bound the time of submission.
    """

    user_id: int | None = None
    status: str | None = None
    ticket_type: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of the list ends: the sort key of its last form, `submitted_at` where the oldest come first."""

    id: int
    submitted_at: datetime | None = None


class FormRepository:
    """Forms that are not deleted, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, form_id: int) -> FormRecord | None:
        """The form of this number."""
        return _first((await self._connection.execute(_BY_ID, {"id": form_id})).first())

    async def get_for_change(self, form_id: int) -> FormRecord | None:
        """The form of this number, locked until the transaction ends (SQLite's transaction is the lock).

        What refers to it may be written meanwhile: a sender that notes a card must not wait for a decision on its form.
        """
        return _first((await self._connection.execute(_BY_ID.with_for_update(key_share=True), {"id": form_id})).first())

    async def latest(self, user_id: int) -> FormRecord | None:
        """The user's newest form."""
        return _first((await self._connection.execute(_LATEST, {"user_id": user_id})).first())

    async def all_of(self, user_id: int) -> list[FormRecord]:
        """Every form of a user, what is left of deleted ones too, oldest first."""
        query = select(*_COLUMNS).where(forms.c.user_id == user_id).order_by(forms.c.id)
        return [to_record(row) for row in await self._connection.execute(query)]

    async def lock_all_of(self, user_id: int) -> list[FormRecord]:
        """A user's forms, locked until the transaction ends, always in the same order."""
        query = _LIVE.where(forms.c.user_id == user_id).order_by(forms.c.id).with_for_update(key_share=True)
        return [to_record(row) for row in await self._connection.execute(query)]

    async def find(self, keys: Sequence[Key]) -> dict[Key, FormRecord]:
        """The forms stored under these (user_id, submission_id), deleted ones too."""
        if not keys:
            return {}
        query = select(*_COLUMNS).where(tuple_(forms.c.user_id, forms.c.submission_id).in_(keys))
        records = map(to_record, await self._connection.execute(query))
        return {(record.user_id, record.submission_id): record for record in records}

    async def page(self, wanted: FormFilter, *, limit: int, before: int | None = None) -> list[FormRecord]:
        """At most `limit` forms, newest first, with numbers below `before` (keyset paging)."""
        return await self._page(wanted, [forms.c.id.desc()], None if before is None else forms.c.id < before, limit)

    async def page_after(self, wanted: FormFilter, *, limit: int, after: int) -> list[FormRecord]:
        """The page before: at most `limit` forms with numbers above `after`, newest first."""
        return (await self._page(wanted, [forms.c.id], forms.c.id > after, limit))[::-1]

    async def waiting(self, wanted: FormFilter, *, limit: int, after: Position | None = None) -> list[FormRecord]:
        """At most `limit` forms, those that have waited longest first, from `after` on."""
        beyond = None if after is None else _place(after) < _WAITING_KEY
        return await self._page(wanted, [forms.c.submitted_at, forms.c.id], beyond, limit)

    async def waiting_before(self, wanted: FormFilter, *, limit: int, before: Position) -> list[FormRecord]:
        """The page before, in the same order."""
        order = [forms.c.submitted_at.desc(), forms.c.id.desc()]
        return (await self._page(wanted, order, _place(before) > _WAITING_KEY, limit))[::-1]

    async def count(self, wanted: FormFilter) -> int:
        """How many forms the list shows in all."""
        query = select(func.count()).select_from(forms).where(forms.c.deleted_at.is_(None), *self._conditions(wanted))
        return int((await self._search(query)).scalar_one())

    async def count_by_status(self, wanted: FormFilter | None = None) -> dict[str, int]:
        """Status → how many forms of the filter, of all without one."""
        conditions = self._conditions(wanted or FormFilter())
        query = select(forms.c.status, func.count()).where(forms.c.deleted_at.is_(None), *conditions)
        return {row[0]: row[1] for row in await self._connection.execute(query.group_by(forms.c.status))}

    async def export(self, wanted: FormFilter, *, limit: int, before: int | None = None) -> Sequence[ExportedForm]:
        """As `page`, with what an export tells of each form."""
        query = _EXPORTED.where(*self._conditions(wanted)).order_by(forms.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(forms.c.id < before)
        return [ExportedForm._make(row) for row in await self._connection.execute(query)]

    async def move_all(self, wanted: FormFilter, *, to_status: str, at: datetime, limit: int) -> list[tuple[int, int]]:
        """Give at most `limit` forms of the filter a new status; (form id, user id) of each."""
        picked = select(forms.c.id).where(forms.c.deleted_at.is_(None), *self._conditions(wanted))
        picked = picked.order_by(forms.c.id).limit(limit).with_for_update(skip_locked=True, key_share=True)
        numbers = (await self._search(picked)).scalars().all()
        query = (
            update(forms)
            .where(forms.c.id.in_(numbers), forms.c.status == wanted.status)
            .values(status=to_status, version=forms.c.version + 1, updated_at=at)
            .returning(forms.c.id, forms.c.user_id)
        )
        return [(row.id, row.user_id) for row in await self._connection.execute(query)]

    async def _page(
        self, wanted: FormFilter, order: list[Any], beyond: ColumnElement[bool] | None, limit: int
    ) -> list[FormRecord]:
        query = _LIVE.where(*self._conditions(wanted)).order_by(*order).limit(limit)
        if beyond is not None:
            query = query.where(beyond)
        return [to_record(row) for row in await self._search(query)]

    async def _search(self, query: Select[*tuple[Any, ...]]) -> Result[*tuple[Any, ...]]:
        # A plan for any word and any day, which PostgreSQL falls back to, is a bad one for most of them.
        if self._connection.dialect.name == "postgresql":
            await self._connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
        return await self._connection.execute(query)

    def _conditions(self, wanted: FormFilter) -> Iterator[ColumnElement[bool]]:
        if wanted.user_id is not None:
            yield forms.c.user_id == wanted.user_id
        if wanted.status is not None:
            # Written out: a partial index is for a status that stands in the statement.
            yield forms.c.status == bindparam("status", wanted.status, literal_execute=True)
        if wanted.ticket_type is not None:
            yield forms.c.ticket_type == wanted.ticket_type
        if wanted.since is not None:
            yield forms.c.submitted_at >= wanted.since
        if wanted.until is not None:
            yield forms.c.submitted_at < wanted.until
        if wanted.words or wanted.number is not None:
            found = [_contain(wanted.words, self._connection.dialect.name)] if wanted.words else []
            yield or_(*found, *([] if wanted.number is None else [forms.c.id == wanted.number]))

    async def optimize_search(self) -> None:
        """Let no piece of a deleted text linger in the search (PostgreSQL vacuums)."""
        if self._connection.dialect.name == "sqlite":
            await self._connection.exec_driver_sql("INSERT INTO forms_search(forms_search) VALUES ('optimize')")

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


def _place(position: Position) -> ColumnElement[Any]:
    return tuple_(literal(position.submitted_at, UTCDateTime), literal(position.id))


def _contain(words: Sequence[str], dialect: str) -> ColumnElement[bool]:
    """Whether all the words stand in the text that forms are searched by; both ways use an index of trigrams."""
    if dialect == "postgresql":
        return and_(*(forms.c.search_text.contains(word, autoescape=True) for word in words))
    runs = [run for word in words for run in _GLOB_SIGNS.split(word) if len(run) >= _TRIGRAM]
    looked_up = select(_SEARCH.c.rowid).where(*(_SEARCH.c.search_text.op("GLOB")(f"*{run}*") for run in runs))
    # FTS5 cannot tell what is shorter than a trigram, and finds nothing for it.
    others = [func.instr(forms.c.search_text, word) > 0 for word in words if word not in runs]
    return and_(*([forms.c.id.in_(looked_up)] if runs else []), *others)
