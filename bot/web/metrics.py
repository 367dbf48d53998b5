"""GET /metrics."""

from aiohttp import web

from bot.metrics import exposition


async def metrics(_request: web.Request) -> web.Response:
    """The counters, in the text format of Prometheus."""
    return web.Response(body=exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
