"""Restart in the middle, two devices, two replicas: the next answer continues where it was."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from fill_parts import EVERY_TYPE, Guest, said
from test_fill_ball import fill_ball
from test_fill_types import WHOLE, to_companion
from world import IVAN, STORED, VERA, World, example, free_socket, run_app


@asynccontextmanager
async def restarted(world: World) -> AsyncIterator[None]:
    """The process ends, another begins with the same database (and Redis)."""
    await world.runner.cleanup()
    bound = free_socket()
    port = bound.getsockname()[1]
    address = {"port": port, "webhook_url": f"http://127.0.0.1:{port}"}
    async with run_app(world.settings.model_copy(update=address), bound):
        yield


async def test_the_answer_after_a_restart_goes_where_it_was_asked(ivan: Guest) -> None:
    await ivan.says("/fill")
    for answer in ("Иван Иванов", "ivan@example.com", "89991234567", "VIP", "2"):
        await ivan.says(answer, "Вопрос")
    await ivan.press("Пропустить")
    async with restarted(ivan.world):
        summary = await ivan.says("Нет", "Проверьте ответы")
        assert "Питание" not in summary["text"], "what was skipped is not asked again"
    async with restarted(ivan.world):
        await ivan.press("✅ Отправить")
    answers = dict(STORED) | {"preferences": {"accessibility_needs": "Нет"}}
    assert await ivan.form() == ("submitted", answers)


async def test_a_button_and_a_command_after_a_restart(ivan: Guest) -> None:
    await ivan.says("/fill")
    for answer in ("Иван Иванов", "ivan@example.com", "89991234567"):
        await ivan.says(answer, "Вопрос")
    async with restarted(ivan.world):
        await ivan.press("VIP")
        assert "Сколько билетов" in (await ivan.asked())["text"]
        await ivan.press("‹ Назад")
        await ivan.press("Студенческий")
    async with restarted(ivan.world):
        assert "Продолжаем черновик № 1" in (await ivan.says("/fill", "Сколько билетов"))["text"]
    assert (await ivan.form())[1]["ticket_type"] == "Student"


async def test_changes_to_a_sent_form_after_a_restart(ivan: Guest, backend: str) -> None:
    """They wait in the FSM: Redis keeps them, memory forgets them and the guest is told so."""
    await fill_ball(ivan)
    await ivan.press("✅ Отправить")
    await open_form(ivan, 1)
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Электронная почта")
    await ivan.says("new@example.com", "Проверьте ответы")
    async with restarted(ivan.world):
        if backend == "sqlite":
            again = await ivan.says("отправить", "несохранённые изменения пропали")
            assert "ivan@example.com" in again["text"]
        else:
            await ivan.press("✅ Отправить")
            assert (await ivan.form())[1]["email"] == "new@example.com"
    assert (await ivan.form())[0] == "submitted"


async def test_begun_on_the_page_finished_in_the_chat(ivan: Guest) -> None:
    guest = ivan.world.guest(IVAN)
    begun = {"name": "Иван Иванов", "ticket_type": "VIP", "preferences": {"accessibility_needs": "Нет"}}
    await ivan.world.request("POST", "/api/form-data/", guest, json={"form_data": begun})
    first = await ivan.says("/fill", "Электронная почта")
    assert "Продолжаем черновик № 1" in first["text"]
    await ivan.says("ivan@example.com", "Телефон")
    await ivan.world.request(
        "PUT", "/api/form-data/1", guest, json={"form_data": begun | {"email": "ivan@example.com", "quantity": 2}}
    )
    await ivan.says("+79991234567", "Сколько билетов")
    assert "Ваш ответ: 2" in (await ivan.asked())["text"], "what the page has saved meanwhile is shown"
    await ivan.press("Оставить")
    await ivan.says("Вегетарианец", "Проверьте ответы")
    await ivan.press("✅ Отправить")
    assert await ivan.form() == ("submitted", STORED)
    assert await ivan.world.count("forms") == 1


@pytest.mark.parametrize("way", ["Пропустить", "Убрать ответ"])
async def test_a_skip_keeps_what_another_device_has_answered_meanwhile(ivan: Guest, way: str) -> None:
    """The control: only who asks for it takes the answer away."""
    await ivan.says("/fill")
    for answer in ("Иван Иванов", "ivan@example.com", "89991234567", "VIP", "2"):
        await ivan.says(answer, "Вопрос")
    diet = {"preferences": {"dietary_requirements": "Веган"}}
    form_data = (await ivan.form())[1] | diet
    await ivan.world.request("PUT", "/api/form-data/1", ivan.world.guest(IVAN), json={"form_data": form_data})
    if way == "Убрать ответ":
        await ivan.press("‹ Назад")
        await ivan.press("Оставить")
    await ivan.press(way)
    assert (await ivan.form())[1].get("preferences") == (diet["preferences"] if way == "Пропустить" else None)


async def test_begun_in_the_chat_finished_on_the_page(ivan: Guest) -> None:
    await ivan.says("/fill")
    await ivan.says("Иван Иванов", "почта")
    guest = ivan.world.guest(IVAN)
    latest = (await ivan.world.request("GET", f"/api/form-data/{IVAN}/latest", guest)).json
    assert (latest["status"], latest["form_data"]) == ("draft", {"name": "Иван Иванов"})
    sent = {"form_data": example(), "status": "submitted"}
    assert (await ivan.world.request("PUT", f"/api/form-data/{latest['id']}", guest, json=sent)).status == 200
    assert "уже не черновик" in (await ivan.says("other@example.com"))["text"]
    assert await ivan.form() == ("submitted", STORED)
    assert "Я принимаю анкеты" in (await ivan.says("other@example.com"))["text"]


async def test_a_summary_that_is_no_longer_true_is_not_sent(ivan: Guest) -> None:
    await fill_ball(ivan)
    changed = example() | {"name": "Пётр"}
    await ivan.world.request("PUT", "/api/form-data/1", ivan.world.guest(IVAN), json={"form_data": changed})
    assert "тем временем изменилась" in (await ivan.press("✅ Отправить") or "")
    assert "Пётр" in (await ivan.asked())["text"]
    assert (await ivan.form())[0] == "draft"
    await ivan.press("✅ Отправить")
    assert (await ivan.form())[0] == "submitted"


async def test_a_draft_deleted_on_the_page(ivan: Guest) -> None:
    await ivan.says("/fill")
    await ivan.world.request("DELETE", "/api/form-data/1", ivan.world.guest(IVAN))
    assert "больше нет" in (await ivan.says("Иван"))["text"]
    assert "Вопрос 1 из 7" in (await ivan.says("/fill", "Имя"))["text"]


@pytest.mark.parametrize("questionnaire_file", [str(EVERY_TYPE)])
async def test_all_ways_store_the_same(ivan: Guest) -> None:
    await to_companion(ivan)
    await ivan.says("Анна", "день рождения")
    await ivan.says("29.02.2000", "Согласен")
    await ivan.press("Даю согласие")
    await ivan.press("✅ Отправить")
    body = {"form_data": WHOLE, "status": "submitted"}
    assert (await ivan.world.request("POST", "/api/form-data/", ivan.world.guest(VERA), json=body)).status == 201
    await ivan.world.deliver(ivan.world.update(json.dumps(WHOLE), VERA))
    assert [await ivan.form(number) for number in (1, 2, 3)] == [("submitted", WHOLE)] * 3


async def both(world: World, port: int, update: dict[str, object]) -> None:
    """One update delivered to two replicas at once, as after a lost answer."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": world.settings.webhook_secret}

    async def deliver(to: int) -> None:
        url = f"http://127.0.0.1:{to}/telegram/webhook"
        async with aiohttp.ClientSession() as http, http.post(url, json=update, headers=headers) as response:
            assert response.status == 200

    await asyncio.gather(deliver(world.settings.port), deliver(port))


ANSWERS = ("/fill", "Иван Иванов", "ivan@example.com", "+79991234567", "VIP", "2", "Вегетарианец", "Нет")


async def answered_on_two_replicas(world: World) -> int:
    """Every answer reaches both; how many questions were asked."""
    await Guest(world, IVAN).says("/start")
    bound = free_socket()
    port = bound.getsockname()[1]
    async with run_app(world.settings.model_copy(update={"port": port}), bound):
        for number, text in enumerate(ANSWERS):
            command = {"entities": [{"type": "bot_command", "offset": 0, "length": 5}]} if text == "/fill" else {}
            await both(world, port, said(world, IVAN, 1_000 + number, text=text, **command))
    sent = await world.people.calls("sendMessage")
    return len([call for call in sent if "Вопрос " in call["params"]["text"]])


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_replicas_take_each_answer_once(world: World) -> None:
    assert await answered_on_two_replicas(world) == 7
    guest = Guest(world, IVAN)
    assert await guest.form() == ("draft", STORED)
    assert await world.count("forms") == 1


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("overrides", [{}])
async def test_negative_control_without_redis_they_ask_twice(world: World) -> None:
    assert await answered_on_two_replicas(world) > 7


async def open_form(guest: Guest, form_id: int) -> None:
    """The button that other messages have."""
    update = said(guest.world, guest.id, 1)
    query = {
        "id": f"open{form_id}",
        "from": update["message"]["from"],
        "chat_instance": "1",
        "data": f"q:open:{form_id}:",
        "message": update["message"] | {"text": "…"},
    }
    answer = await guest.world.deliver({"update_id": next(guest.world.update_ids), "callback_query": query})
    assert answer.status == 200
