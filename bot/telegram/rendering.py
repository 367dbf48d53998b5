"""From a message of the outbox to the Bot API call that sends it."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, ReplyParameters

from bot.actor import API
from bot.errors import FormNotFound
from bot.locales import Texts, choose_language, texts_of
from bot.messages import cards, lists, notices
from bot.messages.buttons import keyboard
from bot.messages.own_forms import edit_rows
from bot.services import FormFilter, OutboxRecord, Services
from bot.services.outbox import NOTHING, Became
from bot.services.statuses import Status

FOR_ADMINS = ("card", "refresh", "digest", "answer")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call, and what the message that it makes or edits is then."""

    method: TelegramMethod[Any]
    became: Became = NOTHING


class Renderer:
    """Renders at the time of sending: what is shown is what is true then, in the reader's language."""

    def __init__(self, services: Services, default_language: str, page_url: str, admin_ids: Collection[int]) -> None:
        self._services = services
        self._admin_ids = admin_ids
        self._default_language = default_language
        self._page_url = page_url
        self._kinds: dict[str, Callable[[OutboxRecord, Texts], Awaitable[Outgoing | None]]] = {
            "card": self._card,
            "refresh": self._refresh,
            "digest": self._digest,
            "notice": self._notice,
            "word": self._word,
            "answer": self._answer,
            "reminder": self._reminder,
        }

    async def render(self, record: OutboxRecord) -> Outgoing | None:
        """The call, None when there is nothing left to say."""
        # A group that has become a supergroup has a number that the settings do not know yet.
        if record.kind in FOR_ADMINS and record.chat_id > 0 and record.chat_id not in self._admin_ids:
            return await self._withheld(record)
        return await self._kinds[record.kind](record, await self.texts(record.chat_id))

    async def _withheld(self, record: OutboxRecord) -> Outgoing | None:
        """One who is no admin any more reads no form: a card that would be brought up to date goes blank."""
        if record.kind != "refresh":
            return None
        texts = await self.texts(record.chat_id)
        return Outgoing(_edit(record, texts("card-withheld"), None), Became(forgotten=True))

    async def texts(self, chat_id: int) -> Texts:
        """In the language of the chat's user; a group's is the default one."""
        user = await self._services.users.get(chat_id) if chat_id > 0 else None
        chosen = user.language if user else None
        code = chosen or (user.language_code if user else None)
        return texts_of(choose_language(code, self._default_language))

    async def _card(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        try:
            card = await self._services.review.card(API, record.form_id or 0)
        except FormNotFound:
            return None
        text = cards.card_text(card, self._services.questionnaire, texts)
        markup = cards.card_keyboard(card, texts, cards.Place())
        became = Became("card", stale_at=card.undo_until, version=card.form.version)
        return Outgoing(_send(record, text, markup), became)

    async def _refresh(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        message_id = record.message_id or 0
        about = await self._services.conversations.about(record.chat_id, message_id)
        if about is None or about.purpose not in ("card", "review"):
            return None
        try:
            card = await self._services.review.card(API, about.form_id)
        except FormNotFound:
            markup = cards.deleted_keyboard(about.form_id, texts)
            return Outgoing(_edit(record, cards.deleted_text(about.form_id, texts), markup))
        if about.state.get("reading") == card.form.version:
            return None  # who reads all answers is not brought back to the card because a button is over
        text = cards.card_text(card, self._services.questionnaire, texts)
        markup = cards.card_keyboard(card, texts, cards.Place.of(about))
        return Outgoing(_edit(record, text, markup), Became(stale_at=card.undo_until))

    async def _digest(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        digest = await self._services.outbox.digest(record)
        if not digest.count:
            return None
        name = await self._services.lists.save(API, FormFilter(status=Status.SUBMITTED))
        text, markup = lists.digest_text(digest, texts), lists.digest_keyboard(name, texts)
        return Outgoing(_edit(record, text, markup) if record.message_id else _send(record, text, markup))

    async def _notice(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        if not await self._still_holds(record):
            return None
        text = notices.notice_text(record, self._services.questionnaire, texts)
        return Outgoing(_send(record, text, notices.notice_keyboard(record, self._page_url, texts)))

    async def _still_holds(self, record: OutboxRecord) -> bool:
        """Whether the form stands under the decision that the notice tells: it may have waited for long."""
        try:
            card = await self._services.review.card(API, record.form_id or 0)
        except FormNotFound:
            return False
        return notices.tells(record, card)

    async def _reminder(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        try:
            draft = await self._services.reminders.draft(record.form_id or 0)
        except FormNotFound:
            return None
        text = notices.reminder_text(draft, self._services.questionnaire, texts)
        return Outgoing(_send(record, text, keyboard(edit_rows(draft, self._page_url, texts))))

    async def _word(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        text, markup = notices.word_text(record, texts), notices.ask_for_reply(texts)
        return Outgoing(SendMessage(chat_id=record.chat_id, text=text, reply_markup=markup), Became("word"))

    async def _answer(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        try:
            card = await self._services.review.card(API, record.form_id or 0)
        except FormNotFound:
            return None
        text, markup = notices.answer_text(record, card.guest, texts), notices.answer_keyboard(record, texts)
        place = await self._services.conversations.card_in(card.form.id, record.chat_id)
        reply = ReplyParameters(message_id=place, allow_sending_without_reply=True) if place else None
        method = SendMessage(chat_id=record.chat_id, text=text, reply_markup=markup, reply_parameters=reply)
        return Outgoing(method, Became("answer"))


def _send(record: OutboxRecord, text: str, markup: InlineKeyboardMarkup | None) -> SendMessage:
    return SendMessage(chat_id=record.chat_id, text=text, reply_markup=markup)


def _edit(record: OutboxRecord, text: str, markup: InlineKeyboardMarkup | None) -> EditMessageText:
    return EditMessageText(chat_id=record.chat_id, message_id=record.message_id, text=text, reply_markup=markup)
