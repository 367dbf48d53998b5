"""The outbox's sender: claims what is due, sends it within Telegram's limits, and notes what became of it.

At least once: it is marked as sent only after Telegram has taken it. It comes twice only where nobody knows that it
was taken: the process dies, or the connection breaks, between Telegram's deed and the note of it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from itertools import chain, repeat

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.types import Message

from bot.errors import DatabaseUnavailable
from bot.metrics import MESSAGES
from bot.services import OutboxRecord, Services
from bot.telegram.exporting import Exporter
from bot.telegram.limits import SendLimits
from bot.telegram.rendering import Outgoing, Renderer

log = logging.getLogger(__name__)

type Note = Callable[[], Awaitable[None]]
"""Writes down what became of a message."""

AT_ONCE = 20
LONGEST_SLEEP, PAUSE_AFTER_FAULT = 5.0, 3.0
# Two transactions that were in each other's way, or a connection that was lost: the next try succeeds.
QUICK_PAUSES = (0.1, 0.5)
# A claim lasts 60 s: waiting for one's turn and for Telegram's answer must be over by then.
TURN_SECONDS, CALL_SECONDS = 20, 20
# Messages that come in a rush are claimed together.
ROUND_SECONDS = 0.05
CLEANING_SECONDS = 3_600
EDITS = ("refresh",)
# Telegram's words for an edit that changes nothing, and for a message that cannot be edited any more.
NOT_MODIFIED = "message is not modified"
# And for a person who has never written to the bot, or whose account is gone.
UNKNOWN = ("chat not found", "PEER_ID_INVALID")
GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "message is not found")


class Sender:
    """One of possibly many, in every replica."""

    def __init__(
        self, bot: Bot, services: Services, renderer: Renderer, exporter: Exporter, limits: SendLimits
    ) -> None:
        self._bot = bot
        self._services = services
        self._renderer = renderer
        self._exporter = exporter
        self._limits = limits
        self._stopping = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._rests: dict[int, float] = {}

    def stop(self) -> None:
        """Claim nothing more; `run` ends when what is under way is done."""
        self._stopping.set()
        self._services.outbox.wake()

    async def run(self) -> None:
        """Send until `stop`."""
        async with asyncio.TaskGroup() as group:
            cleaning = group.create_task(self._clean(), name="outbox-cleaning")
            while not self._stopping.is_set():
                try:
                    await self._round(group)
                except DatabaseUnavailable as error:
                    log.warning("outbox: the database is away (%s), next try in %s s", error, PAUSE_AFTER_FAULT)
                    await self._sleep(PAUSE_AFTER_FAULT)
                except Exception as error:
                    log.exception("outbox: %s", type(error).__name__)
                    await self._sleep(PAUSE_AFTER_FAULT)
            cleaning.cancel()

    async def _round(self, group: asyncio.TaskGroup) -> None:
        if len(self._under_way) >= AT_ONCE:
            await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
        await self._sleep(ROUND_SECONDS)
        if self._stopping.is_set():
            return
        before = frozenset(self._under_way)
        claimed = await self._services.outbox.claim(AT_ONCE - len(self._under_way), self._resting())
        if not await self._start(claimed, before, group) and not self._stopping.is_set():
            await self._wait()

    async def _start(self, claimed: Sequence[OutboxRecord], before: Collection[int], group: asyncio.TaskGroup) -> int:
        """Begin to send what its chat may have now, and give the rest back; how many were begun.

        `before` was under way when the claim began: it may have arrived, and been noted, since the claim was made.
        """
        # One that is under way is claimed again when its lease ends, with the database away for long.
        fresh = [record for record in claimed if record.id not in self._under_way]
        early = [record for record in fresh if record.id in before or not await self._may_go(record)]
        for record in fresh:
            if record not in early:
                self._under_way[record.id] = group.create_task(self._deliver(record), name=f"outbox-{record.id}")
        if early:
            await self._services.outbox.give_back(early)
        return len(fresh) - len(early)

    async def _may_go(self, record: OutboxRecord) -> bool:
        """Whether its chat may have it now; if not, the chat rests: nothing for it is claimed until then."""
        if record.kind == "export":
            return True
        if record.chat_id in self._rests:
            return False
        wait = await self._limits.reserve(record.chat_id, edit=record.kind in EDITS)
        if wait:
            self._rests[record.chat_id] = time.monotonic() + wait
        return not wait

    def _resting(self) -> Sequence[int]:
        now = time.monotonic()
        self._rests = {chat_id: until for chat_id, until in self._rests.items() if until > now}
        return list(self._rests)

    async def _wait(self) -> None:
        if self._stopping.is_set():
            # `stop` came during the claim: its wake-up would be forgotten by `wait`.
            return
        resting = self._resting()
        ends = [until - time.monotonic() for until in self._rests.values()]
        await self._services.outbox.wait(min([LONGEST_SLEEP, *ends]), resting)

    async def _deliver(self, record: OutboxRecord) -> None:
        try:
            try:
                note = await self._send(record)
            except Exception as error:
                log.exception("outbox %s: %s", record.id, type(error).__name__)
                note = partial(self._services.outbox.failed, record, type(error).__name__)
            await self._write_down(record, note)
        finally:
            del self._under_way[record.id]
            self._services.outbox.wake()  # the next one of its lane may go now

    async def _write_down(self, record: OutboxRecord, note: Note) -> None:
        """What became of it. Until the database is there: what Telegram has taken must not be sent again."""
        for pause in chain(QUICK_PAUSES, repeat(PAUSE_AFTER_FAULT)):
            try:
                return await note()
            except DatabaseUnavailable as error:
                log.warning("outbox %s: the database is away (%s)", record.id, error)
                if self._stopping.is_set():
                    break
                await self._sleep(pause)
            except Exception as error:
                log.exception("outbox %s: %s", record.id, type(error).__name__)
                break
        return None

    async def _send(self, record: OutboxRecord) -> Note:
        outbox = self._services.outbox
        if record.kind == "export":
            await self._exporter.run(record)
            return _nothing
        outgoing = await self._renderer.render(record)
        if outgoing is None:
            return partial(outbox.finish, record)
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._limits.turn()
        except TimeoutError:
            return partial(outbox.give_back, [record])
        return await self._call(record, outgoing)

    async def _call(self, record: OutboxRecord, outgoing: Outgoing) -> Note:
        outbox = self._services.outbox
        try:
            result: Message | bool = await self._bot(outgoing.method, request_timeout=CALL_SECONDS)
        except TelegramRetryAfter as error:
            return self._later(record, error, "told_to_wait", retry_after=error.retry_after)
        except TelegramForbiddenError:
            MESSAGES.labels(record.kind, "blocked").inc()
            return partial(outbox.refused, record, "blocked", blocked=True)
        except TelegramMigrateToChat as error:
            log.error("outbox: the admins' group has a new number: set ADMIN_CHAT_ID=%s", error.migrate_to_chat_id)
            return partial(outbox.moved, record, error.migrate_to_chat_id)
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            return self._refused(record, outgoing, error)
        except AiogramError as error:
            return self._later(record, error, "postponed")
        MESSAGES.labels(record.kind, "sent").inc()
        message_id = result.message_id if isinstance(result, Message) else None
        return partial(outbox.finish, record, message_id, outgoing.became)

    def _later(self, record: OutboxRecord, error: AiogramError, outcome: str, *, retry_after: float = 0) -> Note:
        MESSAGES.labels(record.kind, outcome).inc()
        return partial(self._services.outbox.failed, record, type(error).__name__, retry_after=retry_after)

    def _refused(self, record: OutboxRecord, outgoing: Outgoing, error: TelegramAPIError) -> Note:
        """An edit that changes nothing is done; a message that is gone is not edited again."""
        outbox = self._services.outbox
        if NOT_MODIFIED in error.message:
            return partial(outbox.finish, record, became=outgoing.became)
        if record.message_id is not None and any(words in error.message for words in GONE):
            return partial(outbox.gone, record)
        MESSAGES.labels(record.kind, "refused").inc()
        log.warning("outbox %s: Telegram refuses a %s: %s", record.id, record.kind, error.message)
        unknown = any(words in error.message for words in UNKNOWN)
        return partial(outbox.refused, record, "blocked" if unknown else "refused", blocked=unknown)

    async def _clean(self) -> None:
        while True:
            try:
                await self._services.outbox.forget_old()
            except Exception as error:
                log.exception("outbox: cleaning: %s", type(error).__name__)
            await asyncio.sleep(CLEANING_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass


async def _nothing() -> None:
    """It has written everything down itself."""
