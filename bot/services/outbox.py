"""The outbox's rules: who may look into it, how long a message is tried, what follows when it cannot arrive."""

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.actor import Actor
from bot.services import consequences
from bot.services.clock import Clock, utc_now
from bot.services.filters import as_json
from bot.services.rights import require_admin
from bot.services.transactions import Transaction, Transactions
from db.forms import FormFilter
from db.outbox import REFRESH_PRIORITY, TO_GUESTS
from db.records import Digest, FormMessage, NewMessage, OutboxRecord

# A sender that dies lets go of what it has claimed after this long; an answer of Telegram is waited for far shorter.
LEASE = timedelta(seconds=60)
TRIED_FOR = timedelta(hours=24)
LONGEST_PAUSE_SECONDS = 900
# More cards than this to one chat in a minute are told as one digest.
MOST_CARDS, CARDS_WINDOW = 15, timedelta(seconds=60)
SHOWN_UNDELIVERED = 20


@dataclass(frozen=True, slots=True)
class Became:
    """What a message is from now on.

    Attributes:
        purpose: what it is to its form; `state` is what its buttons need to know.
        stale_at: when something that it shows is over.
        version: the form's that it shows.
        forgotten: it belongs to no form any more.
    """

    purpose: str | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    stale_at: datetime | None = None
    version: int | None = None
    forgotten: bool = False


NOTHING = Became()


class OutboxService:
    """Messages that must reach someone."""

    def __init__(self, transactions: Transactions, clock: Clock = utc_now, card_chats: Sequence[int] = ()) -> None:
        self._transactions = transactions
        self._clock = clock
        self._card_chats = card_chats
        self._news = asyncio.Event()
        self._resting: frozenset[int] = frozenset()

    def wake(self, chat_ids: Collection[int] = ()) -> None:
        """Tell the sender of this process that something may be due now; in vain when all it is for are resting."""
        if not chat_ids or not self._resting.issuperset(chat_ids):
            self._news.set()

    async def wait(self, longest: float, resting: Sequence[int] = ()) -> None:
        """Until something may be due: `wake`, or the time of the next message to a chat that does not rest.

        At most for so many seconds: other processes write messages too.
        """
        self._news.clear()
        self._resting = frozenset(resting)
        async with self._transactions.read() as transaction:
            due = await transaction.outbox.next_due(resting)
        seconds = longest if due is None else min((due - self._clock()).total_seconds(), longest)
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._news.wait()
        except TimeoutError:
            pass

    async def claim(self, most: int, resting: Sequence[int] = ()) -> Sequence[OutboxRecord]:
        """At most so many messages to send now, each this sender's alone for a minute; none to a chat that rests.

        A rush of cards is folded before any of it goes out.
        """
        chats = [chat_id for chat_id in self._card_chats if chat_id not in resting]
        async with self._transactions.write() as transaction:
            now = self._clock()
            await transaction.outbox.fold(chats, now, most=MOST_CARDS, window=CARDS_WINDOW)
            return await transaction.outbox.claim(most, now, now + LEASE, resting)

    async def hold(self, record: OutboxRecord, *, seconds: float = 0) -> None:
        """Keep a claim for another minute and so many seconds: the work on it takes long."""
        async with self._transactions.write() as transaction:
            await transaction.outbox.hold(record, self._clock() + LEASE + timedelta(seconds=seconds))

    async def finish(self, record: OutboxRecord, message_id: int | None = None, became: Became = NOTHING) -> None:
        """It has arrived as `message_id`, the one that was edited unless told."""
        message_id, form_id = message_id or record.message_id, record.form_id
        async with self._transactions.write() as transaction:
            now = self._clock()
            if became.purpose is not None and message_id is not None and form_id is not None:
                about = FormMessage(record.chat_id, message_id, form_id, became.purpose, became.state, now)
                await self._remember(transaction, about, became.version)
            await transaction.outbox.finish(record, now, message_id)
            if became.forgotten and message_id is not None:
                await transaction.form_messages.take(record.chat_id, message_id)
            if became.stale_at is not None and message_id is not None:
                await transaction.outbox.refresh_one(record.chat_id, message_id, now, became.stale_at)

    async def _remember(self, transaction: Transaction, about: FormMessage, version: int | None) -> None:
        # Asked first: the form's lock is not to be had twice, once by the new row's foreign key.
        changed = version is not None and await consequences.has_changed(transaction, about.form_id, version)
        await transaction.form_messages.put(about)
        if changed:
            await consequences.refresh(transaction, [about.form_id], about.created_at)

    async def gone(self, record: OutboxRecord) -> None:
        """The message that was to be edited was deleted: it is forgotten, a digest is sent anew."""
        async with self._transactions.write() as transaction:
            now = self._clock()
            await transaction.form_messages.take(record.chat_id, record.message_id or 0)
            if record.kind == "digest":
                await transaction.outbox.restart(record, now)
            else:
                await transaction.outbox.finish(record, now, record.message_id)

    async def request_export(self, actor: Actor, chat_id: int, wanted: FormFilter, *, kind: str, language: str) -> None:
        """Have the sender make a file of the filter's forms and send it to the chat."""
        require_admin(actor)
        params = {"actor": actor.id, "filter": as_json(wanted), "kind": kind, "language": language}
        async with self._transactions.write() as transaction:
            # A lane of its own: a file takes its time, and nothing else should wait for it.
            message = NewMessage("export", chat_id, params=params, lane=f"export:{chat_id}")
            await transaction.outbox.add([message], self._clock())
        self.wake()

    async def give_back(self, records: Sequence[OutboxRecord]) -> None:
        """Claimed too early: somebody will claim them again."""
        async with self._transactions.write() as transaction:
            await transaction.outbox.give_back(records)

    async def moved(self, record: OutboxRecord, chat_id: int) -> None:
        """The group has become a supergroup: new messages go there, what was written before cannot be edited."""
        if record.kind == "refresh":
            return await self.gone(record)
        async with self._transactions.write() as transaction:
            await transaction.outbox.move(record, chat_id, self._clock())
        return None

    async def failed(self, record: OutboxRecord, error: str, *, retry_after: float = 0) -> None:
        """Try again later; after a day give up."""
        now = self._clock()
        if now - record.created_at > TRIED_FOR:
            return await self.refused(record, error)
        pause = timedelta(seconds=max(retry_after, pause_seconds(record.attempts)))
        async with self._transactions.write() as transaction:
            await transaction.outbox.retry(record, now + pause, error)
        return None

    async def refused(self, record: OutboxRecord, error: str, *, blocked: bool = False) -> None:
        """It will never arrive; `blocked`: the one it was for has blocked the bot.

        The form's cards tell it, and whoever has written a word reads so. An edit is dropped: where nobody
        can be reached there is no card to look at.
        """
        async with self._transactions.write() as transaction:
            now, outbox = self._clock(), transaction.outbox
            await (outbox.drop(record) if record.kind == "refresh" else outbox.bury(record, now, error))
            if blocked and record.chat_id > 0:
                await transaction.users.set_blocked(record.chat_id, now, blocked=True)
            if record.form_id is not None and record.kind in TO_GUESTS:
                await outbox.refresh([record.form_id], now, now, priority=REFRESH_PRIORITY)
            if from_chat := record.params.get("from_chat"):
                await outbox.add([NewMessage("answer", from_chat, record.form_id, {"lost": error})], now)

    async def digest(self, record: OutboxRecord) -> Digest:
        """What a digest tells by now."""
        async with self._transactions.read() as transaction:
            return await transaction.outbox.digest(record.id)

    async def undelivered(self, actor: Actor) -> tuple[int, Sequence[OutboxRecord]]:
        """How many messages will never arrive, and the newest of them, for an admin."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            outbox = transaction.outbox
            return await outbox.count_undelivered(), await outbox.undelivered(limit=SHOWN_UNDELIVERED)

    async def retry_undelivered(self, actor: Actor) -> int:
        """Try them all for another day; how many."""
        return await self._clear(actor, revive=True)

    async def dismiss_undelivered(self, actor: Actor) -> int:
        """Forget them all; how many."""
        return await self._clear(actor, revive=False)

    async def _clear(self, actor: Actor, *, revive: bool) -> int:
        require_admin(actor)
        async with self._transactions.write() as transaction:
            now, outbox = self._clock(), transaction.outbox
            told = await outbox.undelivered_forms()
            number = await (outbox.revive(now) if revive else outbox.dismiss())
            await outbox.refresh(told, now, now, priority=REFRESH_PRIORITY)
        self.wake()
        return number

    async def forget_old(self) -> None:
        """Drop what nobody needs any more."""
        async with self._transactions.write() as transaction:
            await _forget_old(transaction, self._clock())


async def _forget_old(transaction: Transaction, now: datetime) -> None:
    await transaction.outbox.forget_old(now)
    await transaction.form_messages.forget_old(now)
    await transaction.saved_filters.forget_old(now)


def pause_seconds(attempts: int) -> float:
    """How long to wait after so many attempts: 1, 2, 4 … up to 900 s, each shortened by chance."""
    longest = min(2.0 ** min(attempts - 1, 10), LONGEST_PAUSE_SECONDS)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - it keeps senders apart, nobody gains by guessing it
