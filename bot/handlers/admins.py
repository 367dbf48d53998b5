"""Everything that only admins may do, behind one guard."""

from aiogram import Router

from bot.handlers import cards, conversations, lists, statistics
from bot.handlers.desk import AdminMiddleware


def create_routers() -> tuple[Router, Router]:
    """The admins' router, and the one of guests who answer them."""
    admins, guests = Router(name="admins"), Router(name="answers")
    guard = AdminMiddleware()
    # Inner middlewares: they run once a filter has matched.
    admins.message.middleware(guard)
    admins.callback_query.middleware(guard)
    cards.register(admins)
    lists.register(admins)
    statistics.register(admins)
    conversations.register(admins, guests)
    return admins, guests
