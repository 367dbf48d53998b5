"""Counts over all forms, made by the database; the answers of single guests never leave it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, ColumnElement, case, cast, extract, func, select
from sqlalchemy import Text as TextType
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import forms

QUARTER = 900  # seconds
_LIVE = forms.c.deleted_at.is_(None)
_SUBMITTED = forms.c.submitted_at.is_not(None)
# Drafts are no answers yet, and who has cancelled does not come.
_COUNTED = (_LIVE, forms.c.status.not_in(("draft", "cancelled", "rejected")))


class StatisticsRepository:
    """Counts, over one connection. A path is a field's place in the answers: `("preferences", "dietary")`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    async def submitted(self) -> int:
        """How many forms were ever submitted."""
        query = select(func.count()).select_from(forms).where(_LIVE, _SUBMITTED)
        return int(await self._connection.scalar(query) or 0)

    async def by_quarter(self) -> list[tuple[datetime, int]]:
        """How many forms were submitted in each quarter of an hour in which there were any.

        Some time zones are three quarters of an hour off the others.
        """
        query = select(self._quarter().label("quarter"), func.count()).where(_LIVE, _SUBMITTED)
        rows = await self._connection.execute(query.group_by("quarter").order_by("quarter"))
        return [(datetime.fromtimestamp(quarter * QUARTER, UTC), number) for quarter, number in rows]

    async def answers(self, path: Sequence[str], *, most: int) -> list[tuple[str, int]]:
        """The most frequent answers of a field, as JSON writes them, with how often each was given."""
        answer = self._at(path).label("answer")
        query = select(answer, func.count().label("number")).where(*_COUNTED, self._at(path).is_not(None))
        query = query.group_by("answer").order_by(func.count().desc(), "answer").limit(most)
        return [(text, number) for text, number in await self._connection.execute(query)]

    async def numbers(self, path: Sequence[str]) -> list[tuple[str, int]]:
        """Status → the sum of a number's answers."""
        value = self._at(path)
        # An older questionnaire may have taken words.
        number = case((self._is_number(value), cast(value, BigInteger)), else_=0)
        query = select(forms.c.status, func.sum(number)).where(_LIVE, value.is_not(None)).group_by(forms.c.status)
        return [(status, int(total)) for status, total in await self._connection.execute(query)]

    def _quarter(self) -> ColumnElement[int]:
        """When a form was submitted, in quarters of an hour since 1970."""
        if self._postgres:
            return cast(func.floor(extract("epoch", forms.c.submitted_at) / QUARTER), BigInteger)
        seconds = func.strftime("%s", func.substr(forms.c.submitted_at, 1, 19), type_=TextType)
        return cast(seconds, BigInteger).op("/", return_type=BigInteger())(QUARTER)

    def _is_number(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return value.regexp_match(r"^-?\d{1,15}$") if self._postgres else func.typeof(value) == "integer"

    def _at(self, path: Sequence[str]) -> ColumnElement[str]:
        """The answer as text, NULL where there is none."""
        if self._postgres:
            return func.jsonb_extract_path_text(forms.c.form_data, *path, type_=TextType)
        return func.json_extract(forms.c.form_data, "$." + ".".join(f'"{key}"' for key in path), type_=TextType)
