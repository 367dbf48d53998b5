"""A browser for all journeys; for each a bot on an empty database, a sandbox, and its page with two phones."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from journey_parts import OLGA, Journey, journey_on
from playwright.async_api import Browser
from world import run_world


@pytest.fixture(autouse=True, scope="module")
def answers_travel() -> None:
    """As in life: what is too fast for a response is called."""


@pytest.fixture
def backend() -> str:
    """SQLite, where a test does not ask for both."""
    return "sqlite"


@pytest.fixture
def script() -> str:
    """Whose Telegram script the page gets, where a test does not ask for both."""
    return "stand-in"


@pytest_asyncio.fixture(loop_scope="session")
async def journey(
    browser: Browser, database_url: str, mode: str, overrides: dict[str, object], script: str
) -> AsyncIterator[Journey]:
    """Ivan's phone at the left, that of Olga the admin at the right."""
    given = {"admin_ids": frozenset({OLGA})} | overrides
    async with run_world(database_url, mode, **given) as world:
        await world.people.create_user("Olga", id=OLGA, role="admin", language_code="en")
        async with journey_on(browser, world, script) as begun:
            yield begun
