"""What the sandbox's tests are made of: a bot that calls it and a webhook that it calls."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "42:TEST"
ANNA = 101
BORIS = 102

type Json = dict[str, Any]


@dataclass
class Bot:
    """Calls the Bot API as any bot would; `call` gives the body, with `status` added."""

    base: str
    session: aiohttp.ClientSession

    async def call(self, method: str, **params: object) -> Json:
        async with self.session.post(f"{self.base}/bot{TOKEN}/{method}", json=params) as response:
            return {**await response.json(), "status": response.status}

    async def result(self, method: str, **params: object) -> Any:
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **params: object) -> tuple[int, str]:
        """Status and description of a refusal, whose shape is checked."""
        answer = await self.call(method, **params)
        assert answer["ok"] is False
        assert answer["error_code"] == answer["status"]
        return answer["status"], answer["description"]


@dataclass
class Hook:
    """A bot's webhook: `answer` decides, `seen` are the updates in the order they came."""

    url: str = ""
    seen: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Json], Awaitable[web.StreamResponse]] | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        update = await request.json()
        self.seen.append(update)
        self.headers.append(dict(request.headers))
        return await self.answer(update) if self.answer else web.Response()


async def until(ready: Callable[[], object]) -> None:
    """Comes back when `ready` says so; TimeoutError after 10 s."""
    async with asyncio.timeout(10):
        while not ready():
            await asyncio.sleep(0.001)
