"""A bot whose guest answers in the chat, on SQLite with memory and on PostgreSQL with Redis."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fill_parts import Guest
from world import IVAN, World


@pytest.fixture
def questionnaire_file() -> str:
    """The file of the questions; "" for the ball's own."""
    return ""


@pytest.fixture
def overrides(backend: str, request: pytest.FixtureRequest, questionnaire_file: str) -> dict[str, object]:
    """Redis stands beside PostgreSQL."""
    redis = {"redis_url": request.getfixturevalue("redis_url")} if backend == "postgresql" else {}
    return redis | ({"questionnaire_file": questionnaire_file} if questionnaire_file else {})


@pytest_asyncio.fixture
async def ivan(world: World) -> AsyncIterator[Guest]:
    """Ivan, who speaks Russian."""
    yield Guest(world, IVAN)


@pytest.fixture(autouse=True)
def quick_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's hands are quicker than a guest's."""
    monkeypatch.setattr("bot.middlewares.flood.UPDATES_PER_MINUTE", 100_000)
