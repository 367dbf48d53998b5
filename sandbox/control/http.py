"""What every control route shares: reading a body, finding who is meant, JSON answers and errors."""

import math
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.api import BotApi
from sandbox.delivery import Delivery
from sandbox.errors import ControlError, Json
from sandbox.state import Chat, User, World

API = web.AppKey("sandbox_api", BotApi)
DELIVERY = web.AppKey("sandbox_delivery", Delivery)
LONGEST_WAIT = 60.0


class Body:
    """A JSON body whose fields are read by type; ControlError names a wrong one."""

    def __init__(self, fields: Json) -> None:
        self.fields = fields

    def get[T](self, name: str, kind: type[T], default: T | None = None) -> T:
        """A required field, or an optional one with its default."""
        value = self.fields.get(name, default)
        if value is None:
            raise ControlError(f"field {name} is missing")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ControlError(f"field {name} must be a {kind.__name__}")
        return value

    def seconds(self, name: str) -> float:
        """How long to wait, 0 to 60."""
        value = self.fields.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlError(f"field {name} must be a number of seconds")
        return min(value, LONGEST_WAIT)

    def optional[T](self, name: str, kind: type[T]) -> T | None:
        """A field, None without it."""
        return self.get(name, kind) if self.has(name) else None

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(name) is not None


async def read_body(request: web.Request) -> Body:
    """The body as fields, none when there is no body; ControlError when it is no JSON object."""
    try:
        fields = await request.json() if request.can_read_body else {}
    except ValueError:
        raise ControlError("the body is not JSON") from None
    if not isinstance(fields, dict):
        raise ControlError("the body must be a JSON object")
    return Body(fields)


def world_of(request: web.Request) -> World:
    """The world this server shows."""
    return request.app[API].world


def query_number(request: web.Request, name: str, default: float) -> float:
    """A number of the query string; ControlError when it is none."""
    try:
        number = float(request.query.get(name, default))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ControlError(f"query parameter {name} must be a number")
    return number


def find_user(request: web.Request) -> User:
    """The user of the path; ControlError 404."""
    user = world_of(request).users.get(int(request.match_info["user_id"]))
    if user is None:
        raise ControlError("no such user", 404)
    return user


def find_chat(world: World, chat_id: int) -> Chat:
    """A chat by its id; ControlError 404."""
    if chat_id not in world.chats:
        raise ControlError(f"no such chat: {chat_id}", 404)
    return world.chats[chat_id]


def as_json(route: Callable[[web.Request], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A route that returns JSON, as an aiohttp handler."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await route(request))
        except ControlError as error:
            return web.json_response({"error": str(error)}, status=error.status)

    return handle
