"""Text, numbers, dates, yes or no."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, override

from bot.questionnaire.codes import AnswerError
from bot.questionnaire.field import Cell, Condition, Field, Kind, Value, Words
from bot.questionnaire.table import Table
from bot.questionnaire.texts import one_line, paragraphs

BIGGEST = 10**9
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_INTEGER = re.compile(r"([+-]?)0*(\d+)")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_ENOUGH_DIGITS = 12  # more of them cannot bring a number back under BIGGEST, and int() refuses 4,300


class Text(Field):
    """One line. Lengths are counted in characters."""

    type = "text"
    usual_length: ClassVar[int] = 200
    longest: ClassVar[int] = 500

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        names, defaults = ("min_length", "max_length"), (0, self.usual_length)
        self.min_length, self.max_length = table.integers(names, defaults, (0, self.longest))

    @override
    def accept(self, value: object) -> str | None:
        """Raises AnswerError: not_text, bad_characters, too_long, too_short."""
        text = self.tidy(value)
        if len(text) > self.max_length:
            raise AnswerError("too_long")
        if text and len(text) < self.min_length:
            raise AnswerError("too_short")
        return text or None

    def tidy(self, value: object) -> str:
        """As it is stored; raises AnswerError: not_text, bad_characters."""
        return one_line(value)

    @override
    def limits(self) -> dict[str, int | str]:
        return {"min_length": self.min_length, "max_length": self.max_length}

    @override
    def schema(self) -> dict[str, Any]:
        limits = {"minLength": self.min_length, "maxLength": self.max_length}
        return super().schema() | {"type": "string"} | limits

    @override
    def search(self, value: object) -> str:
        return str(value)


class LongText(Text):
    """Several lines."""

    type = "long_text"
    usual_length = 2000
    longest = 4000

    @override
    def tidy(self, value: object) -> str:
        return paragraphs(value)


class Integer(Field):
    """A whole number, or its digits as text (from the chat); 2.0 is not one."""

    type = "integer"
    kind: ClassVar[Kind] = "integer"
    how = "number"

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        allowed = (-BIGGEST, BIGGEST)
        self.min, self.max = table.integers(("min", "max"), allowed, allowed)
        self.step = table.integer("step", 1, (1, BIGGEST))

    @override
    def accept(self, value: object) -> int | None:
        """Raises AnswerError: not_an_integer, too_small, too_big, wrong_step."""
        if isinstance(value, str):
            value = _digits(value)
            if value is None:
                return None
        if type(value) is not int:
            raise AnswerError("not_an_integer")
        if not self.min <= value <= self.max:
            raise AnswerError("too_small" if value < self.min else "too_big")
        if (value - self.min) % self.step:
            raise AnswerError("wrong_step")
        return value

    @override
    def limits(self) -> dict[str, int | str]:
        return {"min": self.min, "max": self.max, "step": self.step}

    @override
    def schema(self) -> dict[str, Any]:
        # multipleOf counts from 0, a step from the minimum.
        step = {"multipleOf": self.step} if self.step > 1 and self.min % self.step == 0 else {}
        return super().schema() | {"type": "integer", "minimum": self.min, "maximum": self.max} | step

    @override
    def cell(self, value: object, language: str) -> Cell:
        return value if type(value) is int else super().cell(value, language)


def _digits(value: str) -> int | None:
    text = one_line(value)
    if not text:
        return None
    match = _INTEGER.fullmatch(text)
    if match is None:
        raise AnswerError("not_an_integer")
    return int(match[1] + match[2][:_ENOUGH_DIGITS])


class Boolean(Field):
    """Yes or no: JSON's true or false."""

    type = "boolean"
    kind: ClassVar[Kind] = "boolean"
    how = "one"
    ready = (True, False)
    buttons: ClassVar[Mapping[bool, str]] = MappingProxyType({True: "fill-yes", False: "fill-no"})

    @override
    def accept(self, value: object) -> bool:
        """Raises AnswerError: not_a_boolean."""
        if not isinstance(value, bool):
            raise AnswerError("not_a_boolean")
        return value

    @override
    def schema(self) -> dict[str, Any]:
        return super().schema() | {"type": "boolean"}

    @override
    def option(self, value: Value, language: str, words: Words) -> str:
        return words(self.buttons[value is True])

    @override
    def cell(self, value: object, language: str) -> Cell:
        return value if isinstance(value, bool) else super().cell(value, language)

    @override
    def counted(self, text: str) -> list[str | bool]:
        return [text in ("true", "1")]


class Consent(Boolean):
    """An agreement to the label's words, `text_version` of them; a required one must be given."""

    type = "consent"
    missing = "consent_required"
    buttons = MappingProxyType({True: "fill-agree", False: "fill-disagree"})

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        self.text_version = table.integer("text_version", 1, (1, BIGGEST))

    @override
    def answered(self, value: object) -> bool:
        return value is True

    @override
    def agreed(self, value: object) -> int | None:
        return self.text_version if value is True else None

    @override
    def describe(self) -> dict[str, Any]:
        return super().describe() | {"text_version": self.text_version}


class Date(Field):
    """A day: `2026-12-31` or `31.12.2026` in, ISO 8601 stored."""

    type = "date"
    kind: ClassVar[Kind] = "date"
    how = "date"

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        self.min_date, self.max_date = table.dates(("min_date", "max_date"), (FIRST_DAY, LAST_DAY))

    @override
    def accept(self, value: object) -> str | None:
        """Raises AnswerError: not_text, bad_characters, invalid_date, too_early, too_late."""
        text = one_line(value)
        if not text:
            return None
        day = _day(text)
        if day is None:
            raise AnswerError("invalid_date")
        if not self.min_date <= day <= self.max_date:
            raise AnswerError("too_early" if day < self.min_date else "too_late")
        return day.isoformat()

    @override
    def limits(self) -> dict[str, int | str]:
        return {"min_date": self.min_date.isoformat(), "max_date": self.max_date.isoformat()}

    @override
    def error_params(self) -> dict[str, int | str]:
        return {"min_date": f"{self.min_date:%d.%m.%Y}", "max_date": f"{self.max_date:%d.%m.%Y}"}

    @override
    def schema(self) -> dict[str, Any]:
        return super().schema() | {"type": "string", "format": "date"}

    @override
    def display(self, value: object, language: str, words: Words) -> str:
        day = _day(value)
        return day.strftime(words("answer-date")) if day else super().display(value, language, words)

    @override
    def cell(self, value: object, language: str) -> Cell:
        return _day(value) or super().cell(value, language)


def _day(value: object) -> date | None:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
