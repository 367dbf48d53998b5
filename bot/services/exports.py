"""Exports: the guest list as a file, written page by page so that memory does not grow with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bot.actor import Actor
from bot.questionnaire import Questionnaire
from bot.questionnaire.field import Words
from bot.services.clock import Clock, utc_now
from bot.services.export_files import CsvFile, ExportFile, XlsxFile, csv_header, csv_part
from bot.services.export_table import Table
from bot.services.rights import require_admin
from bot.services.statuses import Status
from bot.services.transactions import Transactions
from db.forms import FormFilter
from db.records import ExportedForm

PAGE = 1_000
# Seconds between two reports: Telegram lets a bot edit a message about that often.
PROGRESS_EVERY = 1.0
# What is urgent stands first.
SHEETS = (
    Status.SUBMITTED,
    Status.NEEDS_CHANGES,
    Status.APPROVED,
    Status.REJECTED,
    Status.CANCELLED,
    Status.DRAFT,
)
FILES: dict[str, Callable[[Path, Table, Sequence[str]], ExportFile]] = {"csv": CsvFile, "xlsx": XlsxFile}

type Progress = Callable[[int, int], Awaitable[None]]
"""Told how many forms are written, and of how many."""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is to be exported: the forms of a filter as `kind` (`csv`, `xlsx`), for a reader of `language`.

    `words` gives that language's texts: `export-…`, `status-…`, `answer-…`.
    """

    wanted: FormFilter
    kind: str
    language: str
    words: Words


@dataclass(frozen=True, slots=True)
class Exported:
    """The file and how many forms are in it."""

    path: Path
    count: int


class ExportService:
    """The guest list as a file, for admins; a page to a transaction, so what changes meanwhile may be in it or not."""

    def __init__(self, transactions: Transactions, questionnaire: Questionnaire, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._clock = clock

    def file_name(self, kind: str) -> str:
        """`forms-2026-11-24.xlsx`, by the event's calendar."""
        return f"forms-{self._clock().astimezone(self._questionnaire.timezone):%Y-%m-%d}.{kind}"

    async def export_file(
        self, actor: Actor, order: ExportOrder, folder: Path, progress: Progress | None = None
    ) -> Exported:
        """Write the file into `folder`, which is the caller's to remove, also when this raises.

        `progress` is awaited about once a second. Raises Forbidden, DatabaseUnavailable.
        """
        require_admin(actor)
        async with self._transactions.read() as transaction:
            counts = await transaction.forms.count_by_status(order.wanted)
        path = folder / self.file_name(order.kind)
        statuses = [status for status in SHEETS if status in counts]
        file = await asyncio.to_thread(FILES[order.kind], path, self._table(order), statuses)
        report = _Report(progress, sum(counts.values()))
        async for page in self._pages(order.wanted):
            await asyncio.to_thread(file.write, page)
            await report.add(len(page))
        await asyncio.to_thread(file.close)
        return Exported(path, report.done)

    async def csv(self, actor: Actor, order: ExportOrder) -> AsyncIterator[bytes]:
        """The CSV file in parts, the first of them once the first forms are read. Raises as `export_file`."""
        require_admin(actor)
        table = self._table(order)
        start = csv_header(table)
        async for page in self._pages(order.wanted):
            yield start + await asyncio.to_thread(csv_part, table, page)
            start = b""

    def _table(self, order: ExportOrder) -> Table:
        return Table(self._questionnaire, order.language, order.words)

    async def _pages(self, wanted: FormFilter) -> AsyncIterator[Sequence[ExportedForm]]:
        """The forms, newest first; at least one page, though it may be empty."""
        before: int | None = None
        while True:
            async with self._transactions.read() as transaction:
                page = await transaction.forms.export(wanted, limit=PAGE, before=before)
            yield page
            if len(page) < PAGE:
                return
            before = page[-1].id


class _Report:
    def __init__(self, progress: Progress | None, total: int) -> None:
        self.done = 0
        self._progress = progress
        self._total = total
        self._told_at = monotonic()

    async def add(self, count: int) -> None:
        """Count, and tell when it is time; more than there were at the start may have come."""
        self.done += count
        if self._progress and monotonic() - self._told_at >= PROGRESS_EVERY:
            self._told_at = monotonic()
            await self._progress(self.done, max(self._total, self.done))
