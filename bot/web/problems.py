"""Errors as `application/problem+json` (RFC 9457); nothing leaves the server as a traceback."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from bot.errors import (
    AnswersInvalid,
    DatabaseUnavailable,
    Forbidden,
    FormNotFound,
    IdempotencyKeyReused,
    JSONInvalid,
    PayloadTooLarge,
    QuestionnaireClosed,
    TransitionNotAllowed,
    VersionStale,
)
from bot.metrics import REQUESTS
from bot.web.errors import BadRequest, TooManyRequests, Unauthorized, UnsupportedMediaType

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457, section 3.1, and for answers `errors`: field path → codes."""

    status: int
    type: str
    title: str
    detail: str = ""
    errors: Mapping[str, Sequence[str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """The problem as a response."""
        body: dict[str, Any] = {
            "type": f"urn:bal-bot:problem:{self.type}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
        }
        if self.errors is not None:
            body["errors"] = self.errors
        return web.Response(
            body=orjson.dumps(body), status=self.status, content_type=CONTENT_TYPE, headers=dict(self.headers)
        )


def problem_of(error: Exception) -> Problem | None:  # noqa: PLR0911, PLR0912, C901 - the one table of errors
    """The problem that an error stands for; None for an error that nobody foresaw."""
    match error:
        case JSONInvalid(reason=reason):
            return Problem(400, "invalid-json", "The body is not JSON that can be stored", reason)
        case BadRequest():
            return Problem(400, "bad-request", "The request cannot be read", str(error))
        case Unauthorized(reason=reason):
            headers = {"WWW-Authenticate": 'tma realm="bal-bot", Bearer realm="bal-bot"'}
            return Problem(401, "unauthorized", "No valid authorisation", reason, headers=headers)
        case Forbidden():
            return Problem(403, "forbidden", "Not allowed for you", str(error))
        case FormNotFound():
            return Problem(404, "not-found", "No such form")
        case TransitionNotAllowed(current=current, wanted=wanted):
            return Problem(
                409, "transition-not-allowed", "Not from this status", f"{current} does not lead to {wanted}"
            )
        case QuestionnaireClosed(code=code):
            return Problem(409, "questionnaire-closed", "Forms are not taken now", code)
        case VersionStale(current=current):
            return Problem(412, "version-stale", "The form has changed since it was read", f"its version is {current}")
        case PayloadTooLarge(limit=limit):
            return Problem(413, "payload-too-large", "The body is too large", f"at most {limit} bytes")
        case UnsupportedMediaType():
            return Problem(
                415, "unsupported-media-type", "The body must be JSON", "send Content-Type: application/json"
            )
        case AnswersInvalid(errors=errors):
            return Problem(422, "answers-invalid", "The answers break the questionnaire", errors=errors)
        case IdempotencyKeyReused():
            return Problem(422, "idempotency-key-reused", "This Idempotency-Key came before with another request")
        case TooManyRequests(retry_after=seconds):
            headers = {"Retry-After": str(seconds)}
            return Problem(429, "too-many-requests", "Too many requests", f"wait {seconds} s", headers=headers)
        case DatabaseUnavailable() | TimeoutError():
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return Problem(503, "unavailable", "Try again in a moment", headers=headers)
        case web.HTTPException() if error.status >= 400:  # noqa: PLR2004 - where errors begin (RFC 9110, 15)
            headers = {name: value for name, value in error.headers.items() if name in ("Allow", "Retry-After")}
            return Problem(error.status, error.reason.lower().replace(" ", "-"), error.reason, headers=headers)
        case _:
            return None


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def problems_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into problems, and count what was answered."""
    response = await _answered(request, handler)
    REQUESTS.labels(request.method, response.status).inc()
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as error:
        if isinstance(error, web.HTTPException) and error.status < 400:  # noqa: PLR2004 - a redirect is no error
            raise
        problem = problem_of(error)
        if problem is None:
            log.error("%s %s", request.method, request.rel_url.path, exc_info=error)
            problem = Problem(500, "internal", "Something went wrong on our side")
        return problem.response()
