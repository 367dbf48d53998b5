"""Message entities that Telegram finds by itself: commands, mentions, links, addresses (Bot API, MessageEntity)."""

import re

from sandbox.errors import Json

_FOUND = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w))"
)


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, which is how Telegram counts text."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """`entities` and those found in `text`, by offset; nothing is looked for inside code and links."""
    taken = [e for e in entities if e["type"] in ("code", "pre", "text_link", "text_mention")]
    found = [e for e in (_entity(text, m) for m in _FOUND.finditer(text)) if not _inside(e, taken)]
    return sorted(entities + found, key=lambda e: (e["offset"], -e["length"]))


def _entity(text: str, match: re.Match[str]) -> Json:
    offset = utf16_length(text[: match.start()])
    return {"type": match.lastgroup, "offset": offset, "length": utf16_length(match.group())}


def _inside(entity: Json, others: list[Json]) -> bool:
    end = entity["offset"] + entity["length"]
    return any(entity["offset"] < o["offset"] + o["length"] and o["offset"] < end for o in others)
