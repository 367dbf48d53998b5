"""Webhook delivery: secret, retries, order within a chat, connections, answers that are method calls."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sandbox_parts import ANNA, BORIS, Bot, Hook, until

from sandbox import Sandbox, SandboxClient, SandboxError
from sandbox.delivery import delays


def texts(hook: Hook) -> list[str]:
    return [update["message"]["text"] for update in hook.seen]


async def test_setting_and_removing_a_webhook(bot: Bot) -> None:
    params = {"url": "https://a.example/hook", "secret_token": "A-z_0", "max_connections": 1000}
    params["allowed_updates"] = ["message"]
    answers = [await bot.call("setWebhook", **params) for _ in range(2)]
    assert [(a["result"], a["description"]) for a in answers] == [
        (True, "Webhook was set"),
        (True, "Webhook is already set"),
    ]
    assert await bot.result("getWebhookInfo") == {
        "url": "https://a.example/hook",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 100,
        "allowed_updates": ["message"],
    }
    answers = [await bot.call("deleteWebhook"), await bot.call("deleteWebhook"), await bot.call("setWebhook", url="")]
    assert [a["description"] for a in answers] == ["Webhook was deleted"] + ["Webhook is already deleted"] * 2
    assert (await bot.result("getWebhookInfo"))["url"] == ""


async def test_pending_and_new_updates_arrive_with_the_secret(
    sandbox: Sandbox, bot: Bot, people: SandboxClient, hook: Hook
) -> None:
    await bot.result("setWebhook", url=hook.url, secret_token="s3cret")
    await people.send_text(ANNA, "next")
    await until(lambda: not sandbox.world.updates.pending)
    assert texts(hook) == ["/start", "next"]
    assert {h["X-Telegram-Bot-Api-Secret-Token"] for h in hook.headers} == {"s3cret"}
    assert {h["Content-Type"] for h in hook.headers} == {"application/json"}


async def test_a_failing_update_is_repeated_and_holds_back_its_chat_only(
    sandbox: Sandbox, bot: Bot, people: SandboxClient, hook: Hook
) -> None:
    failures = iter([500, 404, 302, 503])

    async def answer(update: dict[str, Any]) -> web.Response:
        bad = update["message"]["text"] == "bad"
        return web.Response(status=next(failures, 204) if bad else 200)

    hook.answer = answer
    await bot.result("deleteWebhook", drop_pending_updates=True)
    for text in ("bad", "after bad"):
        await people.send_text(ANNA, text)
    await people.send_text(BORIS, "elsewhere")
    await bot.result("setWebhook", url=hook.url)
    await until(lambda: not sandbox.world.updates.pending)
    assert [text for text in texts(hook) if text != "elsewhere"] == ["bad"] * 5 + ["after bad"]
    assert texts(hook).index("elsewhere") <= 1
    info = await bot.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert info["last_error_date"] > 0


async def test_a_lost_connection_is_a_failure_too(
    sandbox: Sandbox, bot: Bot, people: SandboxClient, hook: Hook
) -> None:
    async def answer(_: dict[str, Any]) -> web.Response:
        if len(hook.seen) < 3:
            raise web.HTTPInternalServerError(reason="Broken")
        return web.Response()

    hook.answer = answer
    await bot.result("setWebhook", url="http://127.0.0.1:1/hook")
    await until(lambda: sandbox.world.updates.last_error)
    assert (await bot.result("getWebhookInfo"))["last_error_message"] == "Connection refused"
    await bot.result("setWebhook", url=hook.url)
    await until(lambda: not sandbox.world.updates.pending)
    assert texts(hook) == ["/start"] * 3
    assert (await people.updates())["pending"] == []


def test_the_delays_between_two_tries() -> None:
    assert list(islice(delays(), 8)) == [0, 2, 4, 8, 16, 32, 60, 60]


async def test_retry_after_of_an_answer_is_obeyed(
    sandbox: Sandbox, bot: Bot, people: SandboxClient, hook: Hook
) -> None:
    async def answer(_: dict[str, Any]) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "100000"})

    hook.answer = answer
    await bot.result("setWebhook", url=hook.url)
    await until(lambda: sandbox.world.updates.last_error)
    await people.send_text(BORIS, "elsewhere")
    await until(lambda: len(hook.seen) == 2)
    assert texts(hook) == ["/start", "elsewhere"]


@pytest.mark.parametrize("connections", [1, 3])
async def test_no_more_connections_than_allowed(
    sandbox: Sandbox, bot: Bot, people: SandboxClient, hook: Hook, connections: int
) -> None:
    under_way, most = 0, 0
    full = asyncio.Event()

    async def answer(_: dict[str, Any]) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == connections:
            full.set()
        await full.wait()
        await asyncio.sleep(0.02)  # the time in which one too many would come
        under_way -= 1
        return web.Response()

    hook.answer = answer
    for number in range(6):
        user = await people.create_user(f"Guest {number}")
        await people.send_text(user["id"], "hi")
    await bot.result("setWebhook", url=hook.url, max_connections=connections)
    await until(lambda: not sandbox.world.updates.pending)
    assert most == connections


async def as_json(call: dict[str, Any]) -> web.Response:
    return web.json_response(call)


async def as_form(call: dict[str, Any]) -> web.Response:
    body = aiohttp.FormData({k: v if isinstance(v, str) else json.dumps(v) for k, v in call.items()})()
    return web.Response(body=body)


async def as_multipart(call: dict[str, Any]) -> web.Response:
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in call.items():
        part = writer.append(value if isinstance(value, str) else json.dumps(value))
        part.set_content_disposition("form-data", name=name)
    return web.Response(body=writer)


@pytest.mark.parametrize("encode", [as_json, as_form, as_multipart])
async def test_an_answer_may_be_a_method_call(
    bot: Bot, people: SandboxClient, hook: Hook, encode: Callable[[dict[str, Any]], Awaitable[web.Response]]
) -> None:
    markup = {"keyboard": [["Да"]]}

    async def answer(_: dict[str, Any]) -> web.Response:
        return await encode({"method": "sendMessage", "chat_id": ANNA, "text": "Привет", "reply_markup": markup})

    hook.answer = answer
    await bot.result("setWebhook", url=hook.url)
    assert (await people.wait_for_message(ANNA))["text"] == "Привет"
    assert await people.keyboard(ANNA) == markup


@pytest.mark.parametrize(
    "call",
    [
        {"method": "sendMessage", "chat_id": ANNA, "text": "<b>", "parse_mode": "HTML"},
        {"method": "deleteWebhook"},
        {"method": "getMe"},
        {"method": 5},
        ["no object"],
    ],
)
async def test_an_answer_that_cannot_be_done_confirms_all_the_same(
    sandbox: Sandbox, bot: Bot, hook: Hook, people: SandboxClient, call: object
) -> None:
    async def answer(_: dict[str, Any]) -> web.Response:
        return web.json_response(call)

    hook.answer = answer
    await bot.result("setWebhook", url=hook.url)
    await until(lambda: not sandbox.world.updates.pending)
    assert (await bot.result("getWebhookInfo"))["url"] == hook.url
    assert len(await people.messages(ANNA)) == 1
    assert await people.calls("getMe") == []


async def test_an_update_can_be_delivered_again_many_times_at_once(
    sandbox: Sandbox, bot: Bot, people: SandboxClient, hook: Hook
) -> None:
    all_there = asyncio.Event()

    async def answer(_: dict[str, Any]) -> web.Response:
        if len(hook.seen) == 21:
            all_there.set()
        if len(hook.seen) > 1:
            await all_there.wait()
        return web.Response()

    hook.answer = answer
    (update,) = (await people.updates())["updates"]
    with pytest.raises(SandboxError, match="only a webhook"):
        await people.redeliver(update["update_id"])
    await bot.result("setWebhook", url=hook.url)
    await until(lambda: not sandbox.world.updates.pending)
    assert await people.redeliver(update["update_id"], 20) == [200] * 20
    assert hook.seen == [update] * 21


async def test_a_stop_does_not_wait_for_a_failing_webhook(base: str, bot: Bot, people: SandboxClient) -> None:
    """The fixtures' own stop is what must end: a lane sleeps between two tries when this test returns."""
    await bot.result("setWebhook", url="http://127.0.0.1:1/hook")
    assert (await people.info())["mode"] == "webhook"
    assert base
