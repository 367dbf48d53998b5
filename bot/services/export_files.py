"""The files of an export: CSV (RFC 4180) and XLSX (ECMA-376). What is here takes its time and runs in threads."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from textwrap import wrap
from typing import Any, Protocol
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import cell_autofit_width, xl_col_to_name

from bot.services.export_table import Cell, Row, Table
from db.records import ExportedForm

# A cell that begins so is a formula to a spreadsheet, and runs (OWASP, "CSV Injection"); digits after a plus are none.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
PHONE = re.compile(r"\+\d{5,15}")
BOM = "\ufeff"
DELIMITERS = {"ru": ";", "en": ","}

# Excel takes no longer text in a cell.
LONGEST_TEXT = 32_767
# What XML cannot hold is written as _xHHHH_, and what only looks like that is told from it (ECMA-376, 22.9.2.19).
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# Days are counted from here, and 29 February 1900 is one of them (ECMA-376, 18.17.4.1).
_DAY_ZERO, _LEAP_DAY = datetime(1899, 12, 31), 60  # noqa: DTZ001 - spreadsheets know no time zones
# Widths in pixels, measured on the first rows of a sheet.
MEASURED_ROWS = 200
NARROWEST, WIDEST = 48, 300
FILTER_BUTTON, ROOM = 24, 8
# A title takes another line rather than more characters than this; a line's height is in points.
TITLE_LENGTH, LINE_HEIGHT = 20, 15
WIDTHS: dict[type, int] = {datetime: 120, date: 84, bool: 64}
BOLD = 1.1
# Number format 49 is text (ECMA-376, 18.8.30): a cell stays text when somebody edits it.
TEXT_FORMAT = 49
HEADER = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "bottom": 1}


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
        # The apostrophe makes it text; numbers of ours and phones are no formulas.
        return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not PHONE.fullmatch(cell) else cell
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
    """Indices of the cells' formats."""

    def __init__(self, book: Any, table: Table) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self.header = book.add_format(HEADER)
        self.text = _style(book, TEXT_FORMAT)
        self.number = _style(book, "0", align="left")
        self.day = _style(book, table.formats.day, align="left")
        self.moment = _style(book, table.formats.moment, align="left")


def _style(book: Any, number_format: str | int, **more: str) -> int:  # noqa: ANN401 - xlsxwriter has no types
    return int(book.add_format({"num_format": number_format} | more)._get_xf_index())  # noqa: SLF001 - see _Sheet.write


class _Sheet:
    def __init__(self, sheet: Any, titles: Sequence[str], styles: _Styles) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._sheet = sheet
        self._styles = styles
        self._columns = [xl_col_to_name(column) for column in range(len(titles))]
        wrapped = [wrap(title, TITLE_LENGTH, break_long_words=False) or [title] for title in titles]
        self._widths = list(map(_title_width, wrapped))
        self._rows = 1
        sheet.freeze_panes(1, 0)
        _set_up_print(sheet)
        sheet.set_row(0, LINE_HEIGHT * max(map(len, wrapped)))
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, styles.header)
        sheet._write_single_row(1)  # noqa: SLF001 - the header is written, and what follows is below it

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows.

        Straight into the file that xlsxwriter keeps rows in: five times as fast as its calls for single cells, and
        a guest's text that begins with <r> is no markup, as it is to those (xlsxwriter 3.3, Worksheet._write_cell).
        """
        for row in rows[: max(MEASURED_ROWS - self._rows, 0)]:
            self._widths = list(map(max, self._widths, map(_width, row)))
        self._sheet.row_data_fh.write("".join(map(self._row, rows)))
        self._sheet.dim_rowmax = self._rows - 1

    def finish(self) -> None:
        """What is known at the end: how far the filter reaches, and the widths."""
        self._sheet.autofilter(0, 0, self._rows - 1, len(self._widths) - 1)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{self._rows}"})
        for column, width in enumerate(self._widths):
            self._sheet.set_column_pixels(column, column, min(width, WIDEST))

    def _row(self, row: Row) -> str:
        self._rows += 1
        cells = (
            self._cell(f"{column}{self._rows}", cell)
            for column, cell in zip(self._columns, row, strict=True)
            if cell is not None
        )
        return f'<row r="{self._rows}">{"".join(cells)}</row>'

    def _cell(self, place: str, cell: Cell) -> str:
        if isinstance(cell, str):
            text = f'<is><t xml:space="preserve">{_xml(cell)}</t></is>'
            return f'<c r="{place}" s="{self._styles.text}" t="inlineStr">{text}</c>'
        if isinstance(cell, bool):
            return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
        if isinstance(cell, date):
            style = self._styles.moment if isinstance(cell, datetime) else self._styles.day
            return f'<c r="{place}" s="{style}"><v>{_days(cell)}</v></c>'
        return f'<c r="{place}" s="{self._styles.number}"><v>{cell}</v></c>'


def _set_up_print(sheet: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """As wide as A4, with lines, the header on every page, the status and the page's number below."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.hide_gridlines(0)


def _xml(text: str) -> str:
    return escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:LONGEST_TEXT]))


def _days(moment: date) -> float:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - spreadsheets know no time zones
    days = (moment - _DAY_ZERO) / timedelta(days=1)
    return days + 1 if days >= _LEAP_DAY else days


def _title_width(lines: Sequence[str]) -> int:
    """The filter's button stands beside the text."""
    return max(int(max(map(cell_autofit_width, lines)) * BOLD) + FILTER_BUTTON, NARROWEST)


def _width(cell: Cell) -> int:
    return WIDTHS.get(type(cell)) or (0 if cell is None else int(cell_autofit_width(str(cell))) + ROOM)
