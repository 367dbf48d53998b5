"""The guard before every route: who is asking, may they, and not too often."""

from aiohttp import web

from bot.errors import Forbidden
from bot.web.auth import CALLER, Caller
from bot.web.errors import TooManyRequests
from bot.web.keys import AUTHENTICATOR, RATE_LIMITER
from bot.web.routes import Access, Handler, Route

GUEST_REQUESTS_PER_MINUTE = 120


def guarded(route: Route) -> Handler:
    """The route's handler behind its guard."""
    if route.access is Access.PUBLIC:
        return route.handler

    async def guard(request: web.Request) -> web.StreamResponse:
        caller = request.config_dict[AUTHENTICATOR].authenticate(request)
        request[CALLER] = caller
        if route.access is Access.ADMIN and not caller.actor.is_admin:
            raise Forbidden("admins only")
        await _slow_down(request, caller)
        return await route.handler(request)

    return guard


async def _slow_down(request: web.Request, caller: Caller) -> None:
    if caller.actor.is_admin:
        return
    key = f"rest:{caller.actor.id}"
    wait = await request.config_dict[RATE_LIMITER].hit(key, GUEST_REQUESTS_PER_MINUTE)
    if wait is not None:
        raise TooManyRequests(wait)
