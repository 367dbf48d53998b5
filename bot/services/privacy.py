"""What is stored about a guest: told in numbers, given as a document, erased."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.actor import Actor
from bot.services.clock import Clock, utc_now
from bot.services.erasing import erase
from bot.services.outbox import OutboxService
from bot.services.rights import require_owner
from bot.services.statuses import Status
from bot.services.transactions import Transaction, Transactions
from bot.services.users import UserService
from db.records import EventRecord, FormRecord, OutboxRecord

WORDS = ("word", "answer")
# Messages of a guest's chat that belong to a form.
PURPOSES = ("word", "question")


@dataclass(frozen=True, slots=True)
class Kept:
    """How much there is: `approved` are the numbers of the forms by which the guest is expected."""

    forms: int
    words: int
    approved: Sequence[int]


class PrivacyService:
    """A guest's right to know and to be forgotten."""

    def __init__(
        self, transactions: Transactions, outbox: OutboxService, users: UserService, clock: Clock = utc_now
    ) -> None:
        self._transactions = transactions
        self._outbox = outbox
        self._users = users
        self._clock = clock

    async def kept(self, actor: Actor) -> Kept:
        """What there is, in numbers."""
        async with self._transactions.read() as transaction:
            forms = await transaction.forms.all_of(_id(actor))
            events = await transaction.history.of_forms([form.id for form in forms])
        live = [form for form in forms if form.deleted_at is None]
        words = sum(event.action in WORDS and event.note is not None for event in events)
        return Kept(len(live), words, [form.id for form in live if form.status == Status.APPROVED])

    async def document(self, actor: Actor) -> dict[str, Any]:
        """Everything, as JSON: admins appear as `organisers` alone; of deleted forms there are numbers and times."""
        user_id = _id(actor)
        async with self._transactions.read() as transaction:
            user = await transaction.users.get(user_id)
            forms = await transaction.forms.all_of(user_id)
            events = await transaction.history.of_forms([form.id for form in forms])
            return {
                "user": asdict(user) if user else {"id": user_id},
                "forms": [_form_document(form, [e for e in events if e.form_id == form.id], user_id) for form in forms],
                "messages_to_you": [
                    _message_document(message) for message in await transaction.outbox.to_guest(user_id)
                ],
                "updates_kept_after_an_error": await transaction.dead_letters.of(user_id),
            }

    async def forget(self, actor: Actor) -> int:
        """Erase it all: answers, drafts, words, names; how many forms there were.

        Ids stay, they are the key of the history; its lines keep numbers and times.
        """
        user_id = _id(actor)
        async with self._transactions.write() as transaction:
            now = self._clock()
            forms = await transaction.forms.lock_all_of(user_id)
            await erase(transaction, actor, forms, now)
            await self._forget_around(transaction, user_id)
            await transaction.users.forget(user_id, now)
        self._users.note_language(user_id, None)
        await self._transactions.overwrite_deleted()
        self._outbox.wake()
        return len(forms)

    async def _forget_around(self, transaction: Transaction, user_id: int) -> None:
        await transaction.form_messages.forget_chat(user_id, PURPOSES)
        await transaction.outbox.forget_guest(user_id)
        await transaction.dead_letters.forget(user_id)


def _id(actor: Actor) -> int:
    """Of one who is somebody."""
    require_owner(actor, actor.id or 0)
    return actor.id or 0


def _form_document(form: FormRecord, events: Sequence[EventRecord], user_id: int) -> dict[str, Any]:
    facts = asdict(form)
    for name in ("user_id", "submission_id", "request_hash"):
        del facts[name]
    said = [event for event in events if event.action in WORDS]
    return facts | {
        "history": [_event_document(event, user_id) for event in events if event.action not in WORDS],
        "words": [{"at": event.at, "from": _who(event, user_id), "text": event.note} for event in said],
    }


def _event_document(event: EventRecord, user_id: int) -> Mapping[str, Any]:
    return {
        "at": event.at,
        "who": _who(event, user_id),
        "action": event.action,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "note": event.note,
        "details": event.details,
    }


def _message_document(message: OutboxRecord) -> Mapping[str, Any]:
    # From which chat an organiser wrote is the organiser's.
    what = {name: value for name, value in message.params.items() if name != "from_chat"}
    return {"at": message.created_at, "kind": message.kind, "form": message.form_id, "what": what}


def _who(event: EventRecord, user_id: int) -> str:
    return "you" if event.actor_id == user_id else "organisers"
