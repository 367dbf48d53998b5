"""Errors in Telegram's own shape (Bot API, "Making requests") and in the control API's."""

from typing import Any

type Json = dict[str, Any]


class ApiError(Exception):
    """A Bot API call that is refused: `code` is both the HTTP status and `error_code`."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> Json:
        """`{"ok": false, "error_code", "description"}`, with `parameters.retry_after` where there is one."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class ConnectionDroppedError(Exception):
    """The fault switch asks that the connection be closed without an answer."""


class ControlError(Exception):
    """A request to the control API that cannot be done; `status` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def bad_request(reason: str) -> ApiError:
    """400."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """403."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409."""
    return ApiError(409, f"Conflict: {reason}")


def unauthorized() -> ApiError:
    """401, for a wrong token."""
    return ApiError(401, "Unauthorized")


def not_found() -> ApiError:
    """404, for an unknown method."""
    return ApiError(404, "Not Found")


def too_many_requests(retry_after: int) -> ApiError:
    """429 with the seconds to wait (Bot API, ResponseParameters)."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def blocked() -> ApiError:
    """403, from a user who has blocked the bot."""
    return forbidden("bot was blocked by the user")
