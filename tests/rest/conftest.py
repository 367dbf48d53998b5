"""One running bot for each module and database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from rest.rest_parts import Api, run_api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(database: str, postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """REST of a bot that runs for the whole module."""
    async with run_api(database, tmp_path_factory.mktemp("rest"), postgres) as running:
        yield running
