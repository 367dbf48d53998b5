"""One running bot with two admins for each module and database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from admins.admin_parts import BORIS, Desk, run_desk, url_of
from world import ADA, IVAN, VERA


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    """Settings that a module wants otherwise."""
    return {}


@pytest.fixture
def admin(database: str) -> int:
    """Where the words matter little, each language has its database; a test of both parametrizes it."""
    return ADA if database == "sqlite" else BORIS


@pytest.fixture
def guest(database: str) -> int:
    """One who speaks the admin's other language."""
    return IVAN if database == "sqlite" else VERA


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(
    database: str, postgres: str, tmp_path_factory: pytest.TempPathFactory, settings: dict[str, object]
) -> AsyncIterator[Desk]:
    """A bot that runs for the whole module."""
    url = await url_of(database, tmp_path_factory.mktemp("admins"), postgres)
    async with run_desk(url, **settings) as running:
        yield running
