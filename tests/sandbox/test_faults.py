"""Faults on request, and Telegram's usual limits on sending."""

import asyncio

import aiohttp
import pytest
from sandbox_parts import ANNA, TOKEN, Bot

from sandbox import SandboxClient
from sandbox.errors import ApiError
from sandbox.faults import RateLimits


async def test_429_says_when_to_come_back(bot: Bot, people: SandboxClient) -> None:
    await people.faults(too_many_requests=1, retry_after=7)
    answer = await bot.call("sendMessage", chat_id=ANNA, text="x")
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
        "status": 429,
    }
    assert await bot.result("sendMessage", chat_id=ANNA, text="x")


async def test_faults_strike_so_often_and_not_the_poller(bot: Bot, people: SandboxClient) -> None:
    await people.faults(server_errors=1)
    assert len(await bot.result("getUpdates")) == 1
    assert await bot.refused("getMe") == (500, "Internal Server Error")
    assert await bot.result("getMe")


async def test_faults_of_named_methods(bot: Bot, people: SandboxClient) -> None:
    await people.faults(server_errors=1, methods=["getUpdates"])
    assert await bot.result("getMe")
    assert (await bot.refused("getUpdates"))[0] == 500


async def test_a_connection_is_dropped_before_the_call_is_done(bot: Bot, people: SandboxClient) -> None:
    await people.faults(drop_connections=2)
    with pytest.raises(aiohttp.ClientError):
        # aiohttp repeats a call on a reused connection once by itself only when it is idempotent: POST is not.
        await bot.call("sendMessage", chat_id=ANNA, text="x")
    await people.faults(drop_connections=0)
    assert len(await people.messages(ANNA)) == 1


async def test_a_user_can_be_made_to_refuse(bot: Bot, people: SandboxClient) -> None:
    await people.faults(forbidden=[ANNA])
    assert await bot.refused("sendMessage", chat_id=ANNA, text="x") == (403, "Forbidden: bot was blocked by the user")
    await people.faults(forbidden=[])
    assert await bot.result("sendMessage", chat_id=ANNA, text="x")


async def test_slow_calls_wait(bot: Bot, people: SandboxClient) -> None:
    await people.faults(slow=30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.call("getMe")
    assert (await people.info())["faults"]["slow"] == 30
    assert TOKEN not in str(await people.info())


async def test_a_switch_keeps_its_type(people: SandboxClient) -> None:
    await people.faults(slow=1)
    assert (await people.faults(slow=0.5))["slow"] == 0.5


async def test_rate_limits_are_a_switch(bot: Bot, people: SandboxClient) -> None:
    for _ in range(6):
        await bot.result("sendMessage", chat_id=ANNA, text="x")
    await people.faults(rate_limits=True)
    answers = [await bot.call("sendMessage", chat_id=ANNA, text="x") for _ in range(6)]
    assert [a["status"] for a in answers] == [200] * 5 + [429]
    assert answers[-1]["parameters"]["retry_after"] >= 1


def refusal(limits: RateLimits, chat_id: str, method: str = "sendMessage") -> int | None:
    try:
        limits.check(method, chat_id)
    except ApiError as error:
        return error.retry_after
    return None


def test_limits_per_second_chat_and_group() -> None:
    now = [0.0]
    limits = RateLimits(clock=lambda: now[0])
    assert [refusal(limits, str(chat)) for chat in range(31)] == [None] * 30 + [1]
    now[0] = 10
    assert [refusal(limits, "1") for _ in range(6)] == [None] * 5 + [5]
    now[0] = 100
    for _ in range(4):
        assert [refusal(limits, "-5") for _ in range(5)] == [None] * 5
        now[0] += 5
    assert refusal(limits, "-5") == 40
