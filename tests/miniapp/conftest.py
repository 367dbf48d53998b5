"""A browser for all tests of the page; for each a bot that runs on an empty database, and phones."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from page_parts import Phone, phone_for
from playwright.async_api import Browser
from world import World, run_world

NewPhone = Callable[..., Awaitable[Phone]]


@pytest.fixture
def settings_overrides() -> dict[str, Any]:
    """Settings that a test wants otherwise."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path, settings_overrides: dict[str, Any]) -> AsyncIterator[World]:
    """The bot on an empty SQLite database."""
    async with run_world(f"sqlite+aiosqlite:///{tmp_path}/page.db", **settings_overrides) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="session")
async def new_phone(browser: Browser, server: World) -> AsyncIterator[NewPhone]:
    """Makes phones, each with its own storage; a mistake in the page's script fails the test."""
    mistakes: list[str] = []
    async with AsyncExitStack() as stack:

        async def make(**options: Any) -> Phone:
            phone = await stack.enter_async_context(phone_for(browser, server.url, **options))
            phone.tab.on("pageerror", lambda error: mistakes.append(str(error)))
            return phone

        yield make
    assert not mistakes


@pytest_asyncio.fixture(loop_scope="session")
async def phone(new_phone: NewPhone) -> Phone:
    """One phone."""
    return await new_phone()
