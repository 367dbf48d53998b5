"""`/start` and `/help`."""

from aiogram import Router
from aiogram.filters import Command, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot.actor import Actor
from bot.handlers.filters import IsPrivate
from bot.handlers.keyboards import form_keyboard
from bot.handlers.replies import reply
from bot.handlers.submissions import user_record
from bot.handlers.words import closed_words
from bot.locales import Texts
from bot.services import Services


async def start(message: Message, services: Services, texts: Texts, page_url: str) -> SendMessage:
    """Greet, and show the button that opens the page."""
    if message.from_user is not None:
        await services.users.see(user_record(message.from_user))
    questionnaire = services.questionnaire
    availability = services.forms.availability()
    if availability != "open":
        return reply(message, closed_words(questionnaire, availability, texts))
    event = {name: getattr(questionnaire, name).get(texts.language, "") for name in ("title", "intro", "date", "place")}
    how = texts("start-how" if page_url else "start-no-page")
    return reply(message, texts("start", how=how, **event), reply_markup=form_keyboard(page_url, texts))


async def help_(message: Message, actor: Actor, texts: Texts) -> SendMessage:
    """What the bot can do for this actor."""
    return reply(message, texts("help-admin" if actor.is_admin else "help-guest"))


def create_router() -> Router:
    """The router of the first two commands."""
    router = Router(name="start")
    router.message.register(start, CommandStart(), IsPrivate())
    router.message.register(help_, Command("help"), IsPrivate())
    return router
