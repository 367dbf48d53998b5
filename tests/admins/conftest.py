"""One running bot with two admins for each module and database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from admins.admin_parts import Desk, run_desk, url_of


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    """Settings that a module wants otherwise."""
    return {}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(
    database: str, postgres: str, tmp_path_factory: pytest.TempPathFactory, settings: dict[str, object]
) -> AsyncIterator[Desk]:
    """A bot that runs for the whole module."""
    url = await url_of(database, tmp_path_factory.mktemp("admins"), postgres)
    async with run_desk(url, **settings) as running:
        yield running
