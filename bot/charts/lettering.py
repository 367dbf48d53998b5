"""Letters of DejaVu Sans, which comes with matplotlib: what can be drawn, how wide it is, how it is cut to fit.

The unit is a point; on a phone that shows the picture 360 px wide it is one pixel.
"""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

ELLIPSIS = "…"
NOTHING = "—"
# More than three lines hold; keeps a long answer cheap.
_LONGEST = 300
# Control, format, private, unassigned; accents that stand alone, which can be heaped up.
_LEFT_OUT = ("C", "Mn", "Me")
_EM = 100
_FIXED_POINT = 1 << 16

# Widths are then the font's own at every scale, and those that are measured here.
mpl.rcParams["text.hinting"] = "no_hinting"


@dataclass(frozen=True, slots=True)
class Letters:
    """One face in one size."""

    size: float
    bold: bool = False

    @property
    def properties(self) -> FontProperties:
        """The face and size, for matplotlib."""
        return FontProperties(fname=_file(self.bold), size=self.size)

    def clean(self, text: str) -> str:
        """What of it the font can draw, on one line; "—" when that is nothing."""
        composed = unicodedata.normalize("NFC", " ".join(text[:_LONGEST].split()))
        return " ".join("".join(filter(self._draws, composed)).split()) or NOTHING

    def _draws(self, letter: str) -> bool:
        left_out = unicodedata.category(letter).startswith(_LEFT_OUT)
        return not left_out and _face(self.bold).get_char_index(ord(letter)) > 0

    def width(self, text: str) -> float:
        """The width of clean text."""
        return sum(map(self._width, text))

    def _width(self, letter: str) -> float:
        return _ems(letter, self.bold) * self.size

    def fit(self, text: str, width: float) -> str:
        """Clean text, cut with an ellipsis where it is wider than `width`."""
        if self.width(text) <= width:
            return text
        ends = list(accumulate(map(self._width, text)))
        return text[: bisect_right(ends, width - self.width(ELLIPSIS))].rstrip() + ELLIPSIS

    def lines(self, text: str, width: float, at_most: int) -> list[str]:
        """The text in lines, broken between words; the last of `at_most` lines is cut."""
        lines: list[str] = []
        words = self.clean(text).split()
        while words and len(lines) < at_most - 1:
            count = self._words_that_fit(words, width)
            lines.append(self.fit(" ".join(words[:count]), width))
            words = words[count:]
        return [*lines, self.fit(" ".join(words), width)] if words else lines

    def _words_that_fit(self, words: list[str], width: float) -> int:
        count = 1
        while count < len(words) and self.width(" ".join(words[: count + 1])) <= width:
            count += 1
        return count


@cache
def _file(bold: bool) -> Path:  # noqa: FBT001 - the key of a cache
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _face(bold: bool) -> FT2Font:  # noqa: FBT001 - the key of a cache
    face = FT2Font(_file(bold))
    face.set_size(_EM, 72)
    return face


@cache
def _ems(letter: str, bold: bool) -> float:  # noqa: FBT001 - the key of a cache
    glyph = _face(bold).load_char(ord(letter), LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / _FIXED_POINT / _EM


def number(count: int) -> str:
    """In digits, the thousands set apart by a narrow space, as every language reads it."""
    return f"{count:,}".replace(",", "\u202f")
