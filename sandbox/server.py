"""The sandbox as an aiohttp application: the Bot API, files, and the control API."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass

from aiohttp import web

from sandbox.api import BotApi
from sandbox.control import ROUTES
from sandbox.control.http import API, DELIVERY
from sandbox.delivery import Delivery
from sandbox.errors import ApiError, ConnectionDroppedError, not_found, unauthorized
from sandbox.params import MAX_BODY, read_params
from sandbox.proxy import PROXIES, Proxies, Script
from sandbox.state import World

DEFAULT_TOKEN = "42:TEST"  # noqa: S105 - opens nothing but this sandbox


@dataclass(frozen=True)
class Sandbox:
    """Telegram with one bot: serve `app`; `api` gives the world, faults and calls to a test in the same process."""

    app: web.Application
    api: BotApi

    @property
    def world(self) -> World:
        """Users, chats, messages, updates."""
        return self.api.world


def create_sandbox(
    token: str = DEFAULT_TOKEN,
    *,
    username: str = "bal_sandbox_bot",
    retry_scale: float = 1.0,
    rate_limits: bool = False,
    script: str = "auto",
) -> Sandbox:
    """A fresh, empty Telegram with one bot.

    `retry_scale` multiplies the webhook's retry delays; `script` is whose telegram-web-app.js framed Mini Apps get:
    official, stand-in, or auto (the stand-in when telegram.org cannot be reached).
    ValueError when the token does not begin with an id.
    """
    if not token.partition(":")[0].isdecimal() or not token.partition(":")[2]:
        raise ValueError("a bot token looks like 42:TEST, the bot's id before the colon")
    api = BotApi(World(token, username))
    api.faults.rate_limits = rate_limits
    app = web.Application(client_max_size=MAX_BODY)
    app[API] = api
    app[DELIVERY] = Delivery(api.world.updates, api.execute, retry_scale)
    app[PROXIES] = Proxies(Script(script))
    app.cleanup_ctx.append(_run_delivery)
    app.cleanup_ctx.append(_run_proxies)
    app.on_shutdown.append(_let_go)
    app.router.add_route("*", "/bot{token}/{method}", call_method)
    app.router.add_get("/file/bot{token}/{path:.+}", download)
    app.add_routes(ROUTES)
    return Sandbox(app, api)


async def call_method(request: web.Request) -> web.StreamResponse:
    """`/bot<token>/<method>` by GET or POST (Bot API, "Making requests")."""
    api = request.app[API]
    try:
        _check_token(request)
        if request.method not in ("GET", "POST"):
            raise not_found()
        params = await read_params(request, request.query.items())
    except ApiError as error:
        return web.json_response(error.as_json(), status=error.code)
    return await _answer(request, api.respond(request.match_info["method"], params))


async def _answer(request: web.Request, call: Awaitable[tuple[int, dict[str, object]]]) -> web.StreamResponse:
    try:
        status, body = await call
    except ConnectionDroppedError:
        if request.transport:
            request.transport.abort()
        return web.Response()
    return web.json_response(body, status=status)


async def download(request: web.Request) -> web.StreamResponse:
    """`/file/bot<token>/<file_path>` (Bot API, getFile)."""
    try:
        _check_token(request)
        for stored in request.app[API].world.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.data, content_type=stored.mime_type)
        raise not_found()
    except ApiError as error:
        return web.json_response(error.as_json(), status=error.code)


def _check_token(request: web.Request) -> None:
    if request.match_info["token"] != request.app[API].world.token:
        raise unauthorized()


async def _run_delivery(app: web.Application) -> AsyncIterator[None]:
    await app[DELIVERY].open()
    yield
    await app[DELIVERY].close()


async def _run_proxies(app: web.Application) -> AsyncIterator[None]:
    await app[PROXIES].open()
    yield
    await app[PROXIES].close()


async def _let_go(app: web.Application) -> None:
    """Ends long polls and event streams, so that a stop need not wait for them."""
    world = app[API].world
    world.updates.interrupt()
    world.events.close()
