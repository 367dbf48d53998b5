"""Real services, or one loud line; a running bot beside a sandbox."""

import asyncio
import os
import secrets
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from aiogram.methods import TelegramMethod
from playwright.async_api import Browser, async_playwright
from redis.asyncio import Redis
from world import World, example, run_world

from bot.telegram.limits import SendLimits

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
CHROMIUM = "/usr/bin/chromium"
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
TABLES = "users, forms, form_events, form_messages, saved_filters, outbox, idempotency_keys, dead_letters"


def _missing(service: str, error: Exception) -> None:
    words = f"{service.upper()} DOES NOT ANSWER: its tests are skipped ({type(error).__name__})"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(words)
    warnings.warn(words, stacklevel=1)
    pytest.skip(words)


@pytest.fixture(scope="module", autouse=True)
def answers_travel() -> Iterator[None]:
    """Tests read answers in the webhook's responses, however fast they come; where nobody does, this is undone."""

    async def travel(limits: SendLimits, method: TelegramMethod[Any]) -> bool:
        await limits.note(method)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SendLimits, "travel", travel)
        yield


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The asyncpg URL of a database of this run's own."""
    name = f"bal_test_{secrets.token_hex(6)}"

    async def command(sql: str) -> None:
        connection = await asyncpg.connect(POSTGRES.replace("+asyncpg", ""), timeout=5)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    try:
        asyncio.run(command(f"CREATE DATABASE {name}"))
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        _missing("PostgreSQL", error)
    yield POSTGRES.replace("+asyncpg", "").rpartition("/")[0] + f"/{name}"
    asyncio.run(command(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest_asyncio.fixture
async def postgres_url(postgres_database: str) -> AsyncIterator[str]:
    """The URL for SQLAlchemy of a database that is empty."""
    connection = await asyncpg.connect(postgres_database)
    try:
        if await connection.fetchval("SELECT to_regclass('forms')"):
            await connection.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")
    finally:
        await connection.close()
    yield postgres_database.replace("postgresql://", "postgresql+asyncpg://")


@pytest_asyncio.fixture
async def redis_url() -> str:
    """Redis; keys begin with the run's own bot id, which is made at random."""
    client = Redis.from_url(REDIS, socket_connect_timeout=2)
    try:
        await client.ping()
    except OSError as error:
        _missing("Redis", error)
    finally:
        await client.aclose()
    return REDIS


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database; a test of one alone parametrizes it."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the backend."""
    if backend == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path}/bal_bot.db"


@pytest.fixture
def mode() -> str:
    """How updates come in; a test of both parametrizes it."""
    return "webhook"


@pytest.fixture
def overrides() -> dict[str, object]:
    """Settings that a test wants otherwise; a test parametrizes it."""
    return {}


@pytest_asyncio.fixture
async def world(database_url: str, mode: str, overrides: dict[str, object]) -> AsyncIterator[World]:
    """A bot that runs, its sandbox, Ivan the guest, Vera the other guest and Ada the admin."""
    async with run_world(database_url, mode, **overrides) as running:
        yield running


@pytest.fixture
def answers() -> dict[str, object]:
    """The example of the mission."""
    return example()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database, for a bot that runs for a whole module."""
    return str(request.param)


@pytest.fixture(scope="module")
def postgres(database: str, request: pytest.FixtureRequest) -> str:
    """The run's PostgreSQL database, "" where none is needed."""
    return str(request.getfixturevalue("postgres_database")) if database == "postgresql" else ""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    if not await asyncio.to_thread(Path(CHROMIUM).exists):
        _missing("Chromium", FileNotFoundError(CHROMIUM))
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        await running.close()
