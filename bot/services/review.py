"""Review: an admin's decision on a form, its undoing, and what a card shows. Of two admins one wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.actor import Actor
from bot.errors import AnswersInvalid, Forbidden, FormNotFound, TransitionNotAllowed, UndoTooLate, VersionStale
from bot.questionnaire import Questionnaire
from bot.services import consequences
from bot.services.clock import Clock, utc_now
from bot.services.outbox import OutboxService
from bot.services.rights import require_admin
from bot.services.statuses import DECISIONS, Side, Status, check_transition
from bot.services.transactions import Transaction, Transactions
from bot.submission import NOTE_LENGTH
from db.forms import FormFilter
from db.records import EventRecord, FormRecord, KnownUser, MessageKey, NamedEvent, UserRecord

UNDO_FOR = timedelta(seconds=60)
# Who has pressed a card edits it at once; should that fail, the outbox does it.
BY_HAND = timedelta(seconds=3)
BULK = 200


@dataclass(frozen=True, slots=True)
class Card:
    """All that a card shows; `decision` is the one the form stands under, `undelivered` counts lost messages to it.

    `change` is the last one of the answers, of a form that waits for review again or still.
    `undo_until` is when the decision can no longer be undone, None when it cannot be by now.
    """

    form: FormRecord
    guest: KnownUser | None
    decision: NamedEvent | None
    change: EventRecord | None
    undelivered: int
    undo_until: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A status, with a reason of the questionnaire (its key) or typed words, and the fields that are to change.

    `seen` is the version of the form that the admin has read, None where it is not known.
    """

    status: Status
    reason: str | None = None
    note: str | None = None
    fields: Sequence[str] = ()
    seen: int | None = None

    @property
    def details(self) -> Mapping[str, Any] | None:
        """As the history keeps it."""
        return ({"reason": self.reason} if self.reason else {}) | ({"fields": list(self.fields)} if self.fields else {})


class ReviewService:
    """What admins do with forms."""

    def __init__(
        self,
        transactions: Transactions,
        questionnaire: Questionnaire,
        outbox: OutboxService,
        clock: Clock = utc_now,
        card_chats: Sequence[int] = (),
    ) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._outbox = outbox
        self._clock = clock
        self._card_chats = card_chats

    async def card(self, actor: Actor, form_id: int) -> Card:
        """A form as its card shows it; raises Forbidden, FormNotFound (deleted forms too)."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            return await self._card(transaction, _there(await transaction.forms.get(form_id)))

    async def decide(
        self, actor: Actor, user: UserRecord | None, form_id: int, decision: Decision, pressed: MessageKey | None = None
    ) -> Card:
        """Give a waiting form its status and tell the guest; the caller edits the message that was pressed.

        Raises Forbidden, FormNotFound, TransitionNotAllowed (somebody was quicker), VersionStale (its answers are not
        those that were read), AnswersInvalid (note, reason).
        """
        require_admin(actor)
        self._check(decision)
        async with self._transactions.write() as transaction:
            form = _there(await transaction.forms.get_for_change(form_id))
            check_transition(Status(form.status), decision.status, frozenset({Side.ADMIN}))
            if decision.seen not in (None, form.version):
                raise VersionStale(form.version)
            now = self._clock()
            if user is not None:
                await transaction.users.see(user, now)
            event = _event(actor, form, now, "moved", decision.status)
            event = replace(event, note=decision.note, details=decision.details or None)
            after = await self._move(transaction, form, event)
            await consequences.follow(transaction, form, after, event, self._card_chats)
            await _put_off(transaction, pressed, now)
            card = await self._card(transaction, after)
        self._outbox.wake()
        return card

    async def undo(self, actor: Actor, form_id: int, pressed: MessageKey | None = None) -> Card:
        """Take one's own decision back within a minute; the caller edits the message that was pressed.

        Raises Forbidden (another's decision), FormNotFound, TransitionNotAllowed (none stands), UndoTooLate.
        """
        require_admin(actor)
        async with self._transactions.write() as transaction:
            form = _there(await transaction.forms.get_for_change(form_id))
            found, now = await transaction.history.decision(form.id), self._clock()
            decision = _undoable(form, found, actor, now)
            event = _event(actor, form, now, "undone", decision.from_status or Status.SUBMITTED)
            after = await self._move(transaction, form, event)
            await consequences.take_back(transaction, after, event, decision.at)
            await _put_off(transaction, pressed, now)
            card = await self._card(transaction, after)
        self._outbox.wake()
        return card

    async def approve_all(self, actor: Actor, user: UserRecord | None, wanted: FormFilter) -> int:
        """Approve the forms of the filter that wait now, some hundred to a transaction; how many they were."""
        require_admin(actor)
        # What comes in meanwhile nobody has seen.
        until = self._clock() + timedelta.resolution
        total, wanted = 0, replace(wanted, status=Status.SUBMITTED, until=min(wanted.until or until, until))
        while number := await self._approve_some(actor, user, wanted):
            total += number
        self._outbox.wake()
        return total

    async def refresh(self, actor: Actor, form_id: int) -> None:
        """Have every standing card of a form brought up to date."""
        require_admin(actor)
        async with self._transactions.write() as transaction:
            await consequences.refresh(transaction, [form_id], self._clock())
        self._outbox.wake()

    async def shown(self, actor: Actor, card: Card, message: MessageKey | None) -> None:
        """The card has just been shown, by a message unless Telegram did not take it.

        It is brought up to date if the form has changed meanwhile, and when what it shows is over.
        """
        require_admin(actor)
        async with self._transactions.write() as transaction:
            now = self._clock()
            if await consequences.has_changed(transaction, card.form.id, card.form.version):
                await consequences.refresh(transaction, [card.form.id], now)
                self._outbox.wake()
            elif message is not None:
                await transaction.outbox.shown(*message, now, card.undo_until)

    async def history(self, actor: Actor, form_id: int) -> Sequence[NamedEvent]:
        """Who did what and when to one form, deleted or not."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            return await transaction.history.named(form_id)

    async def _approve_some(self, actor: Actor, user: UserRecord | None, wanted: FormFilter) -> int:
        async with self._transactions.write() as transaction:
            now = self._clock()
            if user is not None:
                await transaction.users.see(user, now)
            moved = await transaction.forms.move_all(wanted, to_status=Status.APPROVED, at=now, limit=BULK)
            events = [
                EventRecord(number, now, actor.id, actor.role, "moved", Status.SUBMITTED, Status.APPROVED)
                for number, _ in moved
            ]
            await transaction.history.add_all(events)
            await consequences.follow_all(transaction, events, [owner for _, owner in moved])
        return len(moved)

    async def _move(self, transaction: Transaction, form: FormRecord, event: EventRecord) -> FormRecord:
        after = await transaction.forms.change(form, {"status": event.to_status}, event.at)
        if after is None:
            raise VersionStale(form.version)
        await transaction.history.add(event)
        return after

    async def _card(self, transaction: Transaction, form: FormRecord) -> Card:
        decision = await transaction.history.decision(form.id)
        changed = form.status == Status.SUBMITTED and form.version > 1
        change = await transaction.history.change(form.id) if changed else None
        undelivered = await transaction.outbox.undelivered(limit=9, form_id=form.id)
        guest = await transaction.users.get(form.user_id)
        until = decision.event.at + UNDO_FOR if decision and decision.event.actor_id is not None else None
        undo_until = until if until is not None and until > self._clock() else None
        return Card(form, guest, decision, change, len(undelivered), undo_until)

    def _check(self, decision: Decision) -> None:
        if decision.status not in DECISIONS:
            raise Forbidden(f"status {decision.status}")
        if decision.note is not None and len(decision.note) > NOTE_LENGTH:
            raise AnswersInvalid({"note": ["too_long"]})
        if decision.reason is not None and decision.reason not in self._questionnaire.reasons:
            raise AnswersInvalid({"reason": ["not_a_choice"]})


async def _put_off(transaction: Transaction, pressed: MessageKey | None, now: datetime) -> None:
    if pressed is not None:
        await transaction.outbox.put_off(*pressed, now + BY_HAND)


def _there(form: FormRecord | None) -> FormRecord:
    if form is None:
        raise FormNotFound
    return form


def _undoable(form: FormRecord, found: NamedEvent | None, actor: Actor, now: datetime) -> EventRecord:
    if found is None or found.event.to_status != form.status:
        raise TransitionNotAllowed(form.status, Status.SUBMITTED)
    if found.event.actor_id != actor.id:
        raise Forbidden("another admin's decision")
    if now - found.event.at > UNDO_FOR:
        raise UndoTooLate
    return found.event


def _event(actor: Actor, form: FormRecord, at: datetime, action: str, to_status: str) -> EventRecord:
    return EventRecord(form.id, at, actor.id, actor.role, action, form.status, to_status)
