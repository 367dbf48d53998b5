"""Where the page's frames find a Mini App: at an origin of their own, one a guest, that forwards to the app's server.

An origin a guest, because guests have phones of their own: nothing stored by one is seen by another. In between, the
answer is changed in two places only: the page may be framed by the sandbox where it may be by Telegram Web, and without
telegram.org at hand it gets the sandbox's stand-in for Telegram's script.
"""

import time
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path

import aiohttp
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from sandbox.errors import ControlError

OFFICIAL_SCRIPT = "https://telegram.org/js/telegram-web-app.js"
STAND_IN_PATH = "/__sandbox__/telegram-web-app.js"
STAND_IN = Path(__file__).parent / "static" / "telegram-web-app.js"
_MODES = ("auto", "official", "stand-in")
_RECHECK_SECONDS = 60.0
_REACH_TIMEOUT = aiohttp.ClientTimeout(total=2)
_NOT_FORWARDED = {"host", "connection", "accept-encoding", "content-length", "transfer-encoding", "origin", "referer"}
_NOT_RETURNED = {"connection", "content-encoding", "content-length", "transfer-encoding", "date", "server"}

type Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Script:
    """Whose script framed apps get: official, stand-in, or auto (which asks whether telegram.org can be reached)."""

    def __init__(self, mode: str = "auto") -> None:
        self.choose(mode)
        self._reachable = False
        self._checked = -_RECHECK_SECONDS

    def choose(self, mode: str) -> None:
        """ControlError for an unknown mode."""
        if mode not in _MODES:
            raise ControlError(f"script is {', '.join(_MODES)}")
        self.mode = mode

    async def replaced(self, session: aiohttp.ClientSession) -> bool:
        """Whether the stand-in takes the official script's place now."""
        if self.mode != "auto":
            return self.mode == "stand-in"
        if not self._reachable and time.monotonic() - self._checked >= _RECHECK_SECONDS:
            self._reachable, self._checked = await _reaches(session), time.monotonic()
        return not self._reachable


async def _reaches(session: aiohttp.ClientSession) -> bool:
    try:
        async with session.head(OFFICIAL_SCRIPT, timeout=_REACH_TIMEOUT) as response:
            return response.ok
    except (aiohttp.ClientError, TimeoutError):
        return False


class Proxies:
    """The origins under way; `close` ends them."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._origins: dict[tuple[int, str, str], str] = {}
        self._runners: list[web.ServerRunner] = []
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Makes the client that forwards."""
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Ends every origin."""
        for runner in self._runners:
            await runner.cleanup()
        if self._session:
            await self._session.close()

    async def origin_for(self, request: web.Request, user_id: int, target: str) -> str:
        """The origin that shows `target` (scheme and host) to this user; `request` says where the page is."""
        page = f"{request.scheme}://{request.host}"
        key = (user_id, target, page)
        if key not in self._origins:
            self._origins[key] = await self._start(request, page, target)
        return self._origins[key]

    async def _start(self, request: web.Request, page: str, target: str) -> str:
        local = request.transport.get_extra_info("sockname") if request.transport else None
        if self._session is None or local is None:
            raise ControlError("the sandbox is closing", 409)
        runner = web.ServerRunner(web.Server(forwarder(self._session, self.script, page, target)))
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, local[0], 0).start()
        return f"http://{request.url.host}:{runner.addresses[0][1]}"


PROXIES = web.AppKey("sandbox_proxies", Proxies)


def forwarder(session: aiohttp.ClientSession, script: Script, page: str, target: str) -> Handler:
    """A handler that answers as `target` does, framable by `page`."""

    async def forward(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == STAND_IN_PATH:
            return web.FileResponse(STAND_IN, headers={"Cache-Control": "no-store"})
        headers = _without(request.headers, _NOT_FORWARDED)
        if "Origin" in request.headers:
            headers["Origin"] = target
        body = await request.read()
        try:
            async with session.request(
                request.method, target + request.raw_path, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return await _as_framed(answer, page, stand_in=await script.replaced(session))
        except aiohttp.ClientError as error:
            return _unreachable(target, error)

    return forward


async def _as_framed(answer: aiohttp.ClientResponse, page: str, *, stand_in: bool) -> web.Response:
    headers = _without(answer.headers, _NOT_RETURNED)
    if policy := headers.get("Content-Security-Policy"):
        headers["Content-Security-Policy"] = framable(policy, page)
    body = await answer.read()
    if stand_in and answer.content_type == "text/html":
        body = body.replace(OFFICIAL_SCRIPT.encode(), STAND_IN_PATH.encode())
    return web.Response(status=answer.status, headers=headers, body=body)


def framable(policy: str, page: str) -> str:
    """Lets `page` stand where Telegram Web may, and this origin where telegram.org may; a stricter policy stays so."""
    allowed = policy.replace("https://web.telegram.org", f"https://web.telegram.org {page}")
    return allowed.replace("https://telegram.org", "https://telegram.org 'self'")


def _without(headers: CIMultiDictProxy[str], names: set[str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in names)


def _unreachable(target: str, error: Exception) -> web.Response:
    text = f"The Mini App's server {escape(target)} does not answer ({type(error).__name__}). Is the bot running?"
    again = '<meta http-equiv="refresh" content="2"><meta name="color-scheme" content="light dark">'
    return web.Response(status=502, text=f"<!doctype html>{again}<p>{text}</p>", content_type="text/html")
