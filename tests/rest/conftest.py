"""One running bot for each module and database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from rest.rest_parts import Api, run_api


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """REST of a bot that runs for the whole module."""
    postgres = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    async with run_api(database, tmp_path_factory.mktemp("rest"), postgres) as running:
        yield running
