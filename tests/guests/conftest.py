"""A bot whose guests look after their forms, on SQLite with memory and on PostgreSQL with Redis."""

import pytest
from guest_parts import Guest
from world import IVAN, VERA, World


@pytest.fixture
def settings_overrides() -> dict[str, object]:
    """Settings that a test wants otherwise."""
    return {}


@pytest.fixture
def overrides(backend: str, request: pytest.FixtureRequest, settings_overrides: dict[str, object]) -> dict[str, object]:
    """Redis stands beside PostgreSQL."""
    redis = {"redis_url": request.getfixturevalue("redis_url")} if backend == "postgresql" else {}
    return redis | settings_overrides


@pytest.fixture
def ivan(world: World) -> Guest:
    """He reads Russian."""
    return Guest(world, IVAN)


@pytest.fixture
def vera(world: World) -> Guest:
    """She reads English."""
    return Guest(world, VERA)
