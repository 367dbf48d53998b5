"""Old buttons, messages that come twice, too early or for somebody else: a polite word, and no wrong answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fill_parts import Guest, button, said
from test_fill_ball import fill_ball
from world import ADA, VERA, World, free_socket, run_app, until

from bot.actor import Actor, Role
from bot.web.keys import SERVICES

BALL = Path(__file__).resolve().parent.parent.parent / "questionnaire.toml"


async def to_ticket(guest: Guest) -> None:
    await guest.says("/fill")
    for answer in ("Иван Иванов", "ivan@example.com", "+79991234567"):
        await guest.says(answer, "Вопрос")


async def test_a_button_pressed_twice_counts_once(ivan: Guest) -> None:
    await to_ticket(ivan)
    ticket = await ivan.asked()
    both = [ivan.world.people.press_inline(ivan.id, ticket["message_id"], button(ticket, "VIP")) for _ in range(2)]
    told = await asyncio.gather(*both)
    assert {answer["text"][:11] for answer in told if answer} == {"", "Этот вопрос"}
    assert "Сколько билетов" in (await ivan.asked())["text"]
    assert (await ivan.form())[1]["ticket_type"] == "VIP"


async def test_buttons_of_an_old_question_change_nothing(ivan: Guest) -> None:
    await to_ticket(ivan)
    ticket = await ivan.asked()
    assert "Выберите, пожалуйста" in (await ivan.says("Ложа", "варианта"))["text"]
    await ivan.says("VIP", "Сколько билетов")
    assert "уже позади" in (await ivan.press("Студенческий", ticket) or "")
    assert (await ivan.form())[1]["ticket_type"] == "VIP"
    await ivan.says("2", "Питание")
    for _ in range(2):
        await ivan.press("Пропустить")
    summary = await ivan.asked()
    send = button(summary, "✅ Отправить")
    both = [ivan.world.people.press_inline(ivan.id, summary["message_id"], send) for _ in range(2)]
    assert sorted(answer["text"][:6] for answer in await asyncio.gather(*both) if answer) == ["", "Сейчас"]
    assert await ivan.world.rows("SELECT status FROM forms") == [("submitted",)]
    assert len(await ivan.world.rows("SELECT 1 FROM form_events WHERE action = 'edited'")) == 1


async def test_a_redelivered_answer_is_no_answer_to_the_next_question(ivan: Guest) -> None:
    await ivan.says("/fill")
    asked = await ivan.says("Иван", "почта")
    updates = (await ivan.world.people.updates())["updates"]
    assert await ivan.world.people.redeliver(updates[-1]["update_id"], 3) == [200] * 3
    assert await ivan.world.people.redeliver(updates[0]["update_id"], 2) == [200] * 2
    assert await ivan.silence(asked["message_id"])
    assert await ivan.world.rows("SELECT id FROM forms") == [(1,)]
    assert (await ivan.form())[1] == {"name": "Иван"}


async def test_a_message_older_than_the_question_is_asked_about(ivan: Guest) -> None:
    """Two messages in a row: the second was written before the question that would take it."""
    await ivan.says("/fill", "Имя")
    mine = [await ivan.world.people.send_text(ivan.id, text) for text in ("Иван", "Иванов", "ivan@example.com")]
    again = await ivan.heard(mine[-1]["message_id"], "пришло раньше вопроса")
    assert "Электронная почта" in again["text"]
    assert (await ivan.form())[1] == {"name": "Иван"}
    await ivan.says("ivan@example.com", "Телефон")


async def test_an_edited_message_is_no_answer(ivan: Guest) -> None:
    mine = await ivan.world.people.send_text(ivan.id, "привет")
    await ivan.settle()
    await ivan.world.people.edit(ivan.id, mine["message_id"], "привет!")
    before = (await ivan.heard(mine["message_id"], "Я принимаю"))["message_id"]
    assert await ivan.silence(before)
    await ivan.says("/fill")
    asked = await ivan.says("Иван", "почта")
    answer = next(m for m in ivan.messages() if m.get("text") == "Иван")
    await ivan.world.people.edit(ivan.id, answer["message_id"], "Пётр")
    await ivan.heard(asked["message_id"], "Правку отправленного сообщения")
    assert (await ivan.form())[1] == {"name": "Иван"}


async def test_a_reply_elsewhere_is_asked_about(ivan: Guest) -> None:
    first = await ivan.says("/fill", "Имя")
    await ivan.says("Иван", "почта", reply_to_message_id=first["message_id"])
    again = await ivan.says("Пётр", "на другое сообщение", reply_to_message_id=first["message_id"])
    assert "Электронная почта" in again["text"]
    assert (await ivan.form())[1] == {"name": "Иван"}


async def word_to(guest: Guest) -> dict[str, object]:
    """An organiser writes to the guest about form 1."""
    services = guest.world.app[SERVICES]
    await services.conversations.say(Actor(ADA, Role.ADMIN), None, 1, "Вы с собакой?")

    async def known() -> bool:
        return bool(await guest.world.rows("SELECT 1 FROM form_messages WHERE purpose = 'word'"))

    await until(known)
    return await guest.world.people.wait_for_message(guest.id, "Вы с собакой?")


async def test_an_answer_to_the_organisers_reaches_them(ivan: Guest) -> None:
    await ivan.says("/fill")
    word = await word_to(ivan)
    await ivan.says("С двумя", "Передали организаторам", reply_to_message_id=word["message_id"])
    assert await ivan.world.rows("SELECT note FROM form_events WHERE action = 'answer'") == [("С двумя",)]
    assert (await ivan.form())[1] == {}
    again = await ivan.says("Иван", "не понял, кому эти слова")
    assert "Имя и фамилия" in again["text"]
    await ivan.says("Иван", "почта")
    assert (await ivan.form())[1] == {"name": "Иван"}


async def test_commands_win_over_answers(ivan: Guest) -> None:
    await ivan.says("/fill")
    await ivan.says("/start", "Новогодний бал")
    await ivan.says("/help", "/fill")
    await ivan.says("/nonsense", "Я принимаю анкеты")
    assert (await ivan.form())[1] == {}
    await ivan.says("Иван", "почта")


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_words_at_the_summary_are_no_answer(ivan: Guest) -> None:
    await fill_ball(ivan)
    assert "Вопросов больше нет" in (await ivan.says("готово"))["text"]
    summary = await ivan.asked()
    await ivan.press("Позже")
    assert "Черновик № 1 сохранён" in ivan.message(summary["message_id"])["text"]
    assert await ivan.world.count("form_messages") == 0


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nobody_else_s_form_is_opened(ivan: Guest) -> None:
    await ivan.says("/fill")
    vera = Guest(ivan.world, VERA)
    await vera.says("/fill")
    [theirs] = await vera.world.rows("SELECT count(*) FROM forms")
    assert theirs == (2,)
    update = said(ivan.world, VERA, 1)
    message = (await vera.asked()) | {"reply_markup": None}
    for verb, form in (("open", 1), ("open", 999), ("send", 1), ("nonsense", 2)):
        query = {
            "id": f"{verb}{form}",
            "from": update["message"]["from"],
            "chat_instance": "1",
            "data": f"q:{verb}:{form}:1",
            "message": {name: message[name] for name in ("message_id", "date", "chat", "from", "text")},
        }
        answer = await ivan.world.deliver({"update_id": next(ivan.world.update_ids), "callback_query": query})
        assert answer.status == 200
    assert await ivan.form(1) == ("draft", {})
    assert await ivan.world.count("dead_letters") == 0


@asynccontextmanager
async def changed_questionnaire(world: World, folder: Path) -> AsyncIterator[None]:
    """A restart with another file: one choice has another label, one question another key."""
    file = folder / "changed.toml"
    changed = BALL.read_text("utf-8").replace("Студенческий", "Школьный").replace('key = "email"', 'key = "mail"')
    file.write_text(changed, "utf-8")
    await world.runner.cleanup()
    bound = free_socket()
    port = bound.getsockname()[1]
    address = {"port": port, "webhook_url": f"http://127.0.0.1:{port}", "questionnaire_file": file}
    async with run_app(world.settings.model_copy(update=address), bound):
        yield


async def test_a_question_that_is_no_more_takes_no_answer(ivan: Guest, tmp_path: Path) -> None:
    await ivan.says("/fill")
    await ivan.says("Иван Иванов", "почта")
    async with changed_questionnaire(ivan.world, tmp_path):
        assert "Электронная почта" in (await ivan.says("ivan@example.com", "Вопросы изменились"))["text"]
        assert (await ivan.form())[1] == {"name": "Иван Иванов"}
        await ivan.says("ivan@example.com", "Телефон")
    assert (await ivan.form())[1]["mail"] == "ivan@example.com"


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_questionnaire_that_has_changed_asks_anew(ivan: Guest, tmp_path: Path) -> None:
    await to_ticket(ivan)
    ticket = await ivan.asked()
    async with changed_questionnaire(ivan.world, tmp_path):
        assert "уже позади" in (await ivan.press("Студенческий", ticket) or "")
        await ivan.says("VIP", "Сколько билетов")
        await ivan.says("2", "Питание")
        await ivan.press("Пропустить")
        await ivan.press("Пропустить")
        assert "Электронная почта" in (await ivan.asked())["text"], "a new question without which it cannot be sent"
        await ivan.says("new@example.com", "Проверьте ответы")
        await ivan.press("✅ Отправить")
    status, answers = await ivan.form()
    assert (status, answers["mail"], answers["ticket_type"]) == ("submitted", "new@example.com", "VIP")
    assert "email" not in answers
