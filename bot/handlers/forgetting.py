"""`/forget`: what is stored about a guest, as a file; and the way to be forgotten."""

from collections.abc import Awaitable, Callable, Mapping

import orjson
from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.handlers.desk import Desk, GuestMiddleware, toast
from bot.handlers.filters import IsPrivate
from bot.handlers.replies import reply
from bot.messages import forgetting
from bot.messages.guest_buttons import ForgetPress, ForgetVerb

READABLE = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z


async def forget(message: Message, desk: Desk) -> SendMessage:
    """`/forget`: what there is, and what can be done."""
    kept = await desk.services.privacy.kept(desk.actor)
    return reply(message, forgetting.kept_text(kept, desk.texts), reply_markup=forgetting.kept_keyboard(desk.texts))


async def pressed(
    query: CallbackQuery, callback_data: ForgetPress, desk: Desk, state: FSMContext
) -> AnswerCallbackQuery:
    """A button of `/forget`."""
    return toast(query, await VERBS[callback_data.verb](desk, state))


async def _file(desk: Desk, state: FSMContext) -> str | None:
    document = await desk.services.privacy.document(desk.actor)
    if conversation := await state.get_data():
        document["conversation"] = conversation
    file = BufferedInputFile(orjson.dumps(document, option=READABLE), f"bal-bot-{desk.chat_id}.json")
    await desk.bot.send_document(desk.chat_id, file, caption=desk.texts("forget-file"))
    return None


async def _sure(desk: Desk, _state: FSMContext) -> str | None:
    kept = await desk.services.privacy.kept(desk.actor)
    return await desk.show(forgetting.sure_text(kept, desk.texts), forgetting.sure_keyboard(desk.texts))


async def _forget(desk: Desk, state: FSMContext) -> str | None:
    await desk.services.privacy.forget(desk.actor)
    await state.clear()
    return await desk.show(desk.texts("forget-done"), None)


async def _leave(desk: Desk, _state: FSMContext) -> str | None:
    return await desk.show(desk.texts("forget-left"), None)


VERBS: Mapping[ForgetVerb, Callable[[Desk, FSMContext], Awaitable[str | None]]] = {
    "file": _file,
    "sure": _sure,
    "forget": _forget,
    "leave": _leave,
}


def create_router(fsm: FSMContextMiddleware) -> Router:
    """The router of `/forget`; its buttons need the FSM, for there may be answers in it."""
    router = Router(name="forgetting")
    router.message.middleware(GuestMiddleware())
    router.callback_query.middleware(GuestMiddleware())
    router.callback_query.middleware(fsm)
    router.message.register(forget, Command("forget"), IsPrivate())
    router.callback_query.register(pressed, ForgetPress.filter())
    return router
