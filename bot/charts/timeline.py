"""Columns over time; a count stands above its column where nothing higher is in the way, so a peak has its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil

from bot.charts import colours
from bot.charts.lettering import Letters, number
from bot.charts.page import INNER_LEFT, INNER_WIDTH, Page
from bot.charts.picture import DAILY_AT_MOST, Timeline

DATE = Letters(11.5)
COUNT = Letters(11.5, bold=True)
_HEIGHT = 88.0
_ROOM_ABOVE, _ROOM_BELOW = 16.0, 18.0
_WIDEST_SLOT = 48.0
_SLIVER = 2.0
_BETWEEN_COUNTS, _BETWEEN_DATES = 4.0, 12.0
_WEEK, _YEAR = 7, 365


@dataclass(frozen=True, slots=True)
class Column:
    """One day, or several."""

    first: date
    last: date
    count: int

    def dates(self, form: str) -> str:
        """In numbers, which need no language."""
        return "–".join(day.strftime(form) for day in dict.fromkeys([self.first, self.last]))


def columns(days: Sequence[tuple[date, int]]) -> list[Column]:
    """A day each, or weeks that end with the last day: then the first one may be shorter."""
    size = 1 if len(days) <= DAILY_AT_MOST else _WEEK * ceil(len(days) / _WEEK / DAILY_AT_MOST)
    edges = [0, *range(len(days) % size or size, len(days) + 1, size)]
    parts = [days[start:end] for start, end in pairwise(edges)]
    return [Column(part[0][0], part[-1][0], sum(count for _, count in part)) for part in parts]


@dataclass(frozen=True, slots=True)
class Row:
    """Columns that stand side by side from the left."""

    columns: Sequence[Column]

    @property
    def slot(self) -> float:
        """The room for one, points."""
        return min(_WIDEST_SLOT, INNER_WIDTH / len(self.columns))

    def middle(self, index: int) -> float:
        """Of a column."""
        return INNER_LEFT + (index + 0.5) * self.slot

    def height(self, index: int) -> float:
        """Of a column; the highest fill the panel."""
        count, most = self.columns[index].count, max(column.count for column in self.columns)
        return max(_SLIVER, _HEIGHT * count / most) if count else 0

    def start(self, index: int, width: float) -> float:
        """Where words begin that stand at a column's middle, as far as the panel reaches."""
        return min(max(self.middle(index) - width / 2, INNER_LEFT), INNER_LEFT + INNER_WIDTH - width)


def draw_timeline(page: Page, panel: Timeline, top: float) -> float:
    """Draw it; its bottom."""
    row = Row(columns(panel.days))
    ground = top + _ROOM_ABOVE + _HEIGHT
    thick = max(row.slot * 0.76, row.slot - 4)
    for index in range(len(row.columns)):
        height = row.height(index)
        page.box(row.middle(index) - thick / 2, ground - height, thick, height, colours.COLUMN, radius=2)
    page.box(INNER_LEFT, ground, INNER_WIDTH, 1, colours.BASE)
    _write_counts(page, row, ground)
    _write_dates(page, row, ground)
    return ground + _ROOM_BELOW


def _write_counts(page: Page, row: Row, ground: float) -> None:
    for index in counted(row):
        words = number(row.columns[index].count)
        x = row.start(index, COUNT.width(words))
        page.text(x, ground - row.height(index) - 4, words, COUNT, colours.WORDS)


def counted(row: Row) -> list[int]:
    """Which columns bear their number: the highest first, as long as it covers neither a column nor a number."""
    chosen: list[int] = []
    taken: list[tuple[float, float]] = []
    for index in sorted(range(len(row.columns)), key=lambda index: -row.columns[index].count):
        start, end = _span(row, index)
        apart = all(end + _BETWEEN_COUNTS <= left or right + _BETWEEN_COUNTS <= start for left, right in taken)
        if apart and _stands_clear(row, index, start, end):
            chosen.append(index)
            taken.append((start, end))
    return chosen


def _span(row: Row, index: int) -> tuple[float, float]:
    width = COUNT.width(number(row.columns[index].count))
    start = row.start(index, width)
    return start, start + width


def _stands_clear(row: Row, index: int, start: float, end: float) -> bool:
    first, last = (int((x - INNER_LEFT) / row.slot) for x in (start, end))
    beneath = row.columns[first : last + 1]
    return 0 < row.columns[index].count == max(column.count for column in beneath)


def _write_dates(page: Page, row: Row, ground: float) -> None:
    days = (row.columns[-1].last - row.columns[0].first).days
    form = "%d.%m" if days < _YEAR else "%d.%m.%y"
    for index in dated(row, DATE.width(row.columns[-1].dates(form))):
        words = row.columns[index].dates(form)
        page.box(row.middle(index) - 0.5, ground, 1, 4, colours.BASE)
        page.text(row.start(index, DATE.width(words)), ground + 16, words, DATE, colours.QUIET)


def dated(row: Row, width: float) -> list[int]:
    """Which columns bear a date of that width: the first, the last, and as many evenly between as stand apart."""
    last = len(row.columns) - 1
    for gaps in range(last, 0, -1):
        chosen = [round(place * last / gaps) for place in range(gaps + 1)]
        starts = [row.start(index, width) for index in chosen]
        if all(end - start >= width + _BETWEEN_DATES for start, end in pairwise(starts)):
            return chosen
    return [0]
