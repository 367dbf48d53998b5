"""Polling: several updates at a time, in order per chat, and an offset confirmed only after its updates are done."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod

from bot.errors import DatabaseUnavailable
from bot.telegram.updates import UpdateProcessor

log = logging.getLogger(__name__)

LONG_POLL_SECONDS = 25
AT_A_TIME = 32
LONGEST_PAUSE = 30.0


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """Bot API getUpdates; each update as Telegram sent it, so that a strange one cannot stop those beside it."""

    __returning__: ClassVar[Any] = list[dict[str, Any]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Poller:
    """Asks Telegram for updates until it is stopped."""

    def __init__(self, bot: Bot, processor: UpdateProcessor, allowed_updates: Sequence[str]) -> None:
        self._bot = bot
        self._processor = processor
        self._allowed_updates = list(allowed_updates)
        self._slots = asyncio.Semaphore(AT_A_TIME)
        self._stopping = asyncio.Event()
        self.running = False

    async def run(self) -> None:
        """Poll until `stop`; what is in hand then is finished and confirmed."""
        self.running = True
        offset: int | None = None
        pauses = Pauses()
        while not self._stopping.is_set():
            try:
                updates = await self._unless_stopped(self._get(offset, LONG_POLL_SECONDS))
            except AiogramError as error:
                await self._pause(_explain(error, pauses.next()))
                continue
            pauses.reset()
            if updates and await self._process(updates):
                offset = updates[-1]["update_id"] + 1
        if offset is not None:
            await self._confirm(offset)

    def stop(self) -> None:
        """Ask for no more updates."""
        self._stopping.set()

    async def _get(self, offset: int | None, timeout: int) -> list[dict[str, Any]]:  # noqa: ASYNC109 - the Bot API's word
        method = GetRawUpdates(offset=offset, timeout=timeout, allowed_updates=self._allowed_updates)
        return await self._bot(method, request_timeout=timeout + 10)

    async def _confirm(self, offset: int) -> None:
        try:
            await self._get(offset, 0)
        except AiogramError:
            log.info("the last offset could not be confirmed; its updates will come again and change nothing")

    async def _process(self, updates: Sequence[Mapping[str, Any]]) -> bool:
        """Whether all of them are done: then their offset may be confirmed."""
        chats = [list(group) for _, group in groupby(sorted(updates, key=chat_of), key=chat_of)]
        return all(await asyncio.gather(*map(self._process_chat, chats)))

    async def _process_chat(self, updates: Sequence[Mapping[str, Any]]) -> bool:
        async with self._slots:
            for update in updates:
                if not await self._process_one(update):
                    return False
        return True

    async def _process_one(self, update: Mapping[str, Any]) -> bool:
        pauses = Pauses()
        while True:
            try:
                answer = await self._processor.process(update)
            except (DatabaseUnavailable, TimeoutError) as error:
                pause = pauses.next()
                log.warning("update %s waits %.0f s: %s", update["update_id"], pause, type(error).__name__)
                await self._pause(pause)
                if self._stopping.is_set():
                    return False
            else:
                if answer is not None:
                    self._processor.answer_later(answer)
                return True

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _unless_stopped(self, work: Coroutine[Any, Any, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """The result of `work`, or nothing once `stop` is called."""
        loop = asyncio.get_running_loop()
        asking, stopped = loop.create_task(work), loop.create_task(self._stopping.wait())
        try:
            await asyncio.wait({asking, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else []
        finally:
            asking.cancel()
            stopped.cancel()
            await asyncio.wait({asking, stopped})


class Pauses:
    """How long to wait after each failure in a row: 1, 2, 4 … seconds."""

    def __init__(self) -> None:
        self._last = 0.5

    def next(self) -> float:
        """The next pause, in seconds."""
        self._last = min(self._last * 2, LONGEST_PAUSE)
        return self._last

    def reset(self) -> None:
        """Start over: something has succeeded."""
        self._last = 0.5


def chat_of(update: Mapping[str, Any]) -> int:
    """The chat (or, without one, the user) whose updates are handled in order; 0 for the rest."""
    for event in update.values():
        if isinstance(event, dict):
            message = event.get("message", event)
            place = (message.get("chat") if isinstance(message, dict) else None) or event.get("from")
            if isinstance(place, dict) and isinstance(place.get("id"), int):
                return int(place["id"])
    return 0


def _explain(error: AiogramError, pause: float) -> float:
    """Log what the operator can mend; return how long to wait."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return float(seconds)
        case TelegramConflictError():
            log.error(
                "polling: another process polls with this token, or a webhook was set; end it (next try %.0f s)", pause
            )
        case TelegramUnauthorizedError():
            log.error("polling: Telegram refuses TELEGRAM_BOT_TOKEN; take the current one from @BotFather")
        case _:
            log.warning("polling: %s, next try in %.0f s", type(error).__name__, pause)
    return pause
