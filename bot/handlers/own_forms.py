"""`/my`: the guest's own forms, each with what can be done with it."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.errors import FormNotFound, TransitionNotAllowed, VersionStale
from bot.handlers.desk import Desk, GuestMiddleware, toast
from bot.handlers.filters import IsPrivate
from bot.handlers.replies import reply
from bot.handlers.start import START_MY
from bot.messages import own_forms
from bot.messages.buttons import keyboard, unpack_position
from bot.messages.guest_buttons import MyPress, MyVerb
from bot.messages.pages import form_keyboard

type Screen = tuple[str, InlineKeyboardMarkup]


async def my(message: Message, desk: Desk, page_url: str) -> SendMessage:
    """`/my`."""
    text, markup = await _list(desk, "")
    if markup.inline_keyboard:
        return reply(message, text, reply_markup=markup)
    return reply(message, text, reply_markup=form_keyboard(page_url, desk.texts))


async def pressed(query: CallbackQuery, callback_data: MyPress, desk: Desk, page_url: str) -> AnswerCallbackQuery:
    """A button of `/my`."""
    try:
        told = await VERBS[callback_data.verb](desk, callback_data, page_url)
    except FormNotFound:
        await desk.show(desk.texts("form-gone"), keyboard([own_forms.to_list(desk.texts)]))
        return toast(query)
    except (TransitionNotAllowed, VersionStale):
        await _form(desk, callback_data, page_url)
        return toast(query, desk.texts.plain("my-meanwhile"), alert=True)
    return toast(query, told)


async def _show_list(desk: Desk, press: MyPress, _page_url: str) -> str | None:
    return await desk.show(*await _list(desk, press.arg))


async def _list(desk: Desk, arg: str) -> Screen:
    place = unpack_position(arg[1:])
    before, after = (place, None) if arg.startswith("<") else (None, place)
    page = await desk.services.guests.page(desk.actor, before=before, after=after)
    return own_forms.list_text(page, desk.questionnaire, desk.texts), own_forms.list_keyboard(page, desk.texts)


async def _form(desk: Desk, press: MyPress, page_url: str) -> str | None:
    own = await desk.services.guests.form(desk.actor, press.form)
    pages = own_forms.form_pages(own, desk.questionnaire, desk.texts)
    page = min(int(press.arg) if press.arg.isdecimal() else 0, len(pages) - 1)
    markup = own_forms.form_keyboard(own, page, len(pages), page_url, desk.texts)
    return await desk.show(pages[page], markup)


async def _cancel(desk: Desk, press: MyPress, _page_url: str) -> str | None:
    return await _ask(desk, press, "cancel", "cancelled")


async def _delete(desk: Desk, press: MyPress, _page_url: str) -> str | None:
    return await _ask(desk, press, "delete", "deleted")


async def _ask(desk: Desk, press: MyPress, what: str, yes: MyVerb) -> str | None:
    own = await desk.services.guests.form(desk.actor, press.form)
    text = own_forms.question_text(own, what, desk.texts)
    return await desk.show(text, own_forms.question_keyboard(press.form, what, yes, desk.texts))


async def _cancelled(desk: Desk, press: MyPress, page_url: str) -> str | None:
    await desk.services.guests.cancel(desk.actor, press.form)
    await _form(desk, press, page_url)
    return desk.texts.plain("my-cancelled", number=str(press.form))


async def _deleted(desk: Desk, press: MyPress, _page_url: str) -> str | None:
    await desk.services.guests.delete(desk.actor, press.form)
    text = desk.texts("my-deleted", number=str(press.form))
    return await desk.show(text, keyboard([own_forms.to_list(desk.texts)]))


VERBS: Mapping[MyVerb, Callable[[Desk, MyPress, str], Awaitable[str | None]]] = {
    "list": _show_list,
    "form": _form,
    "cancel": _cancel,
    "cancelled": _cancelled,
    "delete": _delete,
    "deleted": _deleted,
}


def create_router() -> Router:
    """The router of a guest's own forms."""
    router = Router(name="own_forms")
    for observer in (router.message, router.callback_query):
        # Inner middlewares: they run once a filter has matched.
        observer.middleware(GuestMiddleware())
    router.message.register(my, Command("my"), IsPrivate())
    router.message.register(my, START_MY, IsPrivate())
    router.callback_query.register(pressed, MyPress.filter())
    return router
