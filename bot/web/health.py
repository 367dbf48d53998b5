"""Health and readiness, for whoever keeps the process running."""

from aiohttp import web

from bot.web.bodies import json_response
from bot.web.keys import SERVICES
from bot.web.problems import RETRY_AFTER_SECONDS, Problem


async def healthz(_request: web.Request) -> web.Response:
    """GET /healthz: the process answers."""
    return json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """GET /readyz: the database can be reached and is migrated, and the process is not stopping."""
    problem = await request.config_dict[SERVICES].health.problem()
    if problem is None:
        return json_response({"status": "ready"})
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem(503, "not-ready", "Not ready", problem, headers=headers).response()
