"""The outbox's sender: claims what is due, sends it within Telegram's limits, and notes what became of it.

It is marked as sent only after Telegram has taken it: a process that dies in between sends it once more. That is the
one case in which a message may come twice.
"""

import asyncio
import logging

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import Message

from bot.errors import DatabaseUnavailable
from bot.metrics import MESSAGES
from bot.services import OutboxRecord, Services
from bot.telegram.exporting import Exporter
from bot.telegram.limits import SendLimits
from bot.telegram.rendering import Outgoing, Renderer

log = logging.getLogger(__name__)

AT_ONCE = 20
LONGEST_SLEEP, PAUSE_AFTER_FAULT = 5.0, 3.0
CALL_SECONDS = 20
CLEANING_SECONDS = 3_600
EDITS = ("refresh",)
# Telegram's words for an edit that changes nothing, and for a message that cannot be edited any more.
NOT_MODIFIED = "message is not modified"
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
        self._under_way: set[asyncio.Task[None]] = set()

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
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        claimed = await self._services.outbox.claim(AT_ONCE - len(self._under_way))
        for record in claimed:
            task = group.create_task(self._deliver(record), name=f"outbox-{record.id}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if not claimed:
            await self._services.outbox.wait(LONGEST_SLEEP)

    async def _deliver(self, record: OutboxRecord) -> None:
        try:
            await self._send(record)
        except DatabaseUnavailable as error:
            # Its lease ends by itself, and it is sent again: better twice than never.
            log.warning("outbox %s: the database is away (%s)", record.id, error)
        except Exception as error:
            log.exception("outbox %s: %s", record.id, type(error).__name__)
            await self._retry_later(record, error)
        finally:
            self._services.outbox.wake()  # the next one of its lane may go now

    async def _retry_later(self, record: OutboxRecord, error: Exception) -> None:
        try:
            await self._services.outbox.failed(record, type(error).__name__)
        except Exception as failure:
            log.exception("outbox %s: %s", record.id, type(failure).__name__)

    async def _send(self, record: OutboxRecord) -> None:
        if record.kind == "export":
            return await self._exporter.run(record)
        wait = await self._limits.reserve(record.chat_id, edit=record.kind in EDITS)
        if wait:
            return await self._services.outbox.postpone(record, wait)
        outgoing = await self._renderer.render(record)
        if outgoing is None:
            return await self._services.outbox.finish(record)
        await self._limits.turn()
        return await self._call(record, outgoing)

    async def _call(self, record: OutboxRecord, outgoing: Outgoing) -> None:
        outbox = self._services.outbox
        try:
            result: Message | bool = await self._bot(outgoing.method, request_timeout=CALL_SECONDS)
        except TelegramRetryAfter as error:
            MESSAGES.labels(record.kind, "told_to_wait").inc()
            await self._limits.told_to_wait(record.chat_id, error.retry_after)
            await outbox.failed(record, "retry_after", retry_after=error.retry_after)
        except TelegramForbiddenError:
            MESSAGES.labels(record.kind, "blocked").inc()
            await outbox.refused(record, "blocked", blocked=True)
        except TelegramMigrateToChat as error:
            log.error("outbox: the admins' group has a new number: set ADMIN_CHAT_ID=%s", error.migrate_to_chat_id)
            await outbox.refused(record, "refused")
        except TelegramBadRequest as error:
            await self._refused(record, outgoing, error)
        except (TelegramNetworkError, TelegramServerError, TelegramUnauthorizedError) as error:
            MESSAGES.labels(record.kind, "postponed").inc()
            await outbox.failed(record, type(error).__name__)
        except AiogramError as error:
            log.warning("outbox %s: %s", record.id, type(error).__name__)
            await outbox.refused(record, "refused")
        else:
            MESSAGES.labels(record.kind, "sent").inc()
            await self._sent(record, outgoing, result)

    async def _sent(self, record: OutboxRecord, outgoing: Outgoing, result: object) -> None:
        message_id = result.message_id if isinstance(result, Message) else None
        await self._services.outbox.finish(
            record,
            message_id=message_id,
            purpose=outgoing.purpose,
            state=outgoing.state,
            stale_at=outgoing.stale_at,
            version=outgoing.version,
        )

    async def _refused(self, record: OutboxRecord, outgoing: Outgoing, error: TelegramBadRequest) -> None:
        """An edit that changes nothing is done; a message that is gone is not edited again."""
        MESSAGES.labels(record.kind, "refused").inc()
        outbox = self._services.outbox
        if NOT_MODIFIED in error.message:
            return await outbox.finish(record, stale_at=outgoing.stale_at)
        if record.message_id is not None and any(words in error.message for words in GONE):
            return await outbox.gone(record)
        log.warning("outbox %s: Telegram refuses a %s: %s", record.id, record.kind, error.message)
        return await outbox.refused(record, "refused")

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
