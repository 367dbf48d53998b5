"""What needs the FSM: only these handlers read Redis, and only after their command was recognised."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot.actor import Actor
from bot.handlers.filters import IsPrivate
from bot.handlers.interview import Interview, InterviewMiddleware
from bot.handlers.replies import reply
from bot.locales import Texts
from bot.messages.filling import stopped_text
from bot.services import Services


async def cancel(message: Message, interview: Interview, actor: Actor, services: Services, texts: Texts) -> SendMessage:
    """Leave whatever conversation is going on; a draft is kept."""
    place = await interview.stop()
    asked = await services.conversations.close_prompt(actor)
    if place is not None:
        return reply(message, stopped_text(place, texts), reply_markup=interview.usual_keyboard())
    return reply(message, texts("cancelled" if asked else "nothing-to-cancel"))


def create_router(fsm: FSMContextMiddleware) -> Router:
    """The router of conversations."""
    router = Router(name="conversation")
    # Inner middleware: it runs once a filter has matched, so nothing else touches the storage.
    router.message.middleware(fsm)
    router.message.middleware(InterviewMiddleware())
    router.message.register(cancel, Command("cancel"), IsPrivate())
    return router
