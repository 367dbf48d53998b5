"""What the bot answers. `create_routers` shows the order: submissions first, what nobody took last."""

from aiogram import Router
from aiogram.fsm.middleware import FSMContextMiddleware

from bot.handlers import conversation, fallback, membership, start, submissions


def create_routers(fsm: FSMContextMiddleware) -> tuple[Router, ...]:
    """Every handler, in the order in which they are asked. Side by side: each level of routers costs an update time."""
    return (
        submissions.create_router(),
        start.create_router(),
        conversation.create_router(fsm),
        membership.create_router(),
        fallback.create_router(),
    )
