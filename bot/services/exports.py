"""Exports: the guest list as CSV (RFC 4180) or XLSX, page by page, so that neither memory nor the loop notices it."""

import asyncio
import csv
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.actor import Actor
from bot.questionnaire import Questionnaire, Words
from bot.services.clock import Clock, utc_now
from bot.services.rights import require_admin
from bot.services.statuses import Status
from bot.services.transactions import Transactions
from db.forms import FormFilter
from db.records import ExportRow

# A cell that begins so is a formula to a spreadsheet, and runs (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
BOM = "\ufeff"
PAGE = 500
KINDS = ("csv", "xlsx")
OWN_COLUMNS = ("number", "status", "submitted", "user-id", "user-name", "username")
DELIMITERS = {"ru": ";", "en": ","}
DAYS = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
NARROWEST, WIDEST, DAY_WIDTH, MOMENT_WIDTH = 8, 42, 11, 16.5
# What the filter's arrow and the bold letters of a title need beside its characters.
TITLE_EXTRA = 4
LONGEST_SHEET_NAME = 31  # Excel's

type Cell = str | int | bool | date | datetime | None
type Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, and how many forms are in it."""

    path: Path
    count: int


class ExportService:
    """Files for admins."""

    def __init__(self, transactions: Transactions, questionnaire: Questionnaire, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._clock = clock

    def file_name(self, kind: str) -> str:
        """`forms-2026-11-24.xlsx`: today, where the event is."""
        return f"forms-{self._clock().astimezone(self._questionnaire.timezone):%Y-%m-%d}.{kind}"

    def table(self, words: Words, language: str) -> "Table":
        """How forms become rows in this language."""
        return Table(self._questionnaire, words, language)

    async def write(
        self,
        actor: Actor,
        wanted: FormFilter,
        table: "Table",
        folder: Path,
        *,
        kind: str,
        progress: Progress | None = None,
    ) -> Exported:
        """A file of the filter's forms in `folder`; `progress` is told (done, total) after each page.

        Raises Forbidden, DatabaseUnavailable.
        """
        require_admin(actor)
        path = folder / self.file_name(kind)
        counter = _Counter(await self._count(wanted), progress)
        if kind == "csv":
            await self._write_csv(path, wanted, table, counter)
        else:
            await self._write_xlsx(path, wanted, table, counter)
        return Exported(path, counter.done)

    async def csv(self, actor: Actor, wanted: FormFilter, table: "Table") -> AsyncIterator[bytes]:
        """The CSV in parts, the first forms with the titles; UTF-8 with BOM, as spreadsheets expect it.

        Raises Forbidden, DatabaseUnavailable.
        """
        require_admin(actor)
        start = (BOM + table.csv([table.titles])).encode()
        async for page in self._pages(wanted):
            yield start + await asyncio.to_thread(table.csv_page, page)
            start = b""
        if start:
            yield start

    async def _count(self, wanted: FormFilter) -> int:
        async with self._transactions.read() as transaction:
            return await transaction.forms.count(wanted)

    async def _pages(self, wanted: FormFilter) -> AsyncIterator[Sequence[ExportRow]]:
        """Newest first; each page is a transaction of its own, so that none stands open for long."""
        before: int | None = None
        while True:
            async with self._transactions.read() as transaction:
                page = await transaction.forms.export_page(wanted, limit=PAGE, before=before)
            if page:
                yield page
            if len(page) < PAGE:
                return
            before = page[-1].id

    async def _write_csv(self, path: Path, wanted: FormFilter, table: "Table", counter: "_Counter") -> None:
        await asyncio.to_thread(path.write_bytes, (BOM + table.csv([table.titles])).encode())
        async for page in self._pages(wanted):
            await asyncio.to_thread(_append, path, table, page)
            await counter.add(len(page))

    async def _write_xlsx(self, path: Path, wanted: FormFilter, table: "Table", counter: "_Counter") -> None:
        book = _Book(path, table)
        try:
            for status in Status if wanted.status is None else (Status(wanted.status),):
                sheet = None
                async for page in self._pages(replace(wanted, status=status)):
                    sheet = sheet or book.sheet(table.status(status))
                    await asyncio.to_thread(sheet.write, page)
                    await counter.add(len(page))
        finally:
            await asyncio.to_thread(book.close)


class Table:
    """Forms as rows, in a reader's language; times where the event is."""

    def __init__(self, questionnaire: Questionnaire, words: Words, language: str) -> None:
        self._questionnaire = questionnaire
        self._words = words
        self.language = language
        own = (words(f"export-{column}") for column in OWN_COLUMNS)
        self.titles = [*own, *(column.title for column in questionnaire.columns(language))]
        self._statuses = {status: words(f"status-{status.replace('_', '-')}") for status in Status}
        self._yes_no = {True: words("answer-yes"), False: words("answer-no")}

    def status(self, status: str) -> str:
        """In words."""
        return self._statuses[Status(status)]

    def cells(self, row: ExportRow) -> list[Cell]:
        """One form as a row."""
        submitted = row.submitted_at and row.submitted_at.astimezone(self._questionnaire.timezone).replace(tzinfo=None)
        name = " ".join(part for part in (row.first_name, row.last_name) if part)
        own: list[Cell] = [row.id, self.status(row.status), submitted, row.user_id, name or None, row.username]
        return [*own, *self._questionnaire.row(row.form_data, self.language)]

    def csv_page(self, page: Iterable[ExportRow]) -> bytes:
        """Rows as CSV."""
        return self.csv(map(self.cells, page)).encode()

    def csv(self, rows: Iterable[Sequence[Cell]]) -> str:
        """Cells as CSV."""
        buffer = StringIO()
        csv.writer(buffer, delimiter=DELIMITERS[self.language]).writerows(map(self._texts, rows))
        return buffer.getvalue()

    def _texts(self, row: Iterable[Cell]) -> list[str]:
        return [self._text(value) for value in row]

    def _text(self, value: Cell) -> str:
        if isinstance(value, str):
            # The apostrophe makes it text; numbers of ours are no formulas.
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value
        if isinstance(value, bool):
            return self._yes_no[value]
        return "" if value is None else str(value)


def _append(path: Path, table: Table, page: Sequence[ExportRow]) -> None:
    with path.open("ab") as file:
        file.write(table.csv_page(page))


class _Counter:
    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done = 0
        self._total = total
        self._progress = progress

    async def add(self, number: int) -> None:
        self.done += number
        if self._progress is not None:
            # Forms that came meanwhile are in the file too: never "12 of 10".
            await self._progress(self.done, max(self._total, self.done))


class _Book:
    """A workbook with a sheet for each status; without any form one that has the titles."""

    def __init__(self, path: Path, table: Table) -> None:
        # constant_memory writes rows to disk as they come; strings_to_* off: a text stays a text.
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(path, options)
        self._table = table
        self._sheets: list[_Sheet] = []

    def sheet(self, name: str) -> "_Sheet":
        """A new sheet."""
        added = _Sheet(self._book, name[:1].upper() + name[1:LONGEST_SHEET_NAME], self._table)
        self._sheets.append(added)
        return added

    def close(self) -> None:
        """Finish the file."""
        if not self._sheets:
            self.sheet(self._table.titles[0])
        for sheet in self._sheets:
            sheet.finish()
        self._book.close()


class _Sheet:
    """Typed cells under a bold, frozen title row with filters."""

    def __init__(self, book: Any, name: str, table: Table) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._table = table
        self._sheet = book.add_worksheet(name)
        day = DAYS[table.language]
        self._moment = book.add_format({"num_format": f"{day} hh:mm", "align": "left"})
        self._day = book.add_format({"num_format": day, "align": "left"})
        self._sheet.freeze_panes(1, 0)
        self._widths: list[float] = [len(title) + TITLE_EXTRA for title in table.titles]
        self._row = 0
        bold = book.add_format({"bold": True})
        for column, title in enumerate(table.titles):
            self._sheet.write_string(0, column, title, bold)

    def write(self, page: Iterable[ExportRow]) -> None:
        """Append rows; the first page says how wide the columns are."""
        rows = [self._table.cells(row) for row in page]
        if self._row == 0:
            self._measure(rows)
        for row in rows:
            self._row += 1
            for column, value in enumerate(row):
                self._write_cell(column, value)

    def finish(self) -> None:
        """Widths and filters."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width, NARROWEST), WIDEST))
        self._sheet.autofilter(0, 0, max(self._row, 1), len(self._widths) - 1)

    def _measure(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            self._widths = [max(pair) for pair in zip(self._widths, map(_width, row), strict=True)]

    def _write_cell(self, column: int, value: Cell) -> None:
        if isinstance(value, str):
            self._sheet.write_string(self._row, column, value)
        elif isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._row, column, value, self._moment)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._row, column, value, self._day)
        elif value is not None:
            self._sheet.write_number(self._row, column, value)


def _width(value: Cell) -> float:
    if isinstance(value, datetime):
        return MOMENT_WIDTH
    if isinstance(value, date):
        return DAY_WIDTH
    return max((len(line) for line in str(value).splitlines()), default=0) + 1 if value is not None else 0
