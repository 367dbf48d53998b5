"""Telegram's limits of sending (core.telegram.org/bots/faq, "My bot is hitting limits"), kept on purpose.

About 30 messages a second in all, one a second to a chat, 20 a minute to a group; edits in a group count too.
"""

import asyncio
from contextvars import ContextVar

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.rate_limits import Pace

# Seconds between two, and how many may come at once: in any window they stay below Telegram's numbers.
ALL = (1 / 25, 4)
CHAT = (1.05, 1)
GROUP = (3.9, 4)
COUNTED = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageReplyMarkup"})
_reserved: ContextVar[bool] = ContextVar("reserved", default=False)


class SendLimits:
    """Asked before each message of the outbox; told of every other."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def reserve(self, chat_id: int, *, edit: bool) -> float:
        """0 when the chat may have a message now, and then its place is taken; else the seconds to wait."""
        if chat_id > 0 and edit:
            return 0
        interval, burst = CHAT if chat_id > 0 else GROUP
        return await self._pace.reserve(_key(chat_id), interval, burst)

    async def turn(self) -> None:
        """Wait until any message may go."""
        _reserved.set(True)
        await asyncio.sleep(await self._pace.reserve("all", *ALL, always=True))

    async def told_to_wait(self, chat_id: int, seconds: float) -> None:
        """Telegram has said 429: nothing more to this chat for so long."""
        await self._pace.hold(_key(chat_id), seconds)

    async def note(self, method: TelegramMethod[TelegramType]) -> None:
        """A message that did not come from the outbox leaves it less room."""
        chat_id = getattr(method, "chat_id", None)
        if method.__api_method__ in COUNTED and isinstance(chat_id, int):
            await self._pace.reserve("all", *ALL, always=True)
            if chat_id < 0:
                await self._pace.reserve(_key(chat_id), *GROUP, always=True)


class CountingMiddleware(BaseRequestMiddleware):
    """Tells the limits of every call that a handler makes."""

    def __init__(self, limits: SendLimits) -> None:
        self._limits = limits

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Count one call, if it counts."""
        if not _reserved.get():
            await self._limits.note(method)
        return await make_request(bot, method)


def _key(chat_id: int) -> str:
    return f"chat:{chat_id}"
