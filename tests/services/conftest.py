"""A migrated database of each kind, and the services over it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from services.service_parts import House, ball

from db.engine import Database
from db.migrate import upgrade


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """The services over an empty database; the admins see no cards."""
    database = Database(database_url)
    await upgrade(database)
    yield House(database, ball())
    await database.close()


@pytest_asyncio.fixture
async def beside(house: House) -> AsyncIterator[House]:
    """Another process over the same database."""
    other = house.beside()
    yield other
    await other.database.close()
