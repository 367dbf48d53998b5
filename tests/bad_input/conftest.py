"""One running bot for each module and database, with one good form that bad input might harm."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from rest.rest_parts import Api, run_api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(database: str, postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """REST of a bot that runs for the whole module and holds a form."""
    async with run_api(database, tmp_path_factory.mktemp("bad"), postgres) as running:
        await running.form(running.guest()[1])
        yield running
