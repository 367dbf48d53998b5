"""Drafts that were left: each is claimed once, whoever looks; its guest is reminded through the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import forms, users

# Written out: a database that sees a parameter here cannot tell that its partial index will do.
_DRAFT: ColumnElement[str] = literal_column("'draft'")
_LEFT = (forms.c.status == _DRAFT) & forms.c.deleted_at.is_(None) & forms.c.reminded_at.is_(None)
_later = forms.alias("later")
# Another draft since then, or a form that was sent: the guest has gone on.
_GONE_ON = (
    select(_later.c.id)
    .where(_later.c.user_id == forms.c.user_id, _later.c.id != forms.c.id, _later.c.deleted_at.is_(None))
    .where((_later.c.id > forms.c.id) | (_later.c.submitted_at >= forms.c.created_at))
    .exists()
)


class ReminderRepository:
    """The forms table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, before: datetime, at: datetime, *, most: int) -> list[int]:
        """Mark at most so many drafts that nobody has touched since `before`; their ids. None is claimed twice."""
        left = select(forms.c.id).where(_LEFT, forms.c.updated_at < before).order_by(forms.c.updated_at).limit(most)
        query = update(forms).where(forms.c.id.in_(left.with_for_update(skip_locked=True)), _LEFT)
        return list(await self._connection.scalars(query.values(reminded_at=at).returning(forms.c.id)))

    async def to_remind(self, form_ids: Sequence[int]) -> list[tuple[int, int]]:
        """Of these drafts (form id, user id) of guests whom the bot knows and reaches, who have not gone on."""
        query = (
            select(forms.c.id, forms.c.user_id)
            .join(users, users.c.id == forms.c.user_id)
            .where(forms.c.id.in_(form_ids), users.c.first_name.is_not(None), ~users.c.blocked, ~_GONE_ON)
        )
        return [(row.id, row.user_id) for row in await self._connection.execute(query.order_by(forms.c.id))]
