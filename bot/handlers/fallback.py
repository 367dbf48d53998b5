"""A polite answer to what nobody took. In groups the bot keeps quiet."""

import logging

from aiogram import Bot, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from bot.actor import Actor
from bot.handlers.filters import IsPrivate
from bot.handlers.replies import reply
from bot.locales import Texts
from bot.messages.commands import ADMINS, hide_from
from bot.messages.pages import form_keyboard

log = logging.getLogger(__name__)


async def anything_else(message: Message, actor: Actor, texts: Texts, page_url: str) -> SendMessage | None:
    """Say what the bot is for. A contact is left alone: it comes when the page asks Telegram for the phone number."""
    if message.contact is not None:
        return None
    words = texts("fallback-admin" if actor.is_admin else "fallback")
    return reply(message, words, reply_markup=form_keyboard(page_url, texts))


async def former_admin(message: Message, bot: Bot, texts: Texts, admin_chat_id: int | None) -> SendMessage:
    """One whose menu still has an admin's commands: say so, and take them away."""
    try:
        await hide_from(bot, message.chat.id, admin_chat_id)
    except AiogramError as error:
        log.warning("a former admin's commands were not taken away: %s", type(error).__name__)
    return reply(message, texts("not-admin"))


async def old_button(query: CallbackQuery, texts: Texts) -> AnswerCallbackQuery:
    """A button that no longer does anything."""
    return AnswerCallbackQuery(callback_query_id=query.id, text=texts.plain("old-button"))


def create_router() -> Router:
    """The last router."""
    router = Router(name="fallback")
    router.message.register(former_admin, Command(*ADMINS), IsPrivate())
    router.message.register(anything_else, IsPrivate())
    router.callback_query.register(old_button)
    return router
