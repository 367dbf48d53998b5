"""From a message of the outbox to the Bot API call that sends it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
from bot.services.statuses import Status


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call; what the message it makes belongs to (`purpose`); when what it shows is over (`stale_at`).

    `version` is the form's that a new card shows.
    """

    method: TelegramMethod[Any]
    purpose: str | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    stale_at: datetime | None = None
    version: int | None = None


class Renderer:
    """Renders at the time of sending: what is shown is what is true then, in the reader's language."""

    def __init__(self, services: Services, default_language: str, page_url: str) -> None:
        self._services = services
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
        return await self._kinds[record.kind](record, await self.texts(record.chat_id))

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
        return Outgoing(_send(record, text, markup), "card", stale_at=card.undo_until, version=card.form.version)

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
        text = cards.card_text(card, self._services.questionnaire, texts)
        markup = cards.card_keyboard(card, texts, cards.Place.of(about))
        return Outgoing(_edit(record, text, markup), stale_at=card.undo_until)

    async def _digest(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        digest = await self._services.outbox.digest(record)
        if not digest.count:
            return None
        name = await self._services.lists.save(API, FormFilter(status=Status.SUBMITTED))
        text, markup = lists.digest_text(digest, texts), lists.digest_keyboard(name, texts)
        return Outgoing(_edit(record, text, markup) if record.message_id else _send(record, text, markup))

    async def _notice(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        text = notices.notice_text(record, self._services.questionnaire, texts)
        return Outgoing(_send(record, text, notices.notice_keyboard(record, self._page_url, texts)))

    async def _reminder(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        try:
            draft = await self._services.reminders.draft(record.form_id or 0)
        except FormNotFound:
            return None
        text = notices.reminder_text(draft, self._services.questionnaire, texts)
        return Outgoing(_send(record, text, keyboard(edit_rows(draft, self._page_url, texts))))

    async def _word(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        text, markup = notices.word_text(record, texts), notices.ask_for_reply(texts)
        return Outgoing(SendMessage(chat_id=record.chat_id, text=text, reply_markup=markup), "word")

    async def _answer(self, record: OutboxRecord, texts: Texts) -> Outgoing | None:
        try:
            card = await self._services.review.card(API, record.form_id or 0)
        except FormNotFound:
            return None
        text, markup = notices.answer_text(record, card.guest, texts), notices.answer_keyboard(record, texts)
        place = await self._services.conversations.card_in(card.form.id, record.chat_id)
        reply = ReplyParameters(message_id=place, allow_sending_without_reply=True) if place else None
        method = SendMessage(chat_id=record.chat_id, text=text, reply_markup=markup, reply_parameters=reply)
        return Outgoing(method, "answer")


def _send(record: OutboxRecord, text: str, markup: InlineKeyboardMarkup | None) -> SendMessage:
    return SendMessage(chat_id=record.chat_id, text=text, reply_markup=markup)


def _edit(record: OutboxRecord, text: str, markup: InlineKeyboardMarkup | None) -> EditMessageText:
    return EditMessageText(chat_id=record.chat_id, message_id=record.message_id, text=text, reply_markup=markup)
