"""Parameters of one Bot API call, read from any of the encodings the Bot API takes ("Making requests").

Telegram itself reads a wrong number as 0 and goes on; the sandbox refuses it, because it is always a bug of the caller.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, StreamReader
from multidict import CIMultiDictProxy

from sandbox.errors import ApiError, Json, bad_request

MAX_BODY = 50 * 1024 * 1024
_INTEGER = re.compile(r"-?\d{1,19}")
_BOOLEANS = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart/form-data body."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters by name. Values are strings, or JSON values when the body was JSON; null means absent."""

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A String; a JSON number is taken as its text, as Telegram does."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool | list | dict):
            raise bad_request(f'field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """An Integer, as a number or in decimal digits."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not _INTEGER.fullmatch(str(value).strip()):
            raise bad_request(f'field "{name}" must be of type Number')
        return int(value)

    def clamped(self, name: str, default: int, lowest: int, highest: int) -> int:
        """An Integer moved into its range without an error, as Telegram does for limits and timeouts."""
        return max(lowest, min(highest, self.integer(name, default)))

    def boolean(self, name: str) -> bool:
        """A Boolean: true, false, 1, 0, yes, no."""
        known = _BOOLEANS.get(str(self.values.get(name, "") or "").strip().lower())
        if known is None:
            raise bad_request(f'field "{name}" must be of type Boolean')
        return known

    def decoded(self, name: str, what: str) -> Any:  # noqa: ANN401 - whatever JSON was sent; each method checks it
        """A JSON-serialised object or array; None when absent. `what` names it in the error."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return _storable(json.loads(value))
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {what} JSON object") from None

    def file(self, name: str) -> Upload | str | None:
        """A file: an upload (also by `attach://part`), or a file_id or URL as text."""
        if name in self.files:
            return self.files[name]
        value = self.text(name)
        return self.files.get(value.removeprefix("attach://"), value) if value else None

    def logged(self) -> Json:
        """What the call log keeps: no secret, and of a file its name and size only."""
        shown = {name: "***" if name == "secret_token" else value for name, value in self.values.items()}
        return shown | {name: {"file_name": f.name, "file_size": len(f.data)} for name, f in self.files.items()}


class Message(Protocol):
    """What an aiohttp request and an aiohttp client's response have in common."""

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """Of the message."""

    @property
    def content(self) -> StreamReader:
        """The body."""

    @property
    def content_type(self) -> str:
        """Without its parameters."""


async def read_params(message: Message, query: Iterable[tuple[str, str]] = ()) -> Params:
    """The parameters of the query string and of a JSON, urlencoded or multipart body; 400, 413."""
    if int(message.headers.get("Content-Length", 0)) > MAX_BODY:
        raise ApiError(413, "Request Entity Too Large")
    values: Json = dict(query)
    if message.content_type == "multipart/form-data":
        return await _multipart(message, values)
    body = await message.content.read()
    if message.content_type == "application/json":
        values |= _json_object(body)
    elif message.content_type == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl(_utf8(body), keep_blank_values=True))
    return Params(values)


def _json_object(body: bytes) -> Json:
    try:
        decoded = json.loads(_utf8(body)) if body else {}
    except (ValueError, RecursionError):
        raise bad_request("can't parse request body as JSON") from None
    if not isinstance(decoded, dict):
        raise bad_request("request body must be a JSON object")
    return _storable(decoded)


def _storable[T](decoded: T) -> T:
    """The value itself; 400 for a lone surrogate, which JSON can write and UTF-8 cannot."""
    try:
        json.dumps(decoded, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return decoded


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


async def _multipart(message: Message, values: Json) -> Params:
    files: dict[str, Upload] = {}
    try:
        async for part in MultipartReader(message.headers, message.content):
            if not isinstance(part, BodyPartReader) or not part.name:
                continue
            data = bytes(await part.read(decode=True))
            if part.filename is None:
                values[part.name] = _utf8(data)
            else:
                files[part.name] = Upload(part.filename, part.headers.get("Content-Type", ""), data)
    except ValueError:
        raise bad_request("can't parse multipart/form-data body") from None
    return Params(values, files)
