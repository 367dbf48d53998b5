"""Where an admin works, or a guest at own forms: the chat, the message that was pressed, the services, the words."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, TelegramObject, User

from bot.actor import Actor
from bot.handlers.replies import reply
from bot.handlers.submissions import user_record
from bot.locales import Texts, texts_of
from bot.messages.phrases import clip
from bot.questionnaire import Questionnaire
from bot.services import Card, FormMessage, MessageKey, Services, UserRecord

NOT_MODIFIED = "message is not modified"
LONGEST_TOAST = 200  # Bot API, answerCallbackQuery


@dataclass(frozen=True, slots=True)
class Desk:
    """One press or one command.

    Attributes:
        message_id: the message whose button was pressed; 0 for a command.
        texts: in the chat's language: a group's is the default one.
        own: in the reader's language, for what only they see.
    """

    bot: Bot
    services: Services
    actor: Actor
    user: UserRecord
    chat_id: int
    message_id: int
    texts: Texts
    own: Texts

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions."""
        return self.services.questionnaire

    @property
    def message(self) -> MessageKey:
        """The pressed message."""
        return MessageKey(self.chat_id, self.message_id)

    async def about(self) -> FormMessage | None:
        """The form to which the pressed message belongs."""
        return await self.services.conversations.about(self.chat_id, self.message_id)

    async def show(self, text: str, markup: InlineKeyboardMarkup | None) -> str | None:
        """Put this in place of the pressed message; returns what the admin should be told, if anything."""
        try:
            await self.bot.edit_message_text(
                text, chat_id=self.chat_id, message_id=self.message_id, reply_markup=markup
            )
        except TelegramRetryAfter as error:
            return self.own.plain("busy-chat", seconds=error.retry_after)
        except TelegramBadRequest as error:
            if NOT_MODIFIED in error.message:
                return self.own.plain("nothing-new")
            await self._show_anew(text, markup)
        return None

    async def _show_anew(self, text: str, markup: InlineKeyboardMarkup | None) -> None:
        """Telegram does not edit the pressed message: a new one takes its place, and its form."""
        sent = await self.bot.send_message(self.chat_id, text, reply_markup=markup)
        if about := await self.about():
            await self.forget()
            await replace(self, message_id=sent.message_id).remember(about.form_id, about.purpose, about.state)

    async def in_own_message(self) -> "Desk":
        """The same with a message of its own: the pressed one is the outbox's to edit."""
        sent = await self.bot.send_message(self.chat_id, self.texts("opening"))
        return replace(self, message_id=sent.message_id)

    async def remember(self, form_id: int, purpose: str, state: Mapping[str, Any] | None = None) -> None:
        """The pressed message now belongs to this form."""
        conversations = self.services.conversations
        await conversations.remember(self.chat_id, self.message_id, form_id, purpose, state)

    async def reads(self, card: Card) -> None:
        """The pressed message shows something else of the form, until its reader goes back or the form changes."""
        about, version = await self.about(), card.form.version
        if about is not None and about.form_id == card.form.id and about.state.get("reading") != version:
            await self.remember(about.form_id, about.purpose, {**about.state, "reading": version})

    async def forget(self) -> None:
        """The pressed message shows no single form any more."""
        await self.services.conversations.forget(self.chat_id, self.message_id)


class DeskMiddleware(BaseMiddleware):
    """Hands a `desk` over, or says why not."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> object:
        """Let pass who may."""
        chat_id = chat_of(event)
        why = self.obstacle(data["actor"], chat_id, data)
        if chat_id is None or why is not None:
            return refusal(event, data["texts"], why or "old-button")
        data["desk"] = _desk(event, chat_id, data)
        return await handler(event, data)

    @abstractmethod
    def obstacle(self, actor: Actor, chat_id: int | None, data: Mapping[str, Any]) -> str | None:
        """The text that says why not."""


class AdminMiddleware(DeskMiddleware):
    """The guard of everything that only admins may do.

    Forms are shown in an admin's private chat and in the admins' group: any other chat has other readers. The service
    checks the actor's right once more.
    """

    def obstacle(self, actor: Actor, chat_id: int | None, data: Mapping[str, Any]) -> str | None:
        """See DeskMiddleware."""
        if chat_id is None or not actor.is_admin:
            return "not-admin"
        return None if chat_id in (actor.id, data["admin_chat_id"]) else "not-here"


class GuestMiddleware(DeskMiddleware):
    """A guest's, in their private chat alone: any other chat has other readers."""

    def obstacle(self, actor: Actor, chat_id: int | None, data: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """See DeskMiddleware."""
        return None if chat_id == actor.id else "old-button"


def chat_of(event: TelegramObject) -> int | None:
    """The chat of a message or of the message that was pressed; None where Telegram tells none."""
    message = event.message if isinstance(event, CallbackQuery) else event
    return message.chat.id if message is not None and hasattr(message, "chat") else None


def _desk(event: TelegramObject, chat_id: int, data: dict[str, Any]) -> Desk:
    user: User = data["event_from_user"]
    pressed = event.message if isinstance(event, CallbackQuery) else None
    own: Texts = data["texts"]
    return Desk(
        bot=data["bot"],
        services=data["services"],
        actor=data["actor"],
        user=user_record(user),
        chat_id=chat_id,
        message_id=pressed.message_id if pressed else 0,
        texts=own if chat_id > 0 else texts_of(data["default_language"]),
        own=own,
    )


def refusal(event: TelegramObject, texts: Texts, message: str) -> AnswerCallbackQuery | SendMessage | None:
    """Why not: over the button that was pressed, or as an answer."""
    if isinstance(event, CallbackQuery):
        return toast(event, texts.plain(message), alert=True)
    return reply(event, texts(message)) if isinstance(event, Message) else None


def toast(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> AnswerCallbackQuery:
    """The answer to a press: a few words over the chat, or none."""
    shown = clip(text, LONGEST_TOAST) if text else None
    return AnswerCallbackQuery(callback_query_id=query.id, text=shown, show_alert=alert or None)
