"""What goes wrong beside the main job: poison, the database away, Redis away, a stop in the middle."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram.fsm.storage.base import StorageKey
from redis.asyncio import Redis
from sqlalchemy.exc import OperationalError
from world import IVAN, SECRET_KEY, World, example, free_socket, run_sandbox

from bot.services.dead_letters import DeadLetterService
from bot.services.forms import FormService
from bot.telegram.storage import create_fsm
from db import submissions as lane
from db.engine import Database

ROOT = Path(__file__).resolve().parent.parent.parent


async def test_a_poison_update_is_kept_as_a_dead_letter_and_not_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def poison(*_: Any, **__: Any) -> None:
        raise RuntimeError("Иван Иванов, ivan@example.com")

    monkeypatch.setattr(FormService, "submit", poison)
    update = world.update(json.dumps(example()))

    first = await world.deliver(update)
    again = await world.deliver(update)

    assert (first.status, again.status) == (200, 200)
    assert "на нашей стороне" in first.json["text"]
    [(number, body, error)] = await world.rows("SELECT update_id, CAST(body AS text), error FROM dead_letters")
    assert (number, error) == (update["update_id"], "RuntimeError")
    assert json.loads(body) == update
    assert "ivan@example.com" not in caplog.text
    assert "RuntimeError" in caplog.text


async def test_the_database_away_is_503_and_the_next_delivery_stores_the_form(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = world.update(json.dumps(example()))

    async def away(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT", {}, ConnectionRefusedError())

    with monkeypatch.context() as patched:
        patched.setattr(lane, "store", away)
        refused = await world.deliver(update)
    accepted = await world.deliver(update)

    assert refused.status == 503
    assert "Retry-After" in refused.headers
    assert await world.count("dead_letters") == 0
    assert accepted.status == 200
    assert await world.count("forms") == 1


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_connections_killed_by_the_server_are_replaced(world: World) -> None:
    await world.deliver(world.update(json.dumps(example()), message_id=1))
    await world.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    answer = await world.deliver(world.update(json.dumps(example()), message_id=2))

    assert answer.status == 200
    assert await world.count("forms") == 2


async def test_one_bad_form_in_a_batch_fails_alone(world: World) -> None:
    good = [world.update(json.dumps(example()), message_id=number) for number in range(5)]
    bad = world.update(json.dumps(example()), message_id=9)
    # A foreign key can only be broken by a bug: a user id that no bigint holds stands in for one.
    bad["message"]["from"]["id"] = 2**64

    answers = await asyncio.gather(*map(world.deliver, [*good, bad]))

    assert [answer.status for answer in answers] == [200] * 6
    assert await world.count("forms") == 5
    assert await world.count("dead_letters") == 1


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", {"redis_url": "redis://127.0.0.1:1/0"})])
async def test_with_redis_away_submissions_and_start_work_and_readyz_is_ready(world: World) -> None:
    answer = await world.deliver(world.update(json.dumps(example())))
    await world.people.send_text(IVAN, "/start")

    assert "принята" in answer.json["text"]
    await world.people.wait_for_message(IVAN, "Новогодний бал")
    assert (await world.request("GET", "/readyz")).status == 200
    assert (await world.request("GET", f"/api/form-data/{IVAN}/latest", world.guest(IVAN))).status == 200


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", {"redis_url": "redis://127.0.0.1:1/0"})])
async def test_negative_control_a_conversation_does_need_redis(world: World) -> None:
    await world.people.send_text(IVAN, "/cancel")

    assert await world.people.wait_for_message(IVAN, "на нашей стороне")


async def test_conversations_are_remembered_in_redis_under_the_bot_s_id(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as client:
        fsm = create_fsm(client, prefix="bal_bot:test-run")
        key = StorageKey(bot_id=990099, chat_id=IVAN, user_id=IVAN)
        await fsm.storage.set_state(key, "filling:name")
        names = [name.decode() async for name in client.scan_iter("bal_bot:test-run:*")]
        assert len(names) == 1
        assert ":990099:" in names[0]
        assert 0 < await client.ttl(names[0]) <= 7 * 24 * 3600
        await client.delete(*names)


def bot_environment(api_url: str, port: int, database_url: str, token: str, **more: str) -> dict[str, str]:
    return os.environ | {
        "TELEGRAM_BOT_TOKEN": token,
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": database_url,
        "TELEGRAM_API_URL": api_url,
        "WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "REDIS_URL": "",
        **more,
    }


async def ready(port: int) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(40):
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/readyz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def test_sigterm_finishes_what_is_in_hand_and_keeps_the_webhook(database_url: str) -> None:
    bound = free_socket()
    port = bound.getsockname()[1]
    bound.close()
    async with run_sandbox("78:TEST") as (_, people, api_url):
        environment = bot_environment(api_url, port, database_url, "78:TEST")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
        )
        try:
            await ready(port)
            sent = [people.send_web_app_data(user, json.dumps(example())) for user in [IVAN] * 20]
            gathered = asyncio.gather(*sent)
            await asyncio.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            await gathered
            _, errors = await asyncio.wait_for(process.communicate(), 20)
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors
        assert (await people.info())["webhook"]["url"], "the webhook was deleted at stop: updates would be lost"
        # What Telegram could not deliver comes again when the bot is back: all twenty are stored, none twice.
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", cwd=ROOT, env=environment)
        try:
            await ready(port)
            async with asyncio.timeout(20):
                while len([m for m in await people.messages(IVAN) if "принята" in m.get("text", "")]) < 20:
                    await asyncio.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def test_kill_nine_in_the_middle_loses_no_answer_that_was_acknowledged(database_url: str) -> None:
    bound = free_socket()
    port = bound.getsockname()[1]
    bound.close()
    async with run_sandbox("79:TEST") as (_, people, api_url):
        environment = bot_environment(api_url, port, database_url, "79:TEST", BOT_MODE="polling", WEBHOOK_URL="")
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", cwd=ROOT, env=environment)
        await ready(port)
        for _ in range(30):
            await people.send_web_app_data(IVAN, json.dumps(example()))
        await asyncio.sleep(0.05)
        process.kill()
        await process.wait()
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", cwd=ROOT, env=environment)
        try:
            await ready(port)
            async with asyncio.timeout(20):
                while (await people.updates())["pending"]:
                    await asyncio.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
    database = Database(database_url)
    async with database.read() as connection:
        count = (await connection.exec_driver_sql("SELECT count(*), count(DISTINCT id) FROM forms")).one()
        events = (await connection.exec_driver_sql("SELECT count(*) FROM form_events")).scalar_one()
    await database.close()
    assert tuple(count) == (30, 30)
    assert events == 30


async def test_one_poison_update_delivered_twenty_times_at_once_is_one_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def poison(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(FormService, "submit", poison)
    update = world.update(json.dumps(example()))

    answers = await asyncio.gather(*(world.deliver(update) for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert await world.count("dead_letters") == 1


async def test_a_letter_that_cannot_be_kept_does_not_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def poison(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(FormService, "submit", poison)
    monkeypatch.setattr(DeadLetterService, "keep", poison)

    assert (await world.deliver(world.update(json.dumps(example())))).status == 200
