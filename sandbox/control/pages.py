"""The sandbox's own page and what it is made of."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parents[1] / "static"
_FRESH = {"Cache-Control": "no-store"}


async def index(_: web.Request) -> web.StreamResponse:
    """The page."""
    return web.FileResponse(STATIC / "index.html", headers=_FRESH)


async def asset(request: web.Request) -> web.StreamResponse:
    """A script or a style sheet of the page; the route's pattern lets no other name through."""
    path = STATIC / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=_FRESH)
