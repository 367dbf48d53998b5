"""Stub until the page is written."""

from pathlib import Path

from aiohttp import web

TEMPLATES = Path(__file__).parent / "templates"


async def page(request: web.Request) -> web.Response:
    return web.Response(text="", content_type="text/html")


def register(app: web.Application) -> None:
    pass
