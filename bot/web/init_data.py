"""initData: what a mini-app knows of its user, signed by Telegram.

Source: core.telegram.org/bots/webapps, "Validating data received via the Mini App".
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from bot.errors import JSONInvalid, PayloadTooLarge
from bot.services import UserRecord
from bot.strict_json import parse
from bot.submission import is_user_id
from bot.web.errors import InitDataInvalid

MAX_AGE = timedelta(hours=24)
MAX_SKEW = timedelta(seconds=60)
MAX_LENGTH = 8_192


class InitDataVerifier:
    """Checks initData of one bot."""

    def __init__(self, token: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._key = hmac.digest(b"WebAppData", token.encode(), "sha256")
        self._now = now

    def verify(self, init_data: str) -> UserRecord:
        """The user who opened the mini-app; raises InitDataInvalid."""
        fields = _fields(init_data)
        self._check_signature(fields)
        self._check_age(fields.get("auth_date", ""))
        return _user(fields.get("user", ""))

    def _check_signature(self, fields: dict[str, str]) -> None:
        given = fields.pop("hash", "")
        # `hash` alone is left out: `signature` and unknown fields stay in.
        text = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
        expected = hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise InitDataInvalid("the signature is not this bot's")

    def _check_age(self, auth_date: str) -> None:
        if not (auth_date.isascii() and auth_date.isdigit() and len(auth_date) <= 12):  # noqa: PLR2004 - year 33658
            raise InitDataInvalid("auth_date is missing")
        age = timedelta(seconds=self._now().timestamp() - int(auth_date))
        if age > MAX_AGE:
            raise InitDataInvalid("older than 24 hours: open the page anew")
        if age < -MAX_SKEW:
            raise InitDataInvalid("auth_date lies in the future")


def _fields(init_data: str) -> dict[str, str]:
    if len(init_data) > MAX_LENGTH:
        raise InitDataInvalid("not initData")
    try:
        init_data.encode()  # a header's bytes that are no UTF-8 have come as lone surrogates
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=32)
    except ValueError:
        raise InitDataInvalid("not initData") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InitDataInvalid("a field stands twice")
    return fields


def _user(text: str) -> UserRecord:
    try:
        user = parse(text.encode("utf-8", "surrogatepass"), limit=MAX_LENGTH)
    except (JSONInvalid, PayloadTooLarge):
        user = None
    if not isinstance(user, dict) or not is_user_id(user.get("id")):
        raise InitDataInvalid("user is missing")
    names = {name: user.get(name) for name in ("first_name", "last_name", "username", "language_code")}
    return UserRecord(user["id"], **{name: value for name, value in names.items() if isinstance(value, str)})
