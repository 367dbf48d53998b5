"""Polling: an offset is confirmed only after its updates are done; in order per chat; nothing lost in a crash."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from world import IVAN, VERA, World, example, free_socket, run_app, run_sandbox, settings_for, until

from bot.errors import DatabaseUnavailable
from bot.telegram.poller import Poller, chat_of
from bot.telegram.updates import UpdateProcessor


@pytest.fixture
def mode() -> str:
    return "polling"


@pytest.fixture
def backend() -> str:
    return "sqlite"


async def pending(world: World) -> int:
    return len((await world.people.updates())["pending"])


async def test_a_webhook_is_removed_first_and_what_waits_there_is_kept(database_url: str, mode: str) -> None:
    bound = free_socket()
    async with run_sandbox("77:TEST") as (_, people, api_url):
        settings = settings_for(database_url, mode, api_url, bound.getsockname()[1], telegram_bot_token="77:TEST")
        async with ClientSession() as http:
            url = f"{api_url}/bot77:TEST/setWebhook"
            await http.post(url, json={"url": "http://127.0.0.1:9/nowhere", "max_connections": 1})
        await people.send_web_app_data(IVAN, json.dumps(example()))
        async with run_app(settings, bound):
            answer = await people.wait_for_message(IVAN, "принята", seconds=10)
    assert "№ 1" in answer["text"]


async def test_an_offset_is_confirmed_only_after_its_updates_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    original = UpdateProcessor.process

    async def slow(self: UpdateProcessor, raw: Any) -> Any:
        await gate.wait()
        return await original(self, raw)

    monkeypatch.setattr(UpdateProcessor, "process", slow)
    await world.people.send_web_app_data(IVAN, json.dumps(example()))
    await asyncio.sleep(0.3)
    assert await pending(world) == 1, "confirmed before it was done: a crash would lose it"

    gate.set()
    await world.people.wait_for_message(IVAN, "принята")

    async def confirmed() -> bool:
        return await pending(world) == 0

    await until(confirmed)


async def test_the_database_away_for_a_moment_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    original = UpdateProcessor.process
    failures = iter([DatabaseUnavailable("OperationalError"), TimeoutError()])

    async def away(self: UpdateProcessor, raw: Any) -> Any:
        if (error := next(failures, None)) is not None:
            raise error
        return await original(self, raw)

    monkeypatch.setattr(UpdateProcessor, "process", away)
    await world.people.send_web_app_data(IVAN, json.dumps(example()))

    await world.people.wait_for_message(IVAN, "принята", seconds=10)
    assert await world.count("forms") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"server_errors": 1, "methods": ["getUpdates"]},
        {"too_many_requests": 1, "retry_after": 1, "methods": ["getUpdates"]},
        {"drop_connections": 1, "methods": ["getUpdates"]},
    ],
)
async def test_polling_goes_on_after_a_fault_of_telegram(world: World, fault: dict[str, Any]) -> None:
    await world.people.faults(**fault)
    await world.people.send_web_app_data(IVAN, json.dumps(example()))
    await world.people.wait_for_message(IVAN, "принята", seconds=15)
    await world.people.send_web_app_data(IVAN, json.dumps(example()))
    assert "№ 2" in (await world.people.wait_for_message(IVAN, "№ 2", seconds=15))["text"]


async def test_an_answer_that_met_429_is_sent_later(world: World) -> None:
    await world.people.faults(too_many_requests=1, retry_after=1, methods=["sendMessage"])
    await world.people.send_web_app_data(IVAN, json.dumps(example()))
    await world.people.wait_for_message(IVAN, "принята", seconds=15)


class Recorder:
    """Stands in for the processor: records the order in which updates are begun and ended."""

    def __init__(self, work: Callable[[int], Awaitable[None]]) -> None:
        self.log: list[tuple[str, int]] = []
        self._work = work

    async def process(self, raw: dict[str, Any]) -> None:
        self.log.append(("begin", raw["update_id"]))
        await self._work(raw["update_id"])
        self.log.append(("end", raw["update_id"]))


def message(update_id: int, chat: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "from": {"id": chat}}}


async def test_several_chats_at_a_time_but_in_order_within_one() -> None:
    async def work(update_id: int) -> None:
        await asyncio.sleep(0.05 if update_id in (1, 2) else 0)

    recorder = Recorder(work)
    poller = Poller(None, recorder, [])

    assert await poller._process([message(1, IVAN), message(2, IVAN), message(3, VERA)])

    order = recorder.log
    assert order.index(("end", 1)) < order.index(("begin", 2)), "one chat's updates overtook each other"
    assert order.index(("end", 3)) < order.index(("end", 1)), "another chat waited for a slow one"


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"update_id": 1, "poll": {"id": "x"}}, 0),
        ({"update_id": 1, "message": "strange"}, 0),
    ],
)
async def test_the_chat_of_an_update(update: dict[str, Any], chat: int) -> None:
    assert chat_of(update) == chat
