"""Letters of DejaVu Sans, which comes with matplotlib: what can be drawn, how wide it is, how it is cut to fit.

The unit is a point; on a phone that shows the picture 360 px wide it is one pixel.
"""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

ELLIPSIS = "…"
NOTHING = "—"
# Far more than fits into a line; keeps a long answer cheap.
_LONGEST = 300
# Control, format, private, unassigned; accents that stand alone, which can be heaped up.
_LEFT_OUT = ("C", "Mn", "Me")
_MEASURED_AT = 216
_FIXED_POINT = 64


@dataclass(frozen=True)
class Letters:
    """One face in one size."""

    size: float
    bold: bool = False

    @cached_property
    def path(self) -> Path:
        """The font's file."""
        return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if self.bold else ''}.ttf"

    @cached_property
    def properties(self) -> FontProperties:
        """The face and size, for matplotlib."""
        return FontProperties(fname=self.path, size=self.size)

    @cached_property
    def _font(self) -> FT2Font:
        font = FT2Font(self.path)
        font.set_size(self.size, _MEASURED_AT)
        return font

    def clean(self, text: str) -> str:
        """What of it the font can draw, on one line; "—" when that is nothing."""
        composed = unicodedata.normalize("NFC", " ".join(text[:_LONGEST].split()))
        return " ".join("".join(filter(self._draws, composed)).split()) or NOTHING

    def _draws(self, letter: str) -> bool:
        return not unicodedata.category(letter).startswith(_LEFT_OUT) and bool(self._font.get_char_index(ord(letter)))

    def width(self, text: str) -> float:
        """The width of clean text."""
        self._font.set_text(text)
        return self._font.get_width_height()[0] / _FIXED_POINT * 72 / _MEASURED_AT

    def fit(self, text: str, width: float) -> str:
        """Clean text, cut with an ellipsis where it is wider than `width`."""
        if self.width(text) <= width:
            return text
        fitting = bisect_right(range(len(text)), width, key=lambda count: self.width(text[:count] + ELLIPSIS))
        return text[: max(fitting - 1, 0)].rstrip() + ELLIPSIS

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


def number(count: int) -> str:
    """In digits, the thousands set apart by a narrow space, as every language reads it."""
    return f"{count:,}".replace(",", "\u202f")
