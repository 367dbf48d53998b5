"""One Bot API call from its name to its answer, with faults, limits and a log of calls."""

import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from sandbox.errors import ApiError, ConnectionDroppedError, Json, not_found
from sandbox.faults import Faults, RateLimits
from sandbox.methods import BY_LOWER_NAME
from sandbox.methods.reply import Reply
from sandbox.params import Params
from sandbox.state import World

_LOG = 10_000


@dataclass
class BotApi:
    """The Bot API over a world; `calls` are the latest calls, oldest first, without secrets."""

    world: World
    faults: Faults = field(default_factory=Faults)
    limits: RateLimits = field(default_factory=RateLimits)
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=_LOG))

    async def respond(self, name: str, params: Params) -> tuple[int, Json]:
        """The HTTP status and the body that answer a call; ConnectionDroppedError when there is to be no answer."""
        try:
            reply = await self._call(name, params)
        except ApiError as error:
            self._log(name, params, error)
            return error.code, error.as_json()
        self._log(name, params, None)
        body: Json = {"ok": True, "result": reply.result}
        return 200, body | ({"description": reply.description} if reply.description else {})

    async def execute(self, name: str, params: Params) -> None:
        """A call that came in a webhook's answer; nobody hears how it went."""
        with suppress(ConnectionDroppedError):
            await self.respond(name, params)

    async def _call(self, name: str, params: Params) -> Reply:
        if name.lower() not in BY_LOWER_NAME:
            raise not_found()
        official, method = BY_LOWER_NAME[name.lower()]
        await self.faults.strike(official, params)
        if self.faults.rate_limits:
            self.limits.check(official, params.text("chat_id"))
        return await method(self.world, params)

    def _log(self, name: str, params: Params, error: ApiError | None) -> None:
        official = BY_LOWER_NAME.get(name.lower(), (name,))[0]
        call: Json = {"at": time.time(), "method": official, "params": params.logged(), "ok": error is None}
        if error:
            call |= {"error_code": error.code, "description": error.description}
        self.calls.append(call)
        if official != "getUpdates":
            self.world.events.publish("call", **call)

    def latest(self, method: str, limit: int) -> list[Json]:
        """The last `limit` calls, oldest first, of one method or (with "") of all."""
        wanted = (call for call in reversed(self.calls) if not method or call["method"] == method)
        return list(islice(wanted, limit))[::-1]
