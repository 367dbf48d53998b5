"""The files of an export: CSV (RFC 4180) and XLSX (ECMA-376). What is here takes its time and runs in threads."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from xlsxwriter.utility import cell_autofit_width

from bot.services.export_table import Cell, Row, Table
from db.records import ExportedForm

# A cell that begins so is a formula to a spreadsheet, and runs (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
BOM = "\ufeff"
DELIMITERS = {"ru": ";", "en": ","}

# Excel drops a longer text without a word.
LONGEST_TEXT = 32_767
# Widths in pixels, measured on the first rows of a sheet.
MEASURED_ROWS = 200
NARROWEST, WIDEST, WIDEST_TITLE = 64, 320, 170
FILTER_BUTTON = 24
WIDTHS: dict[type, int] = {datetime: 120, date: 84, bool: 64}
BOLD = 1.1
HEADER = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8EEF4", "bottom": 1}


class ExportFile(Protocol):
    """A file that forms are written to, page by page."""

    def write(self, page: Sequence[ExportedForm]) -> None:
        """Append a row for each form."""

    def close(self) -> None:
        """Finish it."""


class CsvFile:
    """UTF-8 with BOM, as spreadsheets expect it."""

    def __init__(self, path: Path, table: Table, _statuses: Iterable[str]) -> None:
        self._file = path.open("wb")
        self._table = table
        self._file.write(csv_header(table))

    def write(self, page: Sequence[ExportedForm]) -> None:
        """Append a row for each form."""
        self._file.write(csv_part(self._table, page))

    def close(self) -> None:
        """Finish it."""
        self._file.close()


def csv_header(table: Table) -> bytes:
    """What a CSV file begins with."""
    return (BOM + _lines(table, [table.titles])).encode()


def csv_part(table: Table, page: Sequence[ExportedForm]) -> bytes:
    """The lines of some forms."""
    return _lines(table, table.rows(page)).encode()


def _lines(table: Table, rows: Iterable[Row]) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=DELIMITERS[table.language])
    writer.writerows([_text(cell, table) for cell in row] for row in rows)
    return buffer.getvalue()


def _text(cell: Cell, table: Table) -> str:
    if isinstance(cell, str):
        # The apostrophe makes it text; numbers of ours are no formulas.
        return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, bool):
        return table.yes if cell else table.no
    return "" if cell is None else str(cell)


class XlsxFile:
    """A sheet for each status that has forms; rows go to disk as they come.

    `statuses` are the ones that are known to have forms, in the order of the sheets; another one gets its sheet when
    a form of it turns up.
    """

    def __init__(self, path: Path, table: Table, statuses: Iterable[str]) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False}
        self._book = xlsxwriter.Workbook(path, options)
        self._table = table
        self._styles = _Styles(self._book, table)
        self._sheets = {status: self._sheet(table.statuses[status]) for status in statuses}

    def write(self, page: Sequence[ExportedForm]) -> None:
        """Append each form to the sheet of its status."""
        by_status = defaultdict(list)
        for form, row in zip(page, self._table.rows(page), strict=True):
            by_status[form.status].append(row)
        for status, rows in by_status.items():
            if status not in self._sheets:
                self._sheets[status] = self._sheet(self._table.statuses[status])
            self._sheets[status].write(rows)

    def close(self) -> None:
        """Finish it; a book without any form has one sheet with the header."""
        for sheet in self._sheets.values() or [self._sheet(self._table.name)]:
            sheet.finish()
        self._book.close()

    def _sheet(self, name: str) -> "_Sheet":
        return _Sheet(self._book.add_worksheet(name), self._table.titles, self._styles)


class _Styles:
    def __init__(self, book: Any, table: Table) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self.header = book.add_format(HEADER)
        self.text = book.add_format({"num_format": "@"})
        self.number = book.add_format({"num_format": "0"})
        self.day = book.add_format({"num_format": table.formats.day, "align": "left"})
        self.moment = book.add_format({"num_format": table.formats.moment, "align": "left"})


class _Sheet:
    def __init__(self, sheet: Any, titles: Sequence[str], styles: _Styles) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._sheet = sheet
        self._styles = styles
        self._rows = 1
        self._widths = [_title_width(title) for title in titles]
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, styles.header)

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        for row in rows:
            if self._rows <= MEASURED_ROWS:
                self._widths = list(map(max, self._widths, map(_width, row)))
            for column, cell in enumerate(row):
                if cell is not None:
                    self._write(column, cell)
            self._rows += 1

    def finish(self) -> None:
        """What is known at the end: how far the filter reaches, and the widths."""
        last = len(self._widths) - 1
        self._sheet.autofilter(0, 0, self._rows - 1, last)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{self._rows}"})
        for column, width in enumerate(self._widths):
            self._sheet.set_column_pixels(column, column, min(width, WIDEST))

    def _write(self, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(self._rows, column, cell[:LONGEST_TEXT], self._styles.text)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(self._rows, column, cell)
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(self._rows, column, cell, self._styles.moment)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._rows, column, cell, self._styles.day)
        else:
            self._sheet.write_number(self._rows, column, cell, self._styles.number)


def _title_width(title: str) -> int:
    """The title wraps beyond its share, though never inside a word; the filter's button stands beside it."""
    longest_word = max(map(cell_autofit_width, title.split()), default=0)
    share = max(min(cell_autofit_width(title), WIDEST_TITLE), longest_word)
    return max(int(share * BOLD) + FILTER_BUTTON, NARROWEST)


def _width(cell: Cell) -> int:
    return WIDTHS.get(type(cell)) or (0 if cell is None else int(cell_autofit_width(str(cell))))
