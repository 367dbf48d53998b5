"""The whole picture: a heading, then the panels from top to bottom. Each part is told its top and says its bottom."""

from bot.charts import colours
from bot.charts.bars import draw_bars, most_bars
from bot.charts.lettering import NOTHING, Letters
from bot.charts.page import INNER_LEFT, INNER_WIDTH, Page
from bot.charts.picture import Bars, Picture, Timeline
from bot.charts.timeline import draw_timeline

TITLE = Letters(21, bold=True)
SUBTITLE = Letters(13)
PANEL_TITLE = Letters(14.5, bold=True)
EMPTY = Letters(16)
_ABOVE, _BELOW = 18.0, 2.0
_PADDING, _GAP = 12.0, 8.0
_LINE, _LINES_AT_MOST = 1.3, 3


def png(picture: Picture) -> bytes:
    """The picture as a PNG; ValueError when it would be taller than Telegram takes."""
    page = Page()
    y = _paragraph(page, _ABOVE, picture.title, TITLE, colours.WORDS) + 2
    y = _paragraph(page, y, picture.subtitle, SUBTITLE, colours.QUIET) + _GAP
    for panel in picture.panels:
        y = _panel(page, y, panel, most_bars(len(picture.panels))) + _GAP
    return page.png(y + _BELOW)


def _paragraph(page: Page, top: float, words: str, letters: Letters, colour: str) -> float:
    lines = letters.lines(words, INNER_WIDTH, _LINES_AT_MOST) if words else []
    for row, line in enumerate(lines):
        page.text(INNER_LEFT, top + letters.size * (1 + row * _LINE), line, letters, colour)
    return top + letters.size * _LINE * len(lines)


def _panel(page: Page, top: float, panel: Bars | Timeline, at_most: int) -> float:
    y = _paragraph(page, top + _PADDING, panel.title, PANEL_TITLE, colours.WORDS) + 8
    bottom = _figures(page, y, panel, at_most) + _PADDING
    page.card(top, bottom)
    return bottom


def _figures(page: Page, top: float, panel: Bars | Timeline, at_most: int) -> float:
    match panel:
        case Bars(bars=[_, *_]):
            return draw_bars(page, panel, top, at_most)
        case Timeline() if any(count for _, count in panel.days):
            return draw_timeline(page, panel, top)
        case _:
            return _paragraph(page, top, NOTHING, EMPTY, colours.QUIET)
