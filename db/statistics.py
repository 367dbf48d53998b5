"""Counts over all forms, made by the database; the answers of single guests never leave it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy import Text as TextType
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import forms

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

    async def by_hour(self) -> list[tuple[datetime, int]]:
        """How many forms were submitted in each hour (UTC) in which there were any."""
        if self._postgres:
            hour: ColumnElement[object] = func.to_char(func.timezone("UTC", forms.c.submitted_at), "YYYY-MM-DD HH24")
        else:
            hour = func.replace(func.substr(forms.c.submitted_at, 1, 13), "T", " ")
        query = select(hour.label("hour"), func.count()).where(_LIVE, _SUBMITTED).group_by("hour").order_by("hour")
        rows = await self._connection.execute(query)
        return [(datetime.strptime(f"{hour} +0000", "%Y-%m-%d %H %z"), number) for hour, number in rows]

    async def answers(self, path: Sequence[str], *, most: int) -> list[tuple[str, int]]:
        """The most frequent answers of a field, as JSON writes them, with how often each was given."""
        answer = self._at(path).label("answer")
        query = select(answer, func.count().label("number")).where(*_COUNTED, self._at(path).is_not(None))
        query = query.group_by("answer").order_by(func.count().desc(), "answer").limit(most)
        return [(text, number) for text, number in await self._connection.execute(query)]

    async def numbers(self, path: Sequence[str]) -> list[tuple[str, int]]:
        """Status → the sum of a number's answers."""
        value = func.cast(self._at(path), type_=TextType)
        total = func.sum(value.cast(forms.c.version.type))
        query = select(forms.c.status, func.coalesce(total, 0)).where(_LIVE, self._at(path).is_not(None))
        return [(status, int(number)) for status, number in await self._connection.execute(query.group_by("status"))]

    def _at(self, path: Sequence[str]) -> ColumnElement[str]:
        """The answer as text, NULL where there is none."""
        if self._postgres:
            return func.jsonb_extract_path_text(forms.c.form_data, *path, type_=TextType)
        return func.json_extract(forms.c.form_data, "$." + ".".join(f'"{key}"' for key in path), type_=TextType)
