"""Words between admins and a guest, through the bot: nobody shows a private account."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.actor import Actor
from bot.errors import AnswersInvalid, FormNotFound
from bot.services.clock import Clock, utc_now
from bot.services.outbox import OutboxService
from bot.services.rights import require_admin, visible
from bot.services.transactions import Transaction, Transactions
from db.records import EventRecord, FormMessage, MessageKey, NewMessage, UserRecord

LONGEST_WORD = 2_000
# A prompt is answered without a reply for this long; a word to a guest for longer.
PROMPT_LASTS, WORD_LASTS = timedelta(minutes=15), timedelta(days=3)
PROMPTS = ("reason", "changes", "ask")


class ConversationService:
    """Which message belongs to which form, and what is said in reply."""

    def __init__(
        self,
        transactions: Transactions,
        outbox: OutboxService,
        clock: Clock = utc_now,
        card_chats: Sequence[int] = (),
    ) -> None:
        self._transactions = transactions
        self._outbox = outbox
        self._clock = clock
        self._card_chats = card_chats

    async def remember(
        self, chat_id: int, message_id: int, form_id: int, purpose: str, state: Mapping[str, Any] | None = None
    ) -> None:
        """A message of the bot now belongs to this form."""
        message = FormMessage(chat_id, message_id, form_id, purpose, state or {}, self._clock())
        async with self._transactions.write() as transaction:
            await transaction.form_messages.put(message)

    async def about(self, chat_id: int, message_id: int) -> FormMessage | None:
        """The form that a message belongs to."""
        async with self._transactions.read() as transaction:
            return await transaction.form_messages.get(chat_id, message_id)

    async def open_prompt(self, actor: Actor, message_id: int = 0) -> FormMessage | None:
        """What was last asked in the actor's private chat, if the message may answer it without a reply."""
        if actor.id is None:
            return None
        now = self._clock()
        async with self._transactions.read() as transaction:
            find = transaction.form_messages.newest
            if actor.is_admin:
                # The newest alone: what was asked before it must not take the words meant for something else.
                prompt = await find(actor.id, PROMPTS, now - PROMPT_LASTS)
                if prompt is not None and not is_closed(prompt, message_id):
                    return prompt
            return await find(actor.id, ("word",), now - WORD_LASTS)

    async def close_prompt(self, actor: Actor) -> bool:
        """Take back what an admin was asked last in the private chat; whether there was anything."""
        prompt = await self.open_prompt(actor)
        if prompt is None or prompt.purpose not in PROMPTS:
            return False
        await self.close(prompt)
        return True

    async def close(self, prompt: FormMessage, message_id: int = 0) -> None:
        """It is answered, by a message, or taken back: any other reply to it is told so."""
        async with self._transactions.write() as transaction:
            await transaction.form_messages.put(replace(prompt, state={**prompt.state, "closed": message_id}))

    async def forget(self, chat_id: int, message_id: int) -> None:
        """The message belongs to no form any more: it shows something else, or what it asked is answered."""
        async with self._transactions.write() as transaction:
            await transaction.form_messages.take(chat_id, message_id)

    async def card_in(self, form_id: int, chat_id: int) -> int | None:
        """The newest card of a form in a chat."""
        async with self._transactions.read() as transaction:
            found = await transaction.form_messages.card(form_id, chat_id)
        return None if found is None else found.message_id

    async def say(
        self, actor: Actor, user: UserRecord | None, form_id: int, text: str, came: MessageKey | None = None
    ) -> None:
        """An admin's word, which `came` in a message, to the guest of a form; that chat hears if it cannot arrive.

        A message that Telegram delivers again (it does when an answer is lost) is said once.

        Raises Forbidden, FormNotFound, AnswersInvalid.
        """
        require_admin(actor)
        _check(text)
        async with self._transactions.write() as transaction:
            form, now = await transaction.forms.get_for_change(form_id), self._clock()
            if form is None:
                raise FormNotFound
            if await _is_repeated(transaction, form.id, came):
                return
            if user is not None:
                await transaction.users.see(user, now)
            params = {"text": text, "from_chat": came.chat_id if came else None}
            await transaction.outbox.add([NewMessage("word", form.user_id, form.id, params)], now)
            await transaction.history.add(_event(actor, form.id, now, "word", text, came))
        self._outbox.wake()

    async def answer(self, actor: Actor, form_id: int, text: str, came: MessageKey | None = None) -> None:
        """The guest's answer, once, to every chat of the admins; raises FormNotFound, AnswersInvalid."""
        _check(text)
        async with self._transactions.write() as transaction:
            form, now = visible(actor, await transaction.forms.get_for_change(form_id)), self._clock()
            if await _is_repeated(transaction, form.id, came):
                return
            chats = await transaction.users.reachable(self._card_chats)
            await transaction.outbox.add([NewMessage("answer", chat, form.id, {"text": text}) for chat in chats], now)
            await transaction.history.add(_event(actor, form.id, now, "answer", text, came))
        self._outbox.wake()


def is_closed(prompt: FormMessage, message_id: int) -> bool:
    """Whether it waits for words no more; the message that answered it may be delivered once more."""
    return bool(prompt.state.get("closed", message_id) != message_id)


def _check(text: str) -> None:
    if len(text) > LONGEST_WORD:
        raise AnswersInvalid({"note": ["too_long"]})


async def _is_repeated(transaction: Transaction, form_id: int, came: MessageKey | None) -> bool:
    """Whether Telegram has delivered this message before; the form's lock holds a second delivery back until then."""
    if came is None:
        return False
    said = await transaction.history.of(form_id)
    return any((event.details or {}).get("message") == list(came) for event in said)


def _event(actor: Actor, form_id: int, at: datetime, action: str, text: str, came: MessageKey | None) -> EventRecord:
    details = {"message": list(came)} if came else None
    return EventRecord(form_id, at, actor.id, actor.role, action, None, None, text, details)
