"""What a request says, read strictly: its body, its keys, its query; and a form as JSON."""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import orjson
from aiohttp import web

from bot import strict_json
from bot.errors import AnswersInvalid, PayloadTooLarge
from bot.services import EventRecord, FormRecord, Page, RequestKey
from bot.submission import MAX_USER_ID, Submission, read
from bot.web.auth import Caller
from bot.web.errors import BadRequest, UnsupportedMediaType

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
_KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?")


async def read_submission(request: web.Request) -> tuple[Submission, bytes]:
    """The body as a submission, and its bytes."""
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    if (request.content_length or 0) > strict_json.REST_LIMIT:
        raise PayloadTooLarge(strict_json.REST_LIMIT)
    body = await _read(request)
    return read(strict_json.parse(body, limit=strict_json.REST_LIMIT)), body


async def _read(request: web.Request) -> bytes:
    # Chunked bodies tell no length: read no further than the limit.
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > strict_json.REST_LIMIT:
                raise PayloadTooLarge(strict_json.REST_LIMIT)
    except web.RequestPayloadError:
        raise BadRequest("the body is not encoded as its headers say") from None
    return bytes(body)


def request_key(request: web.Request, caller: Caller, body: bytes) -> RequestKey | None:
    """The Idempotency-Key of a request, scoped to its actor."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise BadRequest("Idempotency-Key: 1 to 255 visible ASCII characters")
    scope = f"urn:bal-bot:{caller.actor.role}:{caller.actor.id}:{key}"
    told = f"{request.method} {request.path.rstrip('/')}\n".encode() + body
    return RequestKey(uuid5(NAMESPACE_URL, scope), hashlib.sha256(told).hexdigest(), keeps_answer=True)


def submission_key(submission: Submission) -> RequestKey:
    """Without an Idempotency-Key the body's `submission_id` tells a request from its repetition."""
    return RequestKey(submission.submission_id or uuid4(), submission.digest)


def expected_versions(request: web.Request) -> frozenset[int] | None:
    """The versions that If-Match allows (RFC 9110, 13.1.1); None when any will do."""
    if request.headers.get("If-Match", "*").strip() == "*":
        return None
    tags = request.if_match or ()
    return frozenset(int(tag.value) for tag in tags if not tag.is_weak and re.fullmatch(r"[0-9]{1,9}", tag.value))


def limit_of(request: web.Request) -> int:
    """`limit`: 1 to 100."""
    text = request.query.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"-?[0-9]+", text):
        raise AnswersInvalid({"limit": ["not_an_integer"]})
    limit = -1 if text.startswith("-") else number(text)
    if not 1 <= limit <= MAX_LIMIT:
        raise AnswersInvalid({"limit": ["too_small" if limit < 1 else "too_big"]})
    return limit


def cursor_of(request: web.Request) -> int | None:
    """`cursor`: what an earlier page gave as `next`."""
    text = request.query.get("cursor")
    if not text:
        return None
    try:
        digits = urlsafe_b64decode(text.encode() + b"==").decode("ascii")
    except ValueError:
        digits = ""
    if not re.fullmatch(r"[0-9]+", digits):
        raise AnswersInvalid({"cursor": ["not_a_cursor"]})
    return number(digits)


def number_of(request: web.Request, name: str) -> int:
    """A number in the path."""
    return number(request.match_info[name])


def number(digits: str) -> int:
    """Digits as a number; one that no id can have is as good as unknown, and int() refuses 4,300 digits."""
    return min(int(digits), MAX_USER_ID) if len(digits) <= len(str(MAX_USER_ID)) else MAX_USER_ID


def form_json(form: FormRecord) -> dict[str, Any]:
    """A form as the API shows it."""
    return {
        "id": form.id,
        "user_id": form.user_id,
        "form_data": form.form_data,
        "status": form.status,
        "source": form.source,
        "questionnaire": form.questionnaire,
        "questionnaire_version": form.questionnaire_version,
        "version": form.version,
        "created_at": form.created_at,
        "updated_at": form.updated_at,
        "submitted_at": form.submitted_at,
    }


def reviewed_json(form: FormRecord, decisions: Mapping[int, EventRecord]) -> dict[str, Any]:
    """A form, with the decision it stands under if there is one: what was decided and why, never by whom."""
    event = decisions.get(form.id)
    # Somebody may have been quicker than the second look at the database.
    if event is None or event.to_status != form.status:
        return form_json(form)
    details = event.details or {}
    review = {
        "status": event.to_status,
        "note": event.note,
        "reason": details.get("reason"),
        "fields": details.get("fields") or [],
        "at": event.at,
    }
    return form_json(form) | {"review": review}


def json_response(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON; times in UTC with `Z`."""
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def form_response(form: FormRecord, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """One form with its ETag."""
    return json_response(form_json(form), status=status, headers=etag(form) | (headers or {}))


def etag(form: FormRecord) -> dict[str, str]:
    """RFC 9110, 8.8.3: the form's version."""
    return {"ETag": f'"{form.version}"'}


def page_response(page: Page, decisions: Mapping[int, EventRecord] | None = None) -> web.Response:
    """A list of forms and the cursor to go on with; with `decisions` forms have their `review`."""
    cursor = None if page.next is None else urlsafe_b64encode(str(page.next).encode()).decode().rstrip("=")
    shown = [form_json(form) if decisions is None else reviewed_json(form, decisions) for form in page.items]
    return json_response({"items": shown, "next": cursor})
