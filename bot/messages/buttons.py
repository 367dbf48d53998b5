"""Buttons and what they carry: at most 64 bytes (Bot API, InlineKeyboardButton.callback_data)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from pydantic import Field

from bot.services import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BIGGEST = 2**63 - 1  # what a database takes for a number; a client may send any
_MOST_DIGITS = 18
_FORM_PARTS = 3  # of an older release's button

type Row = Sequence[InlineKeyboardButton]

FormVerb = Literal[
    "card", "approve", "reject", "because", "typed", "changes", "send", "words", "answers", "history", "ask", "undo"
]
ListVerb = Literal[
    "home", "page", "status", "ticket", "date", "set", "open", "review", "skip", "bulk", "yes", "export", "file",
    "lost", "retry", "hide", "dismiss",
]  # fmt: skip


class FormPress(CallbackData, prefix="f"):
    """A button about one form; `arg`: a reason's key, a set of fields, a page; `seen`: the version that was shown."""

    verb: FormVerb
    form: Annotated[int, Field(ge=0, le=_BIGGEST)]
    arg: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{0,40}$")] = ""
    seen: Annotated[int, Field(ge=0, le=_BIGGEST)] | None = None

    @classmethod
    def unpack(cls, value: str) -> Self:
        """See CallbackData.unpack; the buttons of an older release tell no version."""
        return super().unpack(value if value.count(":") > _FORM_PARTS else f"{value}:")


class ListPress(CallbackData, prefix="l"):
    """A button of the list; `name` is its saved filter, `arg` a place, a form, a choice."""

    verb: ListVerb
    name: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{0,11}$")] = ""
    arg: Annotated[str, Field(max_length=64)] = ""


def button(text: str, press: CallbackData) -> InlineKeyboardButton:
    """A button that tells the bot of its press."""
    return InlineKeyboardButton(text=text, callback_data=press.pack())


def keyboard(rows: Iterable[Row]) -> InlineKeyboardMarkup:
    """Rows of buttons, empty ones left out."""
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Row]:
    """Buttons in rows of so many."""
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def to_base36(number: int) -> str:
    """A number >= 0 in few characters."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def pack_position(position: Position) -> str:
    """A place in the list, in at most 24 characters."""
    if position.submitted_at is None:
        return to_base36(position.id)
    micros = (position.submitted_at - _EPOCH) // timedelta(microseconds=1)
    return f"{to_base36(position.id)}.{to_base36(micros)}"


def unpack_position(text: str) -> Position | None:
    """The place that `pack_position` told; None for any other text."""
    number, _, micros = text.partition(".")
    try:
        moment = _EPOCH + timedelta(microseconds=int(micros, 36)) if micros else None
        place = Position(int(number, 36), moment)
    except (ValueError, OverflowError):
        return None
    return place if 0 <= place.id <= _BIGGEST else None


def unpack_number(text: str) -> int | None:
    """The whole number that the text is; None for any other text."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def pack_chosen(chosen: Iterable[int]) -> str:
    """A set of small numbers: bits of one."""
    return to_base36(sum(1 << index for index in set(chosen)))


def unpack_chosen(text: str) -> frozenset[int]:
    """The set that `pack_chosen` told; empty for any other text."""
    try:
        bits = int(text or "0", 36)
    except ValueError:
        return frozenset()
    return frozenset(index for index in range(bits.bit_length()) if bits >> index & 1)
