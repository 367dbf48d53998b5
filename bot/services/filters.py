"""A filter of the list as JSON, and the short name under which it is kept."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from db.forms import FormFilter

_ID_BYTES = 8
_MOMENTS = ("since", "until")


def as_json(wanted: FormFilter) -> dict[str, Any]:
    """The filter as JSON, what is not asked for left out."""
    told = {name: value for name, value in asdict(wanted).items() if value not in (None, ())}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


def from_json(content: Mapping[str, Any]) -> FormFilter:
    """The filter that `as_json` told."""
    moments = {name: datetime.fromisoformat(content[name]) for name in _MOMENTS if name in content}
    return FormFilter(**{**content, **moments, "words": tuple(content.get("words", ()))})


def filter_id(content: Mapping[str, Any]) -> str:
    """A short name made of the content."""
    digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()[:_ID_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")
