"""One update's way through the dispatcher, the same in both modes: done, kept as a dead letter, or to be repeated."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.exceptions import AiogramError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Update

from bot.errors import DatabaseUnavailable
from bot.locales import choose_language, texts_of
from bot.metrics import UPDATES
from bot.services import Services
from bot.telegram.limits import SendLimits, counts

log = logging.getLogger(__name__)

# Telegram waits 60 s for an answer; a lock or a lease that we hold must live longer than this.
TIMEOUT_SECONDS = 25
RETRY_PAUSES = (1, 2, 4, 8, 16, 30)
LONGEST_RETRY_AFTER = 30
# At Telegram's pace they have all gone in 8 s.
MOST_WAITING, FINISH_SECONDS = 200, 10


class UpdateProcessor:
    """Feeds updates as Telegram sent them to the dispatcher."""

    def __init__(
        self, dispatcher: Dispatcher, bot: Bot, services: Services, limits: SendLimits, default_language: str
    ) -> None:
        self._dispatcher = dispatcher
        self._bot = bot
        self._services = services
        self._limits = limits
        self._default_language = default_language
        self._waiting: set[asyncio.Task[None]] = set()

    async def process(self, raw: Mapping[str, Any]) -> TelegramMethod[Any] | None:
        """Handle one update; returns the Bot API call that answers it, if there is one.

        Raises DatabaseUnavailable or TimeoutError when the update should be tried again. Every other failure is
        logged and the update kept in the dead-letter table, so that Telegram need not repeat what cannot succeed.
        """
        try:
            # Bound to the bot here: aiogram would dump and validate it again otherwise.
            update = Update.model_validate(raw, context={"bot": self._bot})
            async with asyncio.timeout(TIMEOUT_SECONDS):
                result = await self._dispatcher.feed_update(self._bot, update)
        except (DatabaseUnavailable, TimeoutError):
            UPDATES.labels("postponed").inc()
            raise
        except AiogramError as error:
            log.warning("update %s: the Bot API refused an answer: %s", raw["update_id"], type(error).__name__)
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, Telegram must not repeat it for a day
            return await self._bury(raw, error)
        UPDATES.labels("done").inc()
        if result is UNHANDLED or not isinstance(result, TelegramMethod):
            return None
        return result

    async def travelling(self, method: TelegramMethod[Any] | None) -> TelegramMethod[Any] | None:
        """The call that answers an update, where it may go to Telegram in the response.

        Telegram drops what comes over its limits in a response, and tells nobody: in a rush the call is made in its
        turn instead. So many wait already only when guests are more than can be answered; then it takes its chance.
        """
        if method is None or not counts(method):
            return method
        if not self._waiting and await self._limits.travel(method):
            return method
        if len(self._waiting) >= MOST_WAITING:
            await self._limits.note(method)
            return method
        self.answer_later(method)
        return None

    def answer_later(self, method: TelegramMethod[Any]) -> None:
        """Make the call beside the updates: one that waits out a 429 must not hold up other guests."""
        task = asyncio.create_task(self._answer(method), name="answer")
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def finish(self) -> None:
        """Wait for the answers that are being made, but not for ever."""
        if self._waiting:
            _, late = await asyncio.wait(self._waiting, timeout=FINISH_SECONDS)
            for task in late:
                task.cancel()

    async def _answer(self, method: TelegramMethod[Any]) -> None:
        """Patient with a passing fault."""
        for pause in RETRY_PAUSES:
            await self._limits.turn_of(method)
            try:
                await self._bot(method)
            except TelegramRetryAfter as error:
                await asyncio.sleep(min(error.retry_after, LONGEST_RETRY_AFTER))
            except (TelegramNetworkError, TelegramServerError):
                await asyncio.sleep(pause)
            except AiogramError as error:
                log.warning("%s: the Bot API refuses an answer: %s", method.__api_method__, type(error).__name__)
                return
            else:
                return
        log.warning("%s: an answer was not sent: the Bot API has been away for too long", method.__api_method__)

    async def _bury(self, raw: Mapping[str, Any], error: Exception) -> SendMessage | None:
        # The text of an error may quote the update, which holds a guest's answers: only its kind and place are logged.
        log.error("update %s is kept in dead_letters: %s at %s", raw["update_id"], type(error).__name__, _place(error))
        UPDATES.labels("buried").inc()
        try:
            await self._services.dead_letters.keep(raw, error)
        except DatabaseUnavailable:
            raise
        except Exception as failure:  # noqa: BLE001 - a letter that cannot be kept must not come again and again
            log.error("update %s cannot be kept: %s at %s", raw["update_id"], type(failure).__name__, _place(failure))
        return self._apology(raw)

    def _apology(self, raw: Mapping[str, Any]) -> SendMessage | None:
        message = raw.get("message")
        chat = message.get("chat") if isinstance(message, dict) else None
        if not isinstance(chat, dict) or chat.get("type") != "private" or not isinstance(chat.get("id"), int):
            return None
        sender = message.get("from") if isinstance(message, dict) else None
        code = sender.get("language_code") if isinstance(sender, dict) else None
        chosen = self._services.users.noted_language(chat["id"])
        code = chosen or (code if isinstance(code, str) else None)
        texts = texts_of(choose_language(code, self._default_language))
        return SendMessage(chat_id=chat["id"], text=texts("failure"))


def _place(error: BaseException) -> str:
    """The innermost line of the error, without values."""
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "?"
