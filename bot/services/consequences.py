"""What a change of a form makes necessary: cards, notices to the guest, cards brought up to date.

Written in the transaction of the change; the sender does the rest.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.services.statuses import DECISIONS, Status
from bot.services.transactions import Transaction
from db.outbox import BULK_PRIORITY, CARD_PRIORITY, REFRESH_PRIORITY
from db.records import EventRecord, FormRecord, NewMessage


async def follow(
    transaction: Transaction, before: FormRecord, after: FormRecord, event: EventRecord, card_chats: Sequence[int]
) -> None:
    """Store every message that follows from one change of one form."""
    messages = [_notice(after, event)] if _guest_must_know(event) else []
    if _admins_must_know(before, after, event):
        messages += [card(chat_id, after.id) for chat_id in await transaction.users.reachable(card_chats)]
    await transaction.outbox.add(messages, event.at)
    await refresh(transaction, [after.id], event.at)


async def take_back(transaction: Transaction, form: FormRecord, event: EventRecord, decided_at: datetime) -> None:
    """A decision is undone: its notice is withdrawn, or the guest told."""
    if not await transaction.outbox.withdraw(form.id, decided_at):
        await transaction.outbox.add([_notice(form, event)], event.at)
    await refresh(transaction, [form.id], event.at)


async def follow_all(transaction: Transaction, events: Sequence[EventRecord], owners: Sequence[int]) -> None:
    """As `follow`, of one decision on many forms; `owners` are their guests, in the same order."""
    if not events:
        return
    notices = [
        NewMessage("notice", owner, event.form_id, _told(event), priority=BULK_PRIORITY)
        for event, owner in zip(events, owners, strict=True)
    ]
    await transaction.outbox.add(notices, events[0].at)
    await refresh(transaction, [event.form_id for event in events], events[0].at, priority=BULK_PRIORITY)


async def refresh(
    transaction: Transaction, form_ids: Sequence[int], now: datetime, *, priority: int = REFRESH_PRIORITY
) -> None:
    """Have every standing card of these forms brought up to date."""
    await transaction.outbox.refresh(form_ids, now, now, priority=priority)


async def has_changed(transaction: Transaction, form_id: int, shown: int) -> bool:
    """Whether a form is not what its new card shows (`shown` is the version): that change did not know of the card.

    The form's lock makes it so that either this sees the change, or the change sees the card.
    """
    form = await transaction.forms.get_for_change(form_id)
    return form is None or form.version != shown


def card(chat_id: int, form_id: int) -> NewMessage:
    """A form's card, to be sent to an admins' chat."""
    return NewMessage("card", chat_id, form_id, priority=CARD_PRIORITY)


def _guest_must_know(event: EventRecord) -> bool:
    return event.from_status != event.to_status and event.to_status in DECISIONS


def _admins_must_know(before: FormRecord, after: FormRecord, event: EventRecord) -> bool:
    """A form that waits for review, again or for the first time; an approved one that is given up."""
    if event.action not in ("edited", "moved") or before.status == after.status:
        return False
    given_up = after.status == Status.CANCELLED and before.status == Status.APPROVED
    return after.status == Status.SUBMITTED or given_up


def _notice(form: FormRecord, event: EventRecord) -> NewMessage:
    return NewMessage("notice", form.user_id, form.id, _told(event))


def _told(event: EventRecord) -> dict[str, object]:
    about = "undone" if event.action == "undone" else event.to_status
    return {"about": about, "note": event.note, "details": event.details}
