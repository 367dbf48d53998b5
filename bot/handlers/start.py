"""`/start` and `/help`."""

import logging

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.exceptions import AiogramError
from aiogram.filters import Command, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import MenuButtonWebApp, Message, WebAppInfo

from bot.actor import Actor
from bot.handlers.filters import IsAdmin, IsPrivate
from bot.handlers.replies import reply
from bot.handlers.submissions import user_record
from bot.handlers.words import closed_words
from bot.locales import Texts
from bot.messages.commands import show_to_admin
from bot.messages.pages import form_keyboard, page_address
from bot.services import Services

log = logging.getLogger(__name__)

MENU_BUTTON_SECONDS = 3
START_MY = CommandStart(deep_link=True, magic=F.args == "my")


async def start(message: Message, bot: Bot, services: Services, texts: Texts, page_url: str) -> SendMessage:
    """Greet, and show the button that opens the page."""
    await _welcome(message, bot, services, texts, page_url)
    questionnaire = services.questionnaire
    availability = services.forms.availability()
    if availability != "open":
        return reply(message, closed_words(questionnaire, availability, texts))
    event = {name: getattr(questionnaire, name).get(texts.language, "") for name in ("title", "intro", "date", "place")}
    how = texts("start-how" if page_url else "start-no-page")
    return reply(message, texts("start", how=how, **event), reply_markup=form_keyboard(page_url, texts))


async def start_form(message: Message, bot: Bot, services: Services, texts: Texts, page_url: str) -> SendMessage:
    """`/start form`, from a link t.me/<bot>?start=form: the button at once, in few words."""
    await _welcome(message, bot, services, texts, page_url)
    availability = services.forms.availability()
    if availability != "open":
        return reply(message, closed_words(services.questionnaire, availability, texts))
    title = services.questionnaire.title[texts.language]
    words = texts("start-form" if page_url else "start-form-in-chat", title=title)
    return reply(message, words, reply_markup=form_keyboard(page_url, texts))


async def start_my(message: Message, bot: Bot, services: Services, texts: Texts, page_url: str) -> object:
    """`/start my`: the list of own forms follows (bot/handlers/own_forms.py)."""
    await _welcome(message, bot, services, texts, page_url)
    raise SkipHandler


async def _welcome(message: Message, bot: Bot, services: Services, texts: Texts, page_url: str) -> None:
    if message.from_user is not None:
        await services.users.see(user_record(message.from_user))
    await translate_menu_button(message.chat.id, bot, texts, page_url)


async def translate_menu_button(chat_id: int, bot: Bot, texts: Texts, page_url: str) -> None:
    """The menu button in the guest's language."""
    # Telegram has one menu button for all; a chat may have its own. Without it the greeting still comes.
    if page_url:
        page = WebAppInfo(url=page_address(page_url, lang=texts.language))
        button = MenuButtonWebApp(text=texts.plain("menu-button"), web_app=page)
        try:
            await bot.set_chat_menu_button(chat_id, button, request_timeout=MENU_BUTTON_SECONDS)
        except AiogramError as error:
            log.warning("the menu button of a chat was not set: %s", type(error).__name__)


async def help_(message: Message, actor: Actor, texts: Texts) -> SendMessage:
    """What the bot can do for this actor."""
    return reply(message, texts("help-admin" if actor.is_admin else "help-guest"))


async def start_admin(message: Message, bot: Bot, admin_chat_id: int | None, default_language: str) -> object:
    """An admin's commands stand in the menu from now on; then the greeting is everybody's."""
    try:
        await show_to_admin(bot, message.chat.id, admin_chat_id, default_language)
    except AiogramError as error:
        log.warning("an admin's commands were not set: %s", type(error).__name__)
    raise SkipHandler


def create_router() -> Router:
    """The router of the first two commands."""
    router = Router(name="start")
    router.message.register(start_admin, CommandStart(), IsPrivate(), IsAdmin())
    router.message.register(start_form, CommandStart(deep_link=True, magic=F.args == "form"), IsPrivate())
    router.message.register(start_my, START_MY, IsPrivate())
    router.message.register(start, CommandStart(magic=F.args != "my"), IsPrivate())
    router.message.register(help_, Command("help"), IsPrivate())
    return router
