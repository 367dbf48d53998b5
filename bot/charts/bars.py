"""Horizontal bars: the label lies on its bar, so that it may be as long as the line; the count stands at the right."""

from collections.abc import Sequence

from bot.charts import colours
from bot.charts.lettering import ELLIPSIS, Letters, number
from bot.charts.page import INNER_LEFT, INNER_WIDTH, Page
from bot.charts.picture import Bars

LABEL = Letters(12.5)
COUNT = Letters(12.5, bold=True)
_HEIGHT, _STEP = 22.0, 25.0
_BASELINE = 15.5
_INSET = 8.0
_SLIVER = 3.0


def most_bars(panels: int) -> int:
    """How many bars each of so many panels may show, that a page holds them all."""
    return max(1, min(50, 230 // panels))


def draw_bars(page: Page, panel: Bars, top: float, at_most: int) -> float:
    """Draw them; their bottom."""
    bars = shortened(panel.bars, at_most)
    longest = INNER_WIDTH - _INSET - max(COUNT.width(number(count)) for _, count in bars)
    most = max(count for _, count in bars) or 1
    for row, (label, count) in enumerate(bars):
        y = top + row * _STEP
        page.box(INNER_LEFT, y, longest, _HEIGHT, colours.TRACK, radius=4)
        if count:
            page.box(INNER_LEFT, y, max(_SLIVER, longest * count / most), _HEIGHT, colours.BAR, radius=4)
        _write(page, y + _BASELINE, LABEL.fit(LABEL.clean(label), longest - 2 * _INSET), number(count))
    return top + len(bars) * _STEP - (_STEP - _HEIGHT)


def _write(page: Page, y: float, label: str, count: str) -> None:
    page.text(INNER_LEFT + _INSET, y, label, LABEL, colours.WORDS)
    page.text(INNER_LEFT + INNER_WIDTH - COUNT.width(count), y, count, COUNT, colours.WORDS)


def shortened(bars: Sequence[tuple[str, int]], at_most: int) -> Sequence[tuple[str, int]]:
    """The first bars, and the rest together."""
    if len(bars) <= at_most:
        return bars
    return [*bars[: at_most - 1], (ELLIPSIS, sum(count for _, count in bars[at_most - 1 :]))]
