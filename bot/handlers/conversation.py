"""What needs the FSM: only these handlers read Redis, and only after their command was recognised."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot.actor import Actor
from bot.handlers.filters import IsPrivate
from bot.handlers.replies import reply
from bot.locales import Texts
from bot.services import Services


async def cancel(message: Message, state: FSMContext, actor: Actor, services: Services, texts: Texts) -> SendMessage:
    """Leave whatever conversation is going on."""
    before = await state.get_state()
    await state.clear()
    asked = await services.conversations.close_prompt(actor)
    return reply(message, texts("cancelled" if before or asked else "nothing-to-cancel"))


def create_router(fsm: FSMContextMiddleware) -> Router:
    """The router of conversations."""
    router = Router(name="conversation")
    # Inner middleware: it runs once a filter has matched, so nothing else touches the storage.
    router.message.middleware(fsm)
    router.message.register(cancel, Command("cancel"), IsPrivate())
    return router
