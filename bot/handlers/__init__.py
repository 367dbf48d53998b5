"""What the bot answers. `create_router` shows the order: submissions first, what nobody took last."""

from aiogram import Router
from aiogram.fsm.middleware import FSMContextMiddleware

from bot.handlers import conversation, fallback, membership, start, submissions


def create_router(fsm: FSMContextMiddleware) -> Router:
    """Every handler, in the order in which they are asked."""
    root = Router(name="bot")
    root.include_routers(
        submissions.create_router(),
        start.create_router(),
        conversation.create_router(fsm),
        membership.create_router(),
        fallback.create_router(),
    )
    return root
