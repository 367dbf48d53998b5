"""Too many updates from one guest: one "slow down", the rest of the minute unread, submissions always taken."""

import asyncio
import json
import time

import pytest
from guest_parts import Guest
from world import ADA, IVAN, World, example, run_world

from bot.middlewares.flood import UPDATES_PER_MINUTE


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute ends in the middle of a test."""
    window = int(time.time()) // 60
    monkeypatch.setattr("bot.rate_limits._window", lambda: window)


def text_update(world: World, user_id: int, text: str = "/help") -> dict[str, object]:
    update = world.update("", user_id)
    del update["message"]["web_app_data"]
    update["message"] |= {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}]}
    return update


async def send(world: World, user_id: int, number: int) -> list[str]:
    """So many texts one after another; what each was answered in the response, "" for nothing."""
    said = []
    for _ in range(number):
        answer = await world.deliver(text_update(world, user_id))
        assert answer.status == 200
        said.append(answer.json.get("text", "") if answer.body else "")
    return said


async def test_one_word_then_silence_and_submissions_go_on(ivan: Guest) -> None:
    world = ivan.world
    said = await send(world, IVAN, UPDATES_PER_MINUTE + 5)
    assert all("принимает анкеты" in words for words in said[:UPDATES_PER_MINUTE])
    assert "Слишком много сообщений подряд" in said[UPDATES_PER_MINUTE]
    assert said[UPDATES_PER_MINUTE + 1 :] == [""] * 4
    press = {"id": "1", "from": {"id": IVAN, "is_bot": False, "first_name": "И"}, "chat_instance": "1", "data": "x"}
    message = {"message_id": 3, "date": 1, "chat": {"id": IVAN, "type": "private"}, "text": "x"}
    query = {"update_id": next(world.update_ids), "callback_query": press | {"message": message}}
    assert (await world.deliver(query)).json == {}
    assert await world.count("dead_letters") == 0
    assert "принята" in await ivan.sends()
    assert len([words for words in await send(world, 1002, 3) if words]) == 3, "another guest is held back"


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_submissions_are_not_counted_and_admins_never(world: World) -> None:
    for number in range(UPDATES_PER_MINUTE + 3):
        data = json.dumps(example() | {"quantity": 1 + number % 10})
        answer = await world.deliver(world.update(data, IVAN, message_id=100 + number))
        assert "принята" in answer.json["text"]
    assert all(await send(world, IVAN, UPDATES_PER_MINUTE))
    assert all(await send(world, ADA, UPDATES_PER_MINUTE + 2))


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_replicas_count_together(ivan: Guest, database_url: str, redis_url: str) -> None:
    token = ivan.world.token
    async with run_world(database_url, redis_url=redis_url, telegram_bot_token=token) as other:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(send(one, IVAN, UPDATES_PER_MINUTE)) for one in (ivan.world, other)]
        said = [words for task in tasks for words in task.result()]
    assert len([words for words in said if "принимает анкеты" in words]) == UPDATES_PER_MINUTE
    assert len([words for words in said if "Слишком много" in words]) == 1


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_control_replicas_without_redis_count_alone(ivan: Guest, database_url: str) -> None:
    async with run_world(database_url) as other:
        said = [words for one in (ivan.world, other) for words in await send(one, IVAN, UPDATES_PER_MINUTE)]
    assert len([words for words in said if "принимает анкеты" in words]) == 2 * UPDATES_PER_MINUTE


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("settings_overrides", [{"redis_url": "redis://127.0.0.1:1/0"}])
async def test_with_redis_away_nobody_is_held_back(ivan: Guest) -> None:
    assert all(await send(ivan.world, IVAN, UPDATES_PER_MINUTE + 3))
    assert "принята" in await ivan.sends()
