"""Erasing a form: answers and words go for good, the history keeps who and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.actor import Actor
from bot.services import consequences
from bot.services.transactions import Transaction
from db.records import EventRecord, FormRecord


async def erase(transaction: Transaction, actor: Actor, forms: Sequence[FormRecord], now: datetime) -> None:
    """Erase forms that this transaction has locked. Their cards will say so."""
    for form in forms:
        # The hash too: few answers are so long that nobody could guess them by it.
        gone: dict[str, Any] = {"form_data": {}, "search_text": "", "ticket_type": None, "request_hash": ""}
        gone |= {"deleted_at": now}
        await transaction.forms.change(form, gone, now)
        await transaction.keys.forget(form.id)
        await transaction.outbox.forget(form.id)
        await transaction.history.forget(form.id)
        event = EventRecord(form.id, now, actor.id, actor.role, "deleted", form.status, None)
        await transaction.history.add(event)
    await transaction.forms.optimize_search()
    await consequences.refresh(transaction, [form.id for form in forms], now)
