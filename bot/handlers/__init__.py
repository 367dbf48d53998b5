"""What the bot answers. `set_up_handlers` shows the order: submissions first, what nobody took last."""

from aiogram import Dispatcher
from aiogram.fsm.middleware import FSMContextMiddleware

from bot.handlers import (
    admins,
    conversation,
    fallback,
    filling,
    forgetting,
    language,
    membership,
    own_forms,
    start,
    submissions,
)


def set_up_handlers(dispatcher: Dispatcher, fsm: FSMContextMiddleware) -> None:
    """Every handler, in the order in which they are asked."""
    # On the dispatcher itself: each level of routers costs every submission time.
    submissions.register(dispatcher)
    dispatcher.include_routers(
        start.create_router(),
        conversation.create_router(fsm),
        own_forms.create_router(),
        language.create_router(),
        forgetting.create_router(fsm),
        filling.create_router(fsm),
        *admins.create_routers(),
        membership.create_router(),
        fallback.create_router(),
    )
