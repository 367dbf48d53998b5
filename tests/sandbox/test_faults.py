"""Faults on request, and Telegram's usual limits on sending."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from sandbox_parts import ANNA, TOKEN, Bot, Hook, Json

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


def test_edits_in_a_group_share_its_minute_with_sends() -> None:
    limits = RateLimits(clock=lambda: 0.0)
    assert [refusal(limits, "-5", "editMessageText") for _ in range(17)] == [None] * 17
    assert [refusal(limits, "-5") for _ in range(4)] == [None, None, None, 60]
    assert refusal(limits, "-5", "editMessageReplyMarkup") == 60
    assert refusal(limits, "-6", "editMessageCaption") is None
    assert refusal(limits, "-5", "deleteMessage") is None
    assert limits.limited == {"total": 2, "by_chat": {"-5": 2}}


def test_edits_in_private_chats_count_in_all_and_refusals_do_not() -> None:
    now = [0.0]
    limits = RateLimits(clock=lambda: now[0])
    assert [refusal(limits, "1", "editMessageText") for _ in range(40)] == [None] * 30 + [1] * 10
    now[0] = 1
    assert [refusal(limits, "1", "editMessageText") for _ in range(30)] == [None] * 30


async def test_what_the_limits_refused_is_counted(bot: Bot, people: SandboxClient) -> None:
    await people.faults(rate_limits=True, too_many_requests=1)
    statuses = [(await bot.call("sendMessage", chat_id=ANNA, text="x"))["status"] for _ in range(8)]
    assert statuses == [429] + [200] * 5 + [429] * 2
    assert (await people.info())["limited"] == {"total": 2, "by_chat": {str(ANNA): 2}}
    await people.reset_limited()
    assert (await people.info())["limited"] == {"total": 0, "by_chat": {}}
    assert (await bot.refused("sendMessage", chat_id=ANNA, text="x"))[0] == 429


@pytest.mark.parametrize("drop", [0, 1])
async def test_a_call_in_a_webhooks_answer_counts_and_may_fail(
    bot: Bot, people: SandboxClient, hook: Hook, drop: int
) -> None:
    async def answer(_: Json) -> web.StreamResponse:
        return web.json_response({"method": "sendMessage", "chat_id": ANNA, "text": "answer"})

    hook.answer = answer
    await people.faults(rate_limits=True, drop_connections=drop, methods=["sendMessage"])
    await bot.result("setWebhook", url=hook.url, drop_pending_updates=True)
    for number in range(6 + drop):
        await people.send_text(ANNA, f"{number}")
    async with asyncio.timeout(10):
        while (await people.info())["limited"]["total"] == 0:
            await asyncio.sleep(0.01)
    assert [m["text"] for m in await people.messages(ANNA)].count("answer") == 5
