"""An export that was asked for in the chat: its progress is shown while it runs, the file comes as a document."""

import asyncio
import logging
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.types import FSInputFile

from bot.actor import Actor, Role
from bot.errors import Forbidden
from bot.locales import Texts, texts_of
from bot.services import ExportOrder, OutboxRecord, Services
from bot.services.filters import from_json

log = logging.getLogger(__name__)

# Telegram limits edits of a group: a progress that is this old is still news.
PROGRESS_SECONDS = 4
UPLOAD_SECONDS = 120
TRIES = 3


class Exporter:
    """Makes the files, one at a time: each takes a core for some seconds."""

    def __init__(self, bot: Bot, services: Services, admin_ids: frozenset[int]) -> None:
        self._bot = bot
        self._services = services
        self._admin_ids = admin_ids
        self._one_at_a_time = asyncio.Lock()

    async def run(self, record: OutboxRecord) -> None:
        """Make one and send it; a passing fault of Telegram is tried again, with the file made anew."""
        texts = texts_of(record.params["language"])
        progress = _Progress(self._bot, self._services, record, texts)
        try:
            async with self._one_at_a_time:
                await self._make_and_send(record, texts, progress)
        except Forbidden:
            # Who asked is no admin any more.
            await self._services.outbox.refused(record, "refused")
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
            wait = error.retry_after if isinstance(error, TelegramRetryAfter) else 0
            await self._services.outbox.failed(record, type(error).__name__, retry_after=wait)
        except AiogramError as error:
            log.warning("export %s: Telegram refuses the file: %s", record.id, type(error).__name__)
            await self._services.outbox.refused(record, "refused")
        except Exception as error:
            log.exception("export %s: %s", record.id, type(error).__name__)
            await self._failed(record, texts, error)
        finally:
            await progress.remove()

    async def _make_and_send(self, record: OutboxRecord, texts: Texts, progress: "_Progress") -> None:
        wanted, actor = from_json(record.params["filter"]), self._actor(record)
        with TemporaryDirectory(prefix="bal-bot-") as folder:
            order = ExportOrder(wanted, record.params["kind"], texts.language, texts.plain)
            exported = await self._services.exports.export_file(actor, order, Path(folder), progress.show)
            caption = texts("export-done", count=exported.count)
            await self._services.outbox.hold(record, seconds=UPLOAD_SECONDS)
            document = FSInputFile(exported.path)
            sent = await self._bot.send_document(
                record.chat_id, document, caption=caption, request_timeout=UPLOAD_SECONDS
            )
        await self._services.outbox.finish(record, message_id=sent.message_id)

    def _actor(self, record: OutboxRecord) -> Actor:
        asked_by = record.params["actor"]
        return Actor(asked_by, Role.ADMIN if asked_by in self._admin_ids else Role.GUEST)

    async def _failed(self, record: OutboxRecord, texts: Texts, error: Exception) -> None:
        if record.attempts < TRIES:
            return await self._services.outbox.failed(record, type(error).__name__)
        await self._services.outbox.refused(record, "refused")
        await self._bot.send_message(record.chat_id, texts("export-failed"))
        return None


class _Progress:
    """One message that tells how far the file is; Telegram's faults do not stop the file."""

    def __init__(self, bot: Bot, services: Services, record: OutboxRecord, texts: Texts) -> None:
        self._bot = bot
        self._services = services
        self._record = record
        self._texts = texts
        self._message_id = 0
        self._shown_at = 0.0

    async def show(self, done: int, total: int) -> None:
        """Send it, or edit it if it is old enough."""
        if self._message_id and time.monotonic() - self._shown_at < PROGRESS_SECONDS:
            return
        self._shown_at = time.monotonic()
        await self._services.outbox.hold(self._record)
        text = self._texts("export-progress", done=done, total=total)
        try:
            await self._put(text)
        except AiogramError as error:
            log.info("an export's progress was not shown: %s", type(error).__name__)

    async def remove(self) -> None:
        """The file is there, or will not come."""
        if not self._message_id:
            return
        try:
            await self._bot.delete_message(self._record.chat_id, self._message_id)
        except AiogramError as error:
            log.info("an export's progress was not removed: %s", type(error).__name__)

    async def _put(self, text: str) -> None:
        if self._message_id:
            await self._bot.edit_message_text(text, chat_id=self._record.chat_id, message_id=self._message_id)
        else:
            self._message_id = (await self._bot.send_message(self._record.chat_id, text)).message_id
