"""`/forms`: counts, lists, search, filters, review one by one, many at once, what was not delivered."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.errors import FormNotFound
from bot.handlers import reviewing
from bot.handlers.desk import Desk, toast
from bot.handlers.filters import IsAdmin
from bot.handlers.replies import reply
from bot.messages import lists
from bot.messages.buttons import ListPress, ListVerb, keyboard, unpack_number, unpack_position
from bot.messages.cards import Place, list_row
from bot.services import FormFilter
from bot.services.clock import utc_now
from bot.services.search import searched
from bot.services.statuses import Status

type Screen = tuple[str, InlineKeyboardMarkup]


async def forms(message: Message, command: CommandObject, desk: Desk) -> SendMessage:
    """`/forms`, or `/forms иван` to search."""
    query = (command.args or "").strip()
    text, markup = await _page(desk, searched(FormFilter(), query)) if query else await _home(desk)
    return reply(message, text, reply_markup=markup)


async def export(message: Message, desk: Desk) -> SendMessage:
    """`/export`: which kind of file, of all forms."""
    name = await desk.services.lists.save(desk.actor, FormFilter())
    text, markup = await _export_choice(desk, name, FormFilter())
    return reply(message, text, reply_markup=markup)


async def pressed(query: CallbackQuery, callback_data: ListPress, desk: Desk) -> AnswerCallbackQuery:
    """A button of the list."""
    if callback_data.arg == lists.APART:
        desk, callback_data = await desk.in_own_message(), callback_data.model_copy(update={"arg": ""})
    handler = PLAIN.get(callback_data.verb)
    if handler is not None:
        return toast(query, await handler(desk))
    wanted = await desk.services.lists.load(desk.actor, callback_data.name)
    if wanted is None:
        return toast(query, desk.own.plain("filter-expired"), alert=True)
    return toast(query, await FILTERED[callback_data.verb](desk, callback_data, wanted))


async def _home(desk: Desk) -> Screen:
    counts = await desk.services.lists.counts(desk.actor)
    names = {
        status: await desk.services.lists.save(desk.actor, FormFilter(status=status)) for status in (*Status, None)
    }
    return lists.home_text(counts, desk.texts), lists.home_keyboard(counts, names, desk.texts)


async def _page(desk: Desk, wanted: FormFilter, arg: str = "") -> Screen:
    """A page; `arg` is where it begins (`>place`) or ends (`<place`)."""
    place = unpack_position(arg[1:]) if arg else None
    way = {"before" if arg.startswith("<") else "after": place}
    page = await desk.services.lists.page(desk.actor, wanted, **way)
    if place and not page.items:  # those that stood there have moved on
        page = await desk.services.lists.page(desk.actor, wanted)
    name = await desk.services.lists.save(desk.actor, wanted)
    text = lists.page_text(page, wanted, desk.questionnaire, desk.texts)
    return text, lists.page_keyboard(page, name, wanted, desk.questionnaire, desk.texts)


async def show_home(desk: Desk) -> str | None:
    """The first screen."""
    await desk.forget()
    return await desk.show(*await _home(desk))


async def _show_page(desk: Desk, press: ListPress, wanted: FormFilter) -> str | None:
    await desk.forget()
    return await desk.show(*await _page(desk, wanted, press.arg))


async def _show_choices(desk: Desk, press: ListPress, _wanted: FormFilter) -> str | None:
    markup = lists.filter_keyboard(press.name, press.verb, desk.questionnaire, desk.texts)
    return await desk.show(desk.texts("filter-choose"), markup)


async def _set(desk: Desk, press: ListPress, wanted: FormFilter) -> str | None:
    narrowed = lists.changed(wanted, press.arg, desk.questionnaire, utc_now())
    return await desk.show(*await _page(desk, narrowed))


async def _open(desk: Desk, press: ListPress, _wanted: FormFilter) -> str | None:
    try:
        return await reviewing.show_card(desk, unpack_number(press.arg) or 0, Place("list", press.name))
    except FormNotFound:
        return desk.own.plain("form-gone")


async def _review(desk: Desk, press: ListPress, _wanted: FormFilter) -> str | None:
    return await reviewing.advance(desk, press.name, unpack_position(press.arg) if press.arg else None)


async def _bulk(desk: Desk, press: ListPress, wanted: FormFilter) -> str | None:
    """Count, and remember what was counted: forms that come afterwards are not approved unseen."""
    snapshot = replace(wanted, status=Status.SUBMITTED, until=utc_now())
    count = await desk.services.lists.count(desk.actor, snapshot)
    if not count:
        return desk.own.plain("bulk-nothing")
    name = await desk.services.lists.save(desk.actor, snapshot)
    what = lists.filter_words(replace(wanted, status=Status.SUBMITTED), desk.questionnaire, desk.texts)
    text = desk.texts("bulk-confirm", count=count, what=what)
    return await desk.show(text, lists.bulk_keyboard(press.name, count, name, desk.texts))


async def _bulk_yes(desk: Desk, press: ListPress, wanted: FormFilter) -> str | None:
    expected = unpack_number(press.arg) or 0
    approved = await desk.services.review.approve_all(desk.actor, desk.user, wanted)
    if not approved:
        return desk.own.plain("bulk-nothing")
    lines = [desk.texts("bulk-done", count=approved)]
    if expected > approved:
        lines.append(desk.texts("bulk-meanwhile", count=expected - approved))
    name = await desk.services.lists.save(desk.actor, replace(wanted, until=None))
    return await desk.show("\n".join(lines), keyboard([list_row(name, desk.texts)]))


async def _export_choice(desk: Desk, name: str, wanted: FormFilter) -> Screen:
    total = await desk.services.lists.count(desk.actor, wanted)
    what = lists.filter_words(wanted, desk.questionnaire, desk.texts)
    return desk.texts("export-choose", what=what, total=total), lists.export_keyboard(name, desk.texts)


async def _export(desk: Desk, press: ListPress, wanted: FormFilter) -> str | None:
    return await desk.show(*await _export_choice(desk, press.name, wanted))


async def _file(desk: Desk, press: ListPress, wanted: FormFilter) -> str | None:
    kind = "csv" if press.arg == "csv" else "xlsx"
    await desk.services.outbox.request_export(desk.actor, desk.chat_id, wanted, kind=kind, language=desk.own.language)
    return desk.own.plain("export-queued")


async def _show_lost(desk: Desk) -> str | None:
    count, records = await desk.services.outbox.undelivered(desk.actor)
    text = lists.undelivered_text(count, records, desk.services.card_chats, desk.texts)
    return await desk.show(text, lists.undelivered_keyboard(count, desk.texts))


async def _retry(desk: Desk) -> str | None:
    count = await desk.services.outbox.retry_undelivered(desk.actor)
    await show_home(desk)
    return desk.own.plain("undelivered-retried", count=count)


async def _hide(desk: Desk) -> str | None:
    count, _ = await desk.services.outbox.undelivered(desk.actor)
    if not count:
        return await _show_lost(desk)
    return await desk.show(desk.texts("undelivered-hide", count=count), lists.hide_keyboard(desk.texts))


async def _dismiss(desk: Desk) -> str | None:
    count = await desk.services.outbox.dismiss_undelivered(desk.actor)
    await show_home(desk)
    return desk.own.plain("undelivered-dismissed", count=count)


PLAIN: dict[ListVerb, Callable[[Desk], Awaitable[str | None]]] = {
    "home": show_home,
    "lost": _show_lost,
    "retry": _retry,
    "hide": _hide,
    "dismiss": _dismiss,
}
FILTERED: dict[ListVerb, Callable[[Desk, ListPress, FormFilter], Awaitable[str | None]]] = {
    "page": _show_page,
    "status": _show_choices,
    "ticket": _show_choices,
    "date": _show_choices,
    "set": _set,
    "open": _open,
    "review": _review,
    "skip": _review,
    "bulk": _bulk,
    "yes": _bulk_yes,
    "export": _export,
    "file": _file,
}


def register(router: Router) -> None:
    """The list's commands and buttons."""
    router.message.register(forms, Command("forms"), IsAdmin())
    router.message.register(export, Command("export"), IsAdmin())
    router.callback_query.register(pressed, ListPress.filter())
