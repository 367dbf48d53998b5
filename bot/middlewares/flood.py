"""How much of one guest the bot takes in a minute."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import Chat, TelegramObject, Update

from bot.actor import Actor
from bot.locales import Texts
from bot.middlewares.telegram import Handler, is_submission
from bot.rate_limits import RateLimiter

UPDATES_PER_MINUTE = 30


class FloodMiddleware(BaseMiddleware):
    """Over the limit a guest reads "slow down" once, and the rest of the minute goes unread.

    A submission is always taken and is not counted: its lane does not ask Redis. Nor are admins and groups counted,
    nor whether the bot is blocked.
    """

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> object:
        """Let pass what is not too much."""
        actor: Actor = data["actor"]
        if not isinstance(event, Update) or actor.is_admin or not _is_counted(event, data.get("event_chat")):
            return await handler(event, data)
        wait = await self._limiter.hit(f"updates:{actor.id}", UPDATES_PER_MINUTE)
        if wait is None:
            return await handler(event, data)
        is_told = await self._limiter.hit(f"slow-down:{actor.id}", 1) is not None
        return None if is_told else _slow_down(event, actor, data["texts"], wait)


def _is_counted(event: Update, chat: Chat | None) -> bool:
    if is_submission(event) or event.my_chat_member is not None:
        return False
    return chat is not None and chat.type == ChatType.PRIVATE


def _slow_down(event: Update, actor: Actor, texts: Texts, wait: int) -> SendMessage | AnswerCallbackQuery:
    if event.callback_query is not None:
        words = texts.plain("slow-down", seconds=wait)
        return AnswerCallbackQuery(callback_query_id=event.callback_query.id, text=words, show_alert=True)
    return SendMessage(chat_id=actor.id or 0, text=texts("slow-down", seconds=wait))
