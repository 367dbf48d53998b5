"""Exports: the guest list as CSV (RFC 4180) or XLSX, written page by page so that memory does not grow with it."""

import asyncio
import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.questionnaire import Questionnaire
from db.records import FormRecord

# A cell that begins so is a formula to a spreadsheet, and runs (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
BOM = "\ufeff"
OWN_COLUMNS = ("id", "status", "submitted_at", "user_id")
DELIMITERS = {"ru": ";", "en": ","}

type Cell = str | int | bool | date | datetime | None
type Pages = AsyncIterator[Sequence[FormRecord]]


def titles(questionnaire: Questionnaire, language: str) -> list[str]:
    """The header row."""
    return [*OWN_COLUMNS, *(column.title for column in questionnaire.columns(language))]


def cells(questionnaire: Questionnaire, form: FormRecord) -> list[Cell]:
    """One form as a row."""
    return [form.id, form.status, form.submitted_at, form.user_id, *questionnaire.row(form.form_data)]


async def csv_parts(questionnaire: Questionnaire, pages: Pages, language: str) -> AsyncIterator[bytes]:
    """The file in parts: UTF-8 with BOM, as spreadsheets expect it."""
    delimiter = DELIMITERS[language]
    yield (BOM + _csv([titles(questionnaire, language)], delimiter)).encode()
    async for page in pages:
        yield _csv([cells(questionnaire, form) for form in page], delimiter).encode()


async def write_xlsx(path: Path, questionnaire: Questionnaire, pages: Pages, language: str) -> None:
    """The file at `path`: one sheet, a frozen header, text as text, numbers and times typed."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "remove_timezone": True, "strings_to_formulas": False})
    sheet = _Sheet(book, titles(questionnaire, language))
    try:
        async for page in pages:
            await asyncio.to_thread(sheet.write, [cells(questionnaire, form) for form in page])
    finally:
        await asyncio.to_thread(book.close)


class _Sheet:
    def __init__(self, book: Any, header: Sequence[str]) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._sheet = book.add_worksheet()
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(header) - 1, 18)
        self._row = 0
        self._write_row(header, book.add_format({"bold": True}))

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""
        for row in rows:
            self._write_row(row)

    def _write_row(self, row: Sequence[Cell], bold: object = None) -> None:
        for column, value in enumerate(row):
            self._write_cell(column, value, bold)
        self._row += 1

    def _write_cell(self, column: int, value: Cell, bold: object) -> None:
        if isinstance(value, str):
            self._sheet.write_string(self._row, column, value, bold)
        elif isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._row, column, value.astimezone(UTC), self._moment)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._row, column, value, self._day)
        elif value is not None:
            self._sheet.write_number(self._row, column, value)


def _csv(rows: Iterable[Sequence[Cell]], delimiter: str) -> str:
    buffer = StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(map(_safe, row) for row in rows)
    return buffer.getvalue()


def _safe(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    text = "" if value is None else str(value)
    # The apostrophe makes it text; numbers of ours are no formulas.
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text
