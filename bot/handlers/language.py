"""`/language`: which language the bot speaks with a guest."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, User

from bot.handlers.desk import Desk, GuestMiddleware, toast
from bot.handlers.filters import IsPrivate
from bot.handlers.replies import reply
from bot.handlers.start import translate_menu_button
from bot.locales import LANGUAGES, Texts, choose_language, texts_of
from bot.messages.buttons import button, keyboard
from bot.messages.guest_buttons import LanguagePress
from bot.messages.pages import form_keyboard


async def language(message: Message, desk: Desk) -> SendMessage:
    """`/language`."""
    chosen = await desk.services.users.language(desk.chat_id)
    return reply(message, desk.texts("language-choose"), reply_markup=_keyboard(chosen, desk.texts))


async def chosen(
    query: CallbackQuery,
    callback_data: LanguagePress,
    desk: Desk,
    event_from_user: User,
    page_url: str,
    default_language: str,
) -> AnswerCallbackQuery:
    """A language was pressed: everything is said in it from now on."""
    wanted = callback_data.language if callback_data.language in LANGUAGES else None
    await desk.services.users.set_language(desk.chat_id, wanted)
    texts = texts_of(choose_language(wanted or event_from_user.language_code, default_language))
    await desk.show(texts("language-choose"), _keyboard(wanted, texts))
    if page_url:
        # The buttons below the text field and beside it speak it, too.
        await translate_menu_button(desk.chat_id, desk.bot, texts, page_url)
        await desk.bot.send_message(desk.chat_id, texts("language-chosen"), reply_markup=form_keyboard(page_url, texts))
    return toast(query, texts.plain("language-chosen"))


def _keyboard(chosen: str | None, texts: Texts) -> InlineKeyboardMarkup:
    """Each language in its own words, and Telegram's."""
    names = {code: texts_of(code).plain("language-name") for code in LANGUAGES}
    names[""] = texts.plain("language-of-telegram")
    return keyboard(
        [button(f"✓ {name}" if code == (chosen or "") else name, LanguagePress(language=code))]
        for code, name in names.items()
    )


def create_router() -> Router:
    """The router of the language."""
    router = Router(name="language")
    for observer in (router.message, router.callback_query):
        observer.middleware(GuestMiddleware())
    router.message.register(language, Command("language"), IsPrivate())
    router.callback_query.register(chosen, LanguagePress.filter())
    return router
