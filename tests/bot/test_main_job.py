"""The main job, end to end: SQLite and PostgreSQL, webhook and polling."""

import asyncio
import json

import pytest
from world import ADA, IVAN, STORED, VERA, World, example, until

from bot.messages.commands import GUESTS

MODES = pytest.mark.parametrize("mode", ["webhook", "polling"])


@MODES
async def test_a_guest_s_answers_reach_the_database(world: World) -> None:
    await world.people.send_text(IVAN, "/start")
    greeting = await world.people.wait_for_message(IVAN, "Новогодний бал")
    button = (await world.people.keyboard(IVAN))["keyboard"][0][0]
    assert "via=kb" in button["web_app"]["url"]
    assert greeting["text"].count("\n") > 2

    await world.people.send_web_app_data(IVAN, json.dumps(example()), button["text"])

    answer = await world.people.wait_for_message(IVAN, "принята")
    assert "№ 1" in answer["text"]
    forms = await world.rows("SELECT id, user_id, status, source, questionnaire, version FROM forms")
    assert forms == [(1, IVAN, "submitted", "mini_app", "new-year-ball", 1)]
    [(stored,)] = await world.rows("SELECT CAST(form_data AS text) FROM forms")
    assert json.loads(stored) == STORED
    assert await world.rows(
        "SELECT form_id, actor_id, actor_role, action, from_status, to_status FROM form_events"
    ) == [(1, IVAN, "guest", "created", None, "submitted")]
    assert await world.rows("SELECT first_name, language_code FROM users WHERE id = :id", id=IVAN) == [("Иван", "ru")]


@MODES
async def test_bad_answers_are_named_field_by_field_and_nothing_typed_is_lost(world: World) -> None:
    bad = example() | {"email": "vera@", "quantity": 11, "name": "<b>Vera</b> & co"}
    await world.people.send_web_app_data(VERA, json.dumps(bad))

    answer = (await world.people.wait_for_message(VERA, "not in yet"))["text"]

    assert "E-mail" in answer
    assert "at most 10" in answer or "10" in answer
    assert "<b>Vera</b> & co" in answer
    assert "vera@" in answer
    assert await world.counts() == (0, 0, 0, 0)


@MODES
async def test_an_admin_and_a_guest_get_their_own_help(world: World) -> None:
    await world.people.send_text(ADA, "/help")
    await world.people.send_text(IVAN, "/help")

    assert "/forms" in (await world.people.wait_for_message(ADA, "You are an admin"))["text"]
    assert "/forms" not in (await world.people.wait_for_message(IVAN, "/start"))["text"]


@MODES
async def test_anything_else_is_answered_politely(world: World) -> None:
    await world.people.send_text(IVAN, "привет")

    assert "/help" in (await world.people.wait_for_message(IVAN, "анкеты"))["text"]


async def test_the_same_update_twenty_times_at_once_is_one_form(world: World) -> None:
    update = world.update(json.dumps(example()))

    answers = await asyncio.gather(*(world.deliver(update) for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert {answer.json["text"] for answer in answers} == {answers[0].json["text"]}
    assert "№ 1" in answers[0].json["text"]
    assert (await world.counts())[:2] == (1, 1)


async def test_negative_control_other_messages_are_other_forms(world: World) -> None:
    updates = [world.update(json.dumps(example()), message_id=number) for number in range(20)]

    answers = await asyncio.gather(*map(world.deliver, updates))

    assert len({answer.json["text"] for answer in answers}) == 20
    assert (await world.counts())[:2] == (20, 20)


async def test_a_submission_id_makes_two_messages_one_form(world: World) -> None:
    data = json.dumps({"form_data": example(), "submission_id": "1b671a64-40d5-491e-99b0-da01ff1f3341"})
    first, second = await asyncio.gather(
        world.deliver(world.update(data, message_id=1)), world.deliver(world.update(data, message_id=2))
    )

    assert first.json["text"] == second.json["text"]
    assert await world.count("forms") == 1


async def test_a_redelivery_is_answered_as_the_first_even_after_a_review(world: World) -> None:
    update = world.update(json.dumps(example()))
    first = await world.deliver(update)
    await world.request("PUT", "/api/form-data/1", world.admin, json={"status": "approved"})

    again = await world.deliver(update)

    assert again.json == first.json
    assert await world.rows("SELECT status FROM forms") == [("approved",)]


async def test_a_deleted_form_is_not_made_anew_by_a_redelivery(world: World) -> None:
    update = world.update(json.dumps(example()))
    await world.deliver(update)
    await world.request("DELETE", "/api/form-data/1", world.guest(IVAN))

    again = await world.deliver(update)

    assert "удалена" in again.json["text"]
    assert await world.rows("SELECT count(*) FROM forms WHERE deleted_at IS NULL") == [(0,)]


async def test_a_draft_by_send_data_is_a_draft(world: World) -> None:
    data = json.dumps({"form_data": {"name": "Иван"}, "status": "draft"})

    answer = await world.deliver(world.update(data))

    assert "Черновик" in answer.json["text"]
    assert await world.rows("SELECT status, submitted_at FROM forms") == [("draft", None)]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_commands_and_the_menu_button_are_set_at_start(world: World) -> None:
    async def commands_are_set() -> bool:
        return bool(await world.people.commands(IVAN))

    await until(commands_are_set)
    assert [command["command"] for command in await world.people.commands(IVAN)] == list(GUESTS)
    calls = {call["method"] for call in await world.people.calls()}
    await until(lambda: _called(world, "setChatMenuButton"))
    assert "setWebhook" in calls


async def _called(world: World, method: str) -> bool:
    return bool(await world.people.calls(method))


async def test_ten_new_guests_press_start_twenty_times_at_once(world: World) -> None:
    def start(user: int) -> dict[str, object]:
        update = world.update("", user)
        del update["message"]["web_app_data"]
        entity = {"type": "bot_command", "offset": 0, "length": 6}
        update["message"] |= {"text": "/start", "entities": [entity]}
        return update

    updates = [start(user) for user in range(5_000, 5_010)]
    answers = await asyncio.gather(*(world.deliver(update) for update in updates for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert all("Новогодний бал" in answer.json["text"] for answer in answers)
    assert (await world.counts())[2:] == (10, 0)


async def test_other_answers_under_an_old_submission_id_are_not_dropped(world: World) -> None:
    number = "1b671a64-40d5-491e-99b0-da01ff1f3341"
    first = json.dumps({"form_data": example(), "submission_id": number})
    other = json.dumps({"form_data": example() | {"quantity": 5}, "submission_id": number})

    answers = [await world.deliver(world.update(data, message_id=at)) for at, data in ((1, first), (2, other))]
    again = await world.deliver(world.update(other, message_id=2))

    assert all("принята" in answer.json["text"] for answer in answers)
    assert answers[0].json["text"] != answers[1].json["text"]
    assert again.json == answers[1].json
    assert await world.count("forms") == 2


async def test_the_same_answers_after_a_rejection_are_answered_with_the_truth(world: World) -> None:
    update = world.update(json.dumps(example()))
    await world.deliver(update)
    await world.request("PUT", "/api/form-data/1", world.admin, json={"status": "rejected"})

    assert "отклонена" in (await world.deliver(update)).json["text"]
