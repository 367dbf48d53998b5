"""A polite answer to what nobody took. In groups the bot keeps quiet."""

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import IsPrivate
from bot.handlers.replies import reply
from bot.locales import Texts
from bot.messages.pages import form_keyboard


async def anything_else(message: Message, texts: Texts, page_url: str) -> SendMessage | None:
    """Say what the bot is for. A contact is left alone: it comes when the page asks Telegram for the phone number."""
    if message.contact is not None:
        return None
    return reply(message, texts("fallback"), reply_markup=form_keyboard(page_url, texts))


async def old_button(query: CallbackQuery, texts: Texts) -> AnswerCallbackQuery:
    """A button that no longer does anything."""
    return AnswerCallbackQuery(callback_query_id=query.id, text=texts.plain("old-button"))


def create_router() -> Router:
    """The last router."""
    router = Router(name="fallback")
    router.message.register(anything_else, IsPrivate())
    router.callback_query.register(old_button)
    return router
