"""Control routes of Mini Apps: what one is launched with, where a frame finds it, and what it asks Telegram for."""

from urllib.parse import urlsplit

from aiohttp import web

from sandbox.control.http import Body, find_user, read_body, world_of
from sandbox.custom_methods import invoke
from sandbox.errors import ControlError, Json
from sandbox.initdata import THEMES, launch_url, signed_init_data
from sandbox.proxy import PROXIES
from sandbox.state import User, World


async def make_init_data(request: web.Request) -> Json:
    """Signed initData of a user; auth_date (unix seconds), start_param as wanted."""
    return {"init_data": _init_data(world_of(request), find_user(request), await read_body(request))}


def _init_data(world: World, user: User, body: Body) -> str:
    auth_date = body.optional("auth_date", int)
    start_param = body.get("start_param", str, "")
    return signed_init_data(world.token, user.as_web_app_user(), auth_date=auth_date, start_param=start_param)


async def launch(request: web.Request) -> Json:
    """The address that opens a web_app button: url, `kind` keyboard (empty initData), inline or menu, theme.

    `framed`: an address that this server's page may frame, see `sandbox.proxy`.
    """
    user, body = find_user(request), await read_body(request)
    kind, theme = body.get("kind", str, "inline"), body.get("theme", str, "light")
    if kind not in ("keyboard", "inline", "menu") or theme not in THEMES:
        raise ControlError(f"kind is keyboard, inline or menu; theme is {' or '.join(THEMES)}")
    url = body.get("url", str)
    if body.get("framed", bool, default=False):
        url = await _framed(request, user, url)
    init_data = "" if kind == "keyboard" else _init_data(world_of(request), user, body)
    return {"url": launch_url(url, init_data, theme), "init_data": init_data}


async def _framed(request: web.Request, user: User, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ControlError("url must be an http or https address")
    origin = await request.app[PROXIES].origin_for(request, user.id, f"{parts.scheme}://{parts.netloc}")
    return f"{origin}{parts._replace(scheme='', netloc='').geturl()}"


async def call_custom_method(request: web.Request) -> Json:
    """What invokeCustomMethod does for the page: method, params; `{"result"}` or `{"error"}`, as Telegram words it."""
    user, body = find_user(request), await read_body(request)
    return invoke(world_of(request), user, body.get("method", str), body.get("params", dict, {}))


async def set_script(request: web.Request) -> Json:
    """Whose telegram-web-app.js framed apps get: `script` official, stand-in or auto."""
    proxies, body = request.app[PROXIES], await read_body(request)
    proxies.script.choose(body.get("script", str))
    return {"script": proxies.script.mode}
