"""Telegram's limits of sending (core.telegram.org/bots/faq, "My bot is hitting limits"), kept on purpose.

About 30 messages a second in all, one a second to a chat, 20 a minute to a group; edits in a group count too.
"""

import asyncio
from contextvars import ContextVar

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.rate_limits import Pace, Rate

# Below Telegram's numbers in any window, with room for a message that was slower on its way than the next ones.
ALL, CHAT, GROUP = Rate(1 / 25, 1), Rate(1.05, 1), Rate(3.9, 4)
ALL_WINDOW, GROUP_WINDOW = 1.0, 60.0
# So many answers may travel in responses at once, before their place in the steady pace: guests come as they like.
AHEAD = 3
COUNTED = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageReplyMarkup"})
_reserved: ContextVar[bool] = ContextVar("reserved", default=False)


class SendLimits:
    """Asked before each message of the outbox; told of every other."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._queue = asyncio.Lock()

    async def reserve(self, chat_id: int, *, edit: bool) -> float:
        """0 when the chat may have a message now, and then its place is taken; else the seconds to wait."""
        if chat_id > 0 and edit:
            return 0
        return await self._pace.reserve(_key(chat_id), _rate(chat_id))

    async def turn(self) -> None:
        """Wait until any message may go; first come, first served."""
        _reserved.set(True)
        async with self._queue:
            wait = await self._pace.reserve("all", ALL)
            while wait:
                await asyncio.sleep(wait)
                wait = await self._pace.reserve("all", ALL)

    async def turn_of(self, method: TelegramMethod[TelegramType]) -> None:
        """Wait until this answer to an update may go: at once, unless they are many."""
        if _chat_of(method) is not None:
            await self.turn()
            await self._note_chat(method)

    async def travel(self, method: TelegramMethod[TelegramType]) -> bool:
        """Whether this answer to an update may go in the response, now; its place is then taken."""
        if await self._pace.reserve("all", ALL._replace(burst=ALL.burst + AHEAD)):
            return False
        await self._note_chat(method)
        return True

    async def told_to_wait(self, chat_id: int, seconds: float) -> None:
        """Telegram has said 429: nothing more to this chat for so long, and for a moment to nobody.

        It does not say which limit was hit.
        """
        await self._hold(_key(chat_id), _rate(chat_id), seconds)
        await self._hold("all", ALL, min(seconds, ALL_WINDOW))

    async def note(self, method: TelegramMethod[TelegramType]) -> None:
        """A message that did not come from the outbox leaves it less room."""
        if _chat_of(method) is not None:
            await self._pace.push("all", ALL.interval, ALL_WINDOW + ALL.slack)
            await self._note_chat(method)

    async def _note_chat(self, method: TelegramMethod[TelegramType]) -> None:
        chat_id = _chat_of(method)
        if chat_id is not None and chat_id < 0:
            await self._pace.push(_key(chat_id), GROUP.interval, GROUP_WINDOW + GROUP.slack)

    async def _hold(self, key: str, rate: Rate, seconds: float) -> None:
        await self._pace.push(key, seconds + rate.slack, seconds + rate.slack)


class CountingMiddleware(BaseRequestMiddleware):
    """Tells the limits of every call that a handler makes, and of every 429."""

    def __init__(self, limits: SendLimits) -> None:
        self._limits = limits

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Make one call."""
        if not _reserved.get():
            await self._limits.note(method)
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            chat_id = _chat_of(method)
            if chat_id is not None:
                await self._limits.told_to_wait(chat_id, error.retry_after)
            raise


def counts(method: TelegramMethod[TelegramType]) -> bool:
    """Whether Telegram counts this call as a message to a chat."""
    return _chat_of(method) is not None


def _chat_of(method: TelegramMethod[TelegramType]) -> int | None:
    """The chat of a call that counts, None of another one."""
    chat_id = getattr(method, "chat_id", None)
    return chat_id if method.__api_method__ in COUNTED and isinstance(chat_id, int) else None


def _key(chat_id: int) -> str:
    return f"chat:{chat_id}"


def _rate(chat_id: int) -> Rate:
    return CHAT if chat_id > 0 else GROUP
