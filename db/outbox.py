"""The outbox: messages that must reach someone, stored in the transaction that caused them.

A sender claims what is due for as long as its lease; a process that dies loses nothing, the lease ends and another
claims it. `revision` counts the reasons to send: one that comes while the message is being sent is not lost either.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, TextualSelect, bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.records import Digest, NewMessage, OutboxRecord
from db.tables import UTCDateTime, outbox

TO_GUESTS = ("notice", "word", "reminder")
# What one person waits for goes before what a rush or one press makes by the hundred.
NOW_PRIORITY, REFRESH_PRIORITY, CARD_PRIORITY, BULK_PRIORITY, TIDY_PRIORITY = range(5)
COLUMNS = "kind, chat_id, lane, form_id, params, priority, revision, attempts, created_at, next_attempt_at"
SENT_KEPT_FOR, DEAD_KEPT_FOR = timedelta(days=3), timedelta(days=30)
# A digest is edited for as long as it is this young; then a new one begins.
DIGEST_LASTS = timedelta(minutes=10)
DIGEST_PAUSE = timedelta(seconds=5)

_RECORD = [outbox.c[field.name] for field in fields(OutboxRecord)]
_NAMES = ", ".join(field.name for field in fields(OutboxRecord))
_PENDING = "sent_at IS NULL AND dead_at IS NULL"
_IS_PENDING = outbox.c.sent_at.is_(None) & outbox.c.dead_at.is_(None)


def _statement(sql: str, *moments: str) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=UTCDateTime) for name in moments))


# Numbers travel as one text with commas: the statement is the same for any number of them.
_LISTS = {
    "postgresql": "SELECT value::bigint AS number FROM unnest(string_to_array(CAST(:numbers AS text), ',')) AS value",
    "sqlite": "SELECT value AS number FROM json_each('[' || :numbers || ']')",
}
_LOCKS = {"postgresql": "FOR UPDATE OF o SKIP LOCKED", "sqlite": ""}


def _claim(dialect: str) -> TextualSelect:
    # Materialized: PostgreSQL might run a plain subquery twice, and each run locks other rows.
    sql = f"""
    WITH due AS MATERIALIZED (
        SELECT o.id FROM outbox o
        WHERE o.sent_at IS NULL AND o.dead_at IS NULL AND o.next_attempt_at <= :at
            AND (o.lease_until IS NULL OR o.lease_until <= :at)
            AND o.chat_id NOT IN ({_LISTS[dialect]})
            AND NOT EXISTS (
                SELECT 1 FROM outbox earlier WHERE earlier.lane = o.lane AND earlier.id < o.id
                    AND earlier.sent_at IS NULL AND earlier.dead_at IS NULL)
        ORDER BY o.priority, o.next_attempt_at, o.id LIMIT :most {_LOCKS[dialect]})
    UPDATE outbox SET lease_until = :lease, attempts = attempts + 1 WHERE id IN (SELECT id FROM due)
    RETURNING {_NAMES}, priority
    """
    return _statement(sql, "at", "lease").columns(*_RECORD, outbox.c.priority)


def _refresh(which: str) -> TextClause:
    # In order: two who refresh the same cards wait for each other, instead of each for the other.
    sql = f"""
    INSERT INTO outbox ({COLUMNS}, message_id)
    SELECT 'refresh', m.chat_id, 'm' || m.chat_id || ':' || m.message_id, m.form_id, '{{}}', :priority, 0, 0, :at,
        :due, m.message_id
    FROM form_messages m WHERE m.purpose IN ('card', 'review') AND {which} ORDER BY m.chat_id, m.message_id
    ON CONFLICT (chat_id, message_id) WHERE {_PENDING} AND kind = 'refresh' DO UPDATE SET
        revision = outbox.revision + 1, form_id = excluded.form_id,
        priority = CASE WHEN excluded.priority < outbox.priority THEN excluded.priority ELSE outbox.priority END,
        next_attempt_at = CASE WHEN excluded.next_attempt_at < outbox.next_attempt_at
            THEN excluded.next_attempt_at ELSE outbox.next_attempt_at END
    """
    return _statement(sql, "at", "due")


def _crowded(numbers: str) -> TextClause:
    # A few rows of an index for each chat, however many cards there are.
    waits = f"lane = CAST(number AS text) AND kind = 'card' AND {_PENDING}"
    sql = f"""
    SELECT number FROM ({numbers}) AS chats
    WHERE EXISTS (SELECT 1 FROM outbox WHERE {waits}) AND (
        (SELECT created_at FROM outbox WHERE chat_id = number AND kind = 'card'
            ORDER BY created_at DESC LIMIT 1 OFFSET CAST(:most AS bigint)) > :since
        OR (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE {waits} LIMIT CAST(:most AS bigint) + 1) AS waiting)
            > CAST(:most AS bigint))
    """
    return _statement(sql, "since")


_CLAIM = {dialect: _claim(dialect) for dialect in _LISTS}
_REFRESH = {dialect: _refresh(f"m.form_id IN ({numbers})") for dialect, numbers in _LISTS.items()}
_REFRESH_ONE = _refresh("m.chat_id = :chat_id AND m.message_id = :message_id")
_CROWDED = {dialect: _crowded(numbers) for dialect, numbers in _LISTS.items()}


class OutboxRepository:
    """The outbox table, over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, messages: Sequence[NewMessage], at: datetime) -> None:
        """Store messages to be sent as soon as may be."""
        if messages:
            await self._connection.execute(insert(outbox), [_to_row(message, at) for message in messages])

    async def refresh(self, form_ids: Sequence[int], at: datetime, due: datetime, *, priority: int) -> None:
        """Have every standing card of these forms edited at `due`; requests for one message are one."""
        parameters = {"numbers": _listed(form_ids), "at": at, "due": due, "priority": priority}
        if form_ids:
            await self._connection.execute(_REFRESH[self._connection.dialect.name], parameters)

    async def refresh_one(self, chat_id: int, message_id: int, at: datetime, due: datetime) -> None:
        """Have one standing card edited at `due`, when there is nothing better to do."""
        card = {"chat_id": chat_id, "message_id": message_id}
        await self._connection.execute(_REFRESH_ONE, card | {"at": at, "due": due, "priority": TIDY_PRIORITY})

    async def shown(self, chat_id: int, message_id: int, at: datetime, stale_at: datetime | None) -> None:
        """The card has just been edited by hand: only what it shows until `stale_at` is still to be edited.

        An edit that has a second reason, or is under way, stays.
        """
        query = delete(outbox).where(outbox.c.kind == "refresh", _IS_PENDING, outbox.c.revision == 0)
        query = query.where(outbox.c.chat_id == chat_id, outbox.c.message_id == message_id)
        await self._connection.execute(query.where(outbox.c.lease_until.is_(None)))
        if stale_at is not None:
            await self.refresh_one(chat_id, message_id, at, stale_at)

    async def put_off(self, chat_id: int, message_id: int, due: datetime) -> None:
        """Somebody is about to edit the card by hand, for every reason that there is by now."""
        query = update(outbox).where(outbox.c.kind == "refresh", _IS_PENDING, outbox.c.lease_until.is_(None))
        query = query.where(outbox.c.chat_id == chat_id, outbox.c.message_id == message_id)
        await self._connection.execute(query.values(next_attempt_at=due, revision=0))

    async def claim(self, most: int, at: datetime, lease: datetime, resting: Sequence[int] = ()) -> list[OutboxRecord]:
        """Claim at most so many messages that are due, until `lease`; the oldest of each lane, of no resting chat."""
        statement = _CLAIM[self._connection.dialect.name]
        parameters = {"most": most, "at": at, "lease": lease, "numbers": _listed(resting)}
        rows = (await self._connection.execute(statement, parameters)).all()
        rows = sorted(rows, key=lambda row: (row.priority, row.id))
        return [OutboxRecord(*row[: len(_RECORD)]) for row in rows]

    async def finish(self, record: OutboxRecord, at: datetime, message_id: int | None) -> None:
        """It has arrived; when there was a new reason meanwhile it is due again."""
        query = update(outbox).where(outbox.c.id == record.id, _IS_PENDING)
        values = {"lease_until": None, "message_id": message_id, "attempts": 0, "last_error": None}
        done = await self._connection.execute(
            query.where(outbox.c.revision == record.revision).values(sent_at=at, **values)
        )
        if done.rowcount == 0:
            due = at + DIGEST_PAUSE if record.kind == "digest" else at
            await self._connection.execute(query.values(next_attempt_at=due, **values))

    async def hold(self, record: OutboxRecord, lease: datetime) -> None:
        """Keep the claim for longer."""
        query = update(outbox).where(outbox.c.id == record.id, _IS_PENDING)
        await self._connection.execute(query.values(lease_until=lease))

    async def restart(self, record: OutboxRecord, at: datetime) -> None:
        """What it edited is gone: send it as a new message."""
        values = {"lease_until": None, "next_attempt_at": at, "message_id": None}
        await self._connection.execute(update(outbox).where(outbox.c.id == record.id, _IS_PENDING).values(values))

    async def move(self, record: OutboxRecord, chat_id: int, at: datetime) -> None:
        """Its chat has another number now: it goes there, as a new message."""
        lane = f"digest:{chat_id}" if record.kind == "digest" else str(chat_id)
        values = {"chat_id": chat_id, "lane": lane, "lease_until": None, "next_attempt_at": at, "message_id": None}
        await self._connection.execute(update(outbox).where(outbox.c.id == record.id, _IS_PENDING).values(values))

    async def give_back(self, records: Sequence[OutboxRecord]) -> None:
        """It was not their turn: no attempt is counted."""
        query = update(outbox).where(outbox.c.id.in_([record.id for record in records]), _IS_PENDING)
        await self._connection.execute(query.values(lease_until=None, attempts=outbox.c.attempts - 1))

    async def retry(self, record: OutboxRecord, due: datetime, error: str) -> None:
        """It failed for a passing reason."""
        values = {"lease_until": None, "next_attempt_at": due, "last_error": error}
        await self._connection.execute(update(outbox).where(outbox.c.id == record.id, _IS_PENDING).values(values))

    async def bury(self, record: OutboxRecord, at: datetime, error: str) -> None:
        """It will never arrive."""
        values = {"lease_until": None, "dead_at": at, "last_error": error}
        await self._connection.execute(update(outbox).where(outbox.c.id == record.id, _IS_PENDING).values(values))

    async def drop(self, record: OutboxRecord) -> None:
        """It will never arrive, and nobody misses it."""
        await self._connection.execute(delete(outbox).where(outbox.c.id == record.id))

    async def next_due(self, resting: Sequence[int] = ()) -> datetime | None:
        """When a message can next be claimed, None when none waits.

        Those behind another of their lane do not count, nor do those of resting chats.
        """
        due = func.coalesce(outbox.c.lease_until, outbox.c.next_attempt_at, type_=UTCDateTime).label("due")
        place = func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id).label("place")
        # One pass over what waits: a join would be planned by statistics that a rush has made stale.
        waiting = select(due, outbox.c.chat_id, place).where(_IS_PENDING).subquery()
        query = select(func.min(waiting.c.due)).where(waiting.c.place == 1, waiting.c.chat_id.not_in(resting))
        found: datetime | None = await self._connection.scalar(query)
        return found

    async def withdraw(self, form_id: int, since: datetime) -> bool:
        """Take back a form's notices written since then that nobody has tried to send; whether there was one."""
        query = delete(outbox).where(outbox.c.form_id == form_id, outbox.c.kind == "notice", _IS_PENDING)
        query = query.where(outbox.c.attempts == 0, outbox.c.created_at >= since)
        return (await self._connection.execute(query)).rowcount > 0

    async def fold(self, chat_ids: Sequence[int], at: datetime, *, most: int, window: timedelta) -> None:
        """In each of these chats to which more than `most` cards fall within the window, the waiting become a digest.

        So they do where more than `most` of any age wait.
        """
        parameters = {"numbers": _listed(chat_ids), "since": at - window, "most": most}
        if chat_ids:
            rows = await self._connection.execute(_CROWDED[self._connection.dialect.name], parameters)
            for chat_id in [row.number for row in rows]:
                await self._fold_chat(chat_id, at)

    async def _fold_chat(self, chat_id: int, at: datetime) -> None:
        free = outbox.c.lease_until.is_(None) | (outbox.c.lease_until <= at)
        waiting = select(outbox.c.id).where(outbox.c.lane == str(chat_id), outbox.c.kind == "card", _IS_PENDING, free)
        waiting = waiting.with_for_update(skip_locked=True)
        if (await self._connection.execute(waiting)).first() is None:
            return  # somebody is sending them
        digest = await self._open_digest(chat_id, at)
        folded = update(outbox).where(outbox.c.id.in_(waiting))
        await self._connection.execute(folded.values(sent_at=at, digest_id=digest.id, lease_until=None))
        due = at if digest.message_id is None else at + DIGEST_PAUSE
        again = update(outbox).where(outbox.c.id == digest.id)
        await self._connection.execute(again.values(revision=outbox.c.revision + 1))
        await self._connection.execute(
            again.where(outbox.c.sent_at.is_not(None)).values(sent_at=None, next_attempt_at=due)
        )

    async def _open_digest(self, chat_id: int, at: datetime) -> Any:  # noqa: ANN401 - a row of id and message_id
        columns = (outbox.c.id, outbox.c.message_id)
        query = select(*columns).where(
            outbox.c.kind == "digest",
            outbox.c.chat_id == chat_id,
            outbox.c.created_at > at - DIGEST_LASTS,
            outbox.c.dead_at.is_(None),
        )
        query = query.order_by(outbox.c.id.desc()).limit(1).with_for_update()
        found = (await self._connection.execute(query)).first()
        if found is None:
            new = _to_row(NewMessage("digest", chat_id, lane=f"digest:{chat_id}"), at)
            found = (await self._connection.execute(insert(outbox).values(new).returning(*columns))).one()
        return found

    async def digest(self, digest_id: int) -> Digest:
        """What a digest stands for by now."""
        numbers = (func.count(), func.min(outbox.c.form_id), func.max(outbox.c.form_id))
        row = (await self._connection.execute(select(*numbers).where(outbox.c.digest_id == digest_id))).one()
        return Digest(row[0], row[1] or 0, row[2] or 0)

    async def undelivered(self, *, limit: int, form_id: int | None = None) -> list[OutboxRecord]:
        """What will never arrive, newest first; of one form: what its guest will never read."""
        query = select(*_RECORD).where(outbox.c.dead_at.is_not(None), *_to_guest_of(form_id))
        rows = await self._connection.execute(query.order_by(outbox.c.dead_at.desc()).limit(limit))
        return [OutboxRecord(*row) for row in rows]

    async def undelivered_forms(self) -> list[int]:
        """The forms whose cards tell of a message that their guest will never read."""
        dead_words = outbox.c.dead_at.is_not(None) & outbox.c.kind.in_(TO_GUESTS) & outbox.c.form_id.is_not(None)
        return list(await self._connection.scalars(select(outbox.c.form_id).where(dead_words).distinct()))

    async def count_undelivered(self) -> int:
        """How many messages will never arrive."""
        query = select(func.count()).select_from(outbox).where(outbox.c.dead_at.is_not(None))
        return int(await self._connection.scalar(query) or 0)

    async def revive(self, at: datetime) -> int:
        """Try what did not arrive once more, a whole day long; how many."""
        values = {"dead_at": None, "created_at": at, "next_attempt_at": at, "attempts": 0, "last_error": None}
        return (
            await self._connection.execute(update(outbox).where(outbox.c.dead_at.is_not(None)).values(values))
        ).rowcount

    async def dismiss(self) -> int:
        """Forget what did not arrive; how many."""
        return (await self._connection.execute(delete(outbox).where(outbox.c.dead_at.is_not(None)))).rowcount

    async def forget(self, form_id: int) -> None:
        """Drop what was written about a deleted form, except the edits of its cards."""
        await self._connection.execute(
            delete(outbox).where(outbox.c.form_id == form_id, outbox.c.kind.not_in(("refresh", "card")))
        )

    async def to_guest(self, user_id: int) -> list[OutboxRecord]:
        """What was written to a guest and is still remembered."""
        query = select(*_RECORD).where(outbox.c.chat_id == user_id, outbox.c.kind.in_(TO_GUESTS))
        return [OutboxRecord(*row) for row in await self._connection.execute(query.order_by(outbox.c.id))]

    async def forget_guest(self, user_id: int) -> None:
        """Drop all that was written to a guest."""
        query = delete(outbox).where(outbox.c.chat_id == user_id, outbox.c.kind.in_(TO_GUESTS))
        await self._connection.execute(query)

    async def forget_old(self, at: datetime) -> None:
        """Drop what was sent 3 days ago, or could not be sent 30 days ago."""
        sent, dead = outbox.c.sent_at < at - SENT_KEPT_FOR, outbox.c.dead_at < at - DEAD_KEPT_FOR
        await self._connection.execute(delete(outbox).where(sent | dead))


def _to_guest_of(form_id: int | None) -> list[Any]:
    return [] if form_id is None else [outbox.c.form_id == form_id, outbox.c.kind.in_(TO_GUESTS)]


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _to_row(message: NewMessage, at: datetime) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "chat_id": message.chat_id,
        "lane": message.lane or str(message.chat_id),
        "form_id": message.form_id,
        "params": message.params,
        "priority": message.priority,
        "message_id": message.message_id,
        "revision": 0,
        "attempts": 0,
        "created_at": at,
        "next_attempt_at": at,
    }
