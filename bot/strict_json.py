"""The one JSON parser of every way in: what it lets through can be stored in PostgreSQL and SQLite as it stands.

RFC 8259, and stricter: no NaN or Infinity, no lone surrogate (orjson refuses these), no NUL, no deep nesting.
"""

from typing import Any

import orjson

from bot.errors import JSONInvalid, PayloadTooLarge

REST_LIMIT = 64 * 1024
SEND_DATA_LIMIT = 4_096
MAX_DEPTH = 10


def parse(text: bytes, *, limit: int) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value in `text`.

    Raises PayloadTooLarge over `limit` bytes, JSONInvalid for what is not JSON or cannot be stored.
    """
    if len(text) > limit:
        raise PayloadTooLarge(limit)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise JSONInvalid("not valid JSON in UTF-8") from None
    if _looks_deep(text) and _depth(value) > MAX_DEPTH:
        raise JSONInvalid(f"nested deeper than {MAX_DEPTH} levels")
    if b"\\u0000" in text and _has_nul(value):
        raise JSONInvalid("contains the character U+0000")
    return value


def _looks_deep(text: bytes) -> bool:
    # Counting brackets is cheap; only a text that has many is walked.
    return text.count(b"{") + text.count(b"[") > MAX_DEPTH


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level := [child for parent in level for child in _children(parent)]:
        deepest += 1
    return deepest


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) or [None]
    return (value or [None]) if isinstance(value, list) else []


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))
