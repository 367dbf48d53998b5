"""parse_mode HTML, as strict as Telegram (Bot API, "Formatting options", HTML style).

Offsets in errors are bytes of UTF-8, offsets and lengths of entities are UTF-16 code units, as Telegram counts them.
"""

import re
from dataclasses import dataclass, field

from sandbox.entities import utf16_length
from sandbox.errors import ApiError, Json, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_SURROGATES = range(0xD800, 0xE000)
_CHARACTERS = range(1, 0x10FFFF)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<dec>[0-9]+))|(?P<name>[A-Za-z]+));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE = re.compile(r"[^\s=>]*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_URL = re.compile(r"(?P<scheme>https?|tg|ton|mailto|tel)(://|:)\S+|[^\s/:]+\.[^\s/:]+\S*", re.IGNORECASE)


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The plain text and its MessageEntity objects; ApiError 400 "can't parse entities: …"."""
    return _Parser(source).parse()


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    index: int
    attributes: dict[str, str]


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    units: int = 0
    text: list[str] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._end_tag()
            elif self.source[self.at] == "<":
                self._start_tag()
            else:
                self._emit(self._character())
        if self.stack:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.text), self.entities

    def _emit(self, text: str) -> None:
        self.text.append(text)
        self.units += utf16_length(text)

    def _character(self) -> str:
        """The next character, or what a reference such as &lt; stands for."""
        if match := _REFERENCE.match(self.source, self.at):
            decoded = _decode(match)
            if decoded is not None:
                self.at = match.end()
                return decoded
        self.at += 1
        return self.source[self.at - 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._take(_TAG_NAME).lower()
        if self.at >= len(self.source):
            raise self._broken_at("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self._broken_at(f'Unsupported start tag "{tag}"', begin)
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._broken_at('Tag "span" must have class "tg-spoiler"', begin)
        self.stack.append(_Open(tag, self.units, len(self.text), attributes))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._take(_SPACE)
            if self._next() in ("", ">"):
                break
            name = self._take(_ATTRIBUTE).lower()
            if not name:
                raise self._broken_at(f'Empty attribute name in the tag "{tag}"', begin)
            found[name] = self._attribute_value(tag, begin)
        if not self._next():
            raise self._broken_at("Unclosed start tag", begin)
        self.at += 1
        return found

    def _attribute_value(self, tag: str, begin: int) -> str:
        self._take(_SPACE)
        if self._next() != "=":
            return ""
        self.at += 1
        self._take(_SPACE)
        if not self._next():
            raise self._broken_at(f'Unclosed start tag "{tag}"', begin)
        return self._quoted(begin) if self._next() in "\"'" else self._bare()

    def _bare(self) -> str:
        begin = self.at
        token = self._take(_TOKEN)
        if not (self._next() == ">" or self._next().isspace()):
            raise self._broken_at("Unexpected end of name token", begin)
        return token.lower()

    def _quoted(self, begin: int) -> str:
        quote, value = self._next(), ""
        self.at += 1
        while self._next() != quote:
            if not self._next():
                raise self._broken_at("Unclosed start tag", begin)
            value += self._character()
        self.at += 1
        return value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.stack:
            raise self._broken_at("Unexpected end tag", begin)
        self.at += 2
        tag = self._take(_TAG_NAME).lower()
        self._take(_SPACE)
        if self._next() != ">":
            raise self._broken_at("Unclosed end tag", begin)
        self.at += 1
        opened = self.stack.pop()
        if tag and tag != opened.tag:
            place = self._broken_at("Unmatched end tag", begin).description
            raise ApiError(400, f'{place}, expected "</{opened.tag}>", found "</{tag}>"')
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = _entity(opened, "".join(self.text[opened.index :]))
        entity |= {"offset": opened.offset, "length": self.units - opened.offset}
        if not entity["length"] or not entity["type"]:
            return
        if self._joins_pre_and_code(entity):
            return
        self.entities.append(entity)

    def _joins_pre_and_code(self, outer: Json) -> bool:
        """`<pre><code class="language-x">` and the reverse are one `pre` with a language."""
        inner = self.entities[-1] if self.entities else {}
        if {outer["type"], inner.get("type")} != {"pre", "code"}:
            return False
        language = outer.get("language") or inner.get("language")
        if not language or (inner["offset"], inner["length"]) != (outer["offset"], outer["length"]):
            return False
        inner.update(type="pre", language=language)
        return True

    def _next(self) -> str:
        return self.source[self.at : self.at + 1]

    def _broken_at(self, reason: str, index: int) -> ApiError:
        return _broken(f"{reason} at byte offset {len(self.source[:index].encode('utf-8', 'surrogatepass'))}")


def _decode(match: re.Match[str]) -> str | None:
    """The character of a reference; None when it is to stay as it is written."""
    if match["name"]:
        return _NAMED.get(match["name"])
    code = int(match["hex"], 16) if match["hex"] else int(match["dec"][:9])
    if code in _SURROGATES:
        raise _broken(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code) if code in _CHARACTERS else None


def _entity(opened: _Open, text: str) -> Json:
    """The MessageEntity of a closed tag, without its place; type "" where Telegram makes none."""
    kind, attributes = TAGS[opened.tag], opened.attributes
    if kind == "text_link":
        return _link(attributes.get("href") or text)
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": _emoji_id(attributes.get("emoji-id", ""))}
    if kind == "date_time":
        return _date_time(attributes)
    if kind == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    language = attributes.get("class", "").removeprefix("language-") if opened.tag == "code" else ""
    return {"type": kind, "language": language} if language else {"type": kind}


def _link(url: str) -> Json:
    match = _URL.fullmatch(url)
    if not match:
        return {"type": ""}
    return {"type": "text_link", "url": url if match["scheme"] else f"http://{url}"}


def _date_time(attributes: dict[str, str]) -> Json:
    if not re.fullmatch(r"\d{1,10}", attributes.get("unix", "")):
        raise _broken("Invalid date and time specified")
    entity: Json = {"type": "date_time", "unix_time": int(attributes["unix"])}
    return entity | ({"date_time_format": attributes["format"]} if attributes.get("format") else {})


def _emoji_id(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,18}", value):
        raise _broken("Invalid custom emoji identifier specified")
    return value


def _broken(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
