"""A surface whose unit is the point, with y downward: one point is one pixel of a phone that shows it 360 px wide."""

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from bot.charts import colours
from bot.charts.lettering import Letters

WIDTH = 360.0
TALLEST = 20 * WIDTH
"""Telegram takes a photo whose sides are at most 20 to 1 (Bot API, sendPhoto)."""
INNER_LEFT, INNER_WIDTH = 26.0, 308.0
"""Where words and figures stand: inside a card."""
_MARGIN = 12.0
_SIDES_TOGETHER = 10_000
"""Px, width and height (there too)."""
_PIXELS_A_POINT = 3.0
_POINTS_AN_INCH = 72


class Page:
    """Things are put where they are told to stand; words lie above boxes."""

    def __init__(self) -> None:
        self._figure = Figure(facecolor=colours.PAGE)
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)

    def text(self, x: float, y: float, words: str, letters: Letters, colour: str) -> None:
        """Clean words from `x` on, on the baseline `y`."""
        self._axes.text(x, y, words, fontproperties=letters.properties, color=colour, parse_math=False)

    def box(self, x: float, y: float, width: float, height: float, colour: str, *, radius: float = 0) -> None:
        """A rectangle with round corners, its top left at (x, y); later ones lie above earlier ones."""
        self._axes.add_artist(_box((x, y), width, height, colour, radius))

    def card(self, top: float, bottom: float) -> None:
        """What a panel lies on, below every box."""
        width = WIDTH - 2 * _MARGIN
        self._axes.add_artist(_box((_MARGIN, top), width, bottom - top, colours.PANEL, radius=10)).set_zorder(0)

    def png(self, height: float) -> bytes:
        """The page down to `height`, 3 px a point or as many as Telegram takes; ValueError over TALLEST."""
        if height > TALLEST:
            raise ValueError(height)
        self._axes.set_ylim(height, 0)
        self._figure.set_size_inches(WIDTH / _POINTS_AN_INCH, height / _POINTS_AN_INCH)
        scale = min(_PIXELS_A_POINT, _SIDES_TOGETHER / (WIDTH + height))
        written = io.BytesIO()
        self._figure.savefig(written, format="png", dpi=scale * _POINTS_AN_INCH, metadata={"Software": None})
        return written.getvalue()


def _box(corner: tuple[float, float], width: float, height: float, colour: str, radius: float) -> FancyBboxPatch:
    style = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
    return FancyBboxPatch(corner, width, height, boxstyle=style, facecolor=colour, linewidth=0)
