"""A guest blocks the bot, or lets it in again."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import ChatMemberUpdated

from bot.services import Services


async def changed(event: ChatMemberUpdated, services: Services) -> None:
    """Remember whether messages reach this user."""
    if event.chat.type == ChatType.PRIVATE:
        blocked = event.new_chat_member.status == ChatMemberStatus.KICKED
        await services.users.set_blocked(event.from_user.id, blocked=blocked)


def create_router() -> Router:
    """The router of `my_chat_member`."""
    router = Router(name="membership")
    router.my_chat_member.register(changed)
    return router
