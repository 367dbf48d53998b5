"""Many replicas share PostgreSQL and Redis: one form each, wherever it is delivered."""

import asyncio
import json

import aiohttp
import pytest
from world import IVAN, World, example, free_socket, run_app, run_world


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def overrides(redis_url: str) -> dict[str, object]:
    return {"redis_url": redis_url}


async def deliver_to(world: World, port: int, update: dict[str, object]) -> tuple[int, str]:
    headers = {"X-Telegram-Bot-Api-Secret-Token": world.settings.webhook_secret}
    url = f"http://127.0.0.1:{port}/telegram/webhook"
    async with aiohttp.ClientSession() as http, http.post(url, json=update, headers=headers) as response:
        return response.status, (await response.json())["text"]


async def test_one_update_delivered_to_two_replicas_at_once_is_one_form(world: World) -> None:
    bound = free_socket()
    other = bound.getsockname()[1]
    async with run_app(world.settings.model_copy(update={"port": other}), bound):
        for number in range(10):
            update = world.update(json.dumps(example()), message_id=number)
            answers = await asyncio.gather(
                *(deliver_to(world, port, update) for port in (world.settings.port, other) for _ in range(3))
            )
            assert len(set(answers)) == 1
    assert (await world.counts())[:2] == (10, 10)
    assert await world.rows("SELECT count(*) FROM users WHERE id = :id", id=IVAN) == [(1,)]


async def test_users_that_come_in_another_order_do_not_deadlock(world: World) -> None:
    bound = free_socket()
    other = bound.getsockname()[1]
    async with run_app(world.settings.model_copy(update={"port": other}), bound):
        forth = [world.update(json.dumps(example()), user, 1) for user in range(2_000, 2_060)]
        back = [world.update(json.dumps(example()), user, 2) for user in range(2_059, 1_999, -1)]
        answers = await asyncio.gather(
            *(deliver_to(world, world.settings.port, update) for update in forth),
            *(deliver_to(world, other, update) for update in back),
        )
    assert {status for status, _ in answers} == {200}
    assert await world.count("forms") == 120


async def test_limits_hold_across_replicas(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.access.GUEST_REQUESTS_PER_MINUTE", 6)
    bound = free_socket()
    other = bound.getsockname()[1]
    async with run_app(world.settings.model_copy(update={"port": other}), bound):
        path = f"/api/form-data/{IVAN}"
        mine = [(await world.request("GET", path, world.guest(IVAN))).status for _ in range(4)]
        elsewhere = []
        for _ in range(4):
            url = f"http://127.0.0.1:{other}{path}"
            async with aiohttp.ClientSession() as http, http.get(url, headers=world.guest(IVAN)) as response:
                elsewhere.append(response.status)
    # A minute may turn in the middle: then the count begins anew, once.
    assert 429 in elsewhere or len(mine + elsewhere) < 7
    assert mine == [200] * 4


async def test_negative_control_without_redis_each_process_counts_alone(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.access.GUEST_REQUESTS_PER_MINUTE", 6)
    async with run_world(postgres_url) as alone:
        bound = free_socket()
        other = bound.getsockname()[1]
        async with run_app(alone.settings.model_copy(update={"port": other}), bound):
            statuses = []
            for port in (alone.settings.port, other):
                for _ in range(4):
                    url = f"http://127.0.0.1:{port}/api/form-data/{IVAN}"
                    async with aiohttp.ClientSession() as http, http.get(url, headers=alone.guest(IVAN)) as response:
                        statuses.append(response.status)
    assert statuses == [200] * 8
