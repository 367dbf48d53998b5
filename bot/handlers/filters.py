"""Filters as classes: aiogram runs plain functions and `F.…` in a thread, at 0.2–0.4 ms each."""

from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actor import Actor


class IsSubmission(Filter):
    """The message is what `WebApp.sendData` sent, in the guest's own chat: nobody else may read the answer."""

    async def __call__(self, message: Message) -> bool:
        """Bot API, Message.web_app_data and Chat.type."""
        return message.web_app_data is not None and message.chat.type == ChatType.PRIVATE


class IsPrivate(Filter):
    """The message stands in a chat with one user."""

    async def __call__(self, message: Message) -> bool:
        """Bot API, Chat.type."""
        return message.chat.type == ChatType.PRIVATE


class IsAdmin(Filter):
    """The sender's id is in ADMIN_IDS: to others an admin's command is no command."""

    async def __call__(self, _message: Message, actor: Actor) -> bool:
        """By the actor of this very update."""
        return actor.is_admin
