"""A sandbox served over real HTTP, a bot, a webhook, and people to play."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from page_desk import Desk, desk_for
from playwright.async_api import Browser
from sandbox_parts import ANNA, BORIS, TOKEN, Bot, Hook

from sandbox import Sandbox, SandboxClient, create_sandbox


@pytest.fixture
def sandbox() -> Sandbox:
    return create_sandbox(TOKEN, retry_scale=0.01)


@pytest_asyncio.fixture
async def base(sandbox: Sandbox) -> AsyncIterator[str]:
    async with TestServer(sandbox.app) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def bot(base: str, session: aiohttp.ClientSession) -> Bot:
    return Bot(base, session)


@pytest_asyncio.fixture
async def people(base: str, session: aiohttp.ClientSession) -> SandboxClient:
    """Anna has written to the bot, Boris has not."""
    client = SandboxClient(base, session)
    await client.create_user("Анна", id=ANNA, username="anna", language_code="ru")
    await client.create_user("Boris", id=BORIS, language_code="en")
    await client.send_text(ANNA, "/start")
    return client


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    received = Hook()
    app = web.Application()
    app.router.add_post("/hook", received.handle)
    async with TestServer(app) as server:
        received.url = str(server.make_url("/hook"))
        yield received


@pytest.fixture
def script() -> str:
    """Whose Telegram script Mini Apps get."""
    return "stand-in"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, script: str) -> AsyncIterator[Desk]:
    async with desk_for(browser, script) as laid:
        yield laid
