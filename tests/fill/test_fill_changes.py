"""A form that was sent is changed in the chat: what the organisers named, what each status means, what waits."""

import pytest
from fill_parts import Guest
from test_fill_ball import fill_ball
from test_fill_restart import open_form
from world import ADA, IVAN, STORED, VERA, World, until

from bot.actor import Actor, Role
from bot.errors import TransitionNotAllowed
from bot.services import Decision
from bot.services.statuses import Status
from bot.submission import Submission
from bot.web.keys import SERVICES

ADMIN = Actor(ADA, Role.ADMIN)


async def decide(guest: Guest, status: Status, *fields: str) -> None:
    """An organiser's decision on form 1, of which the guest has heard."""
    await guest.world.app[SERVICES].review.decide(ADMIN, None, 1, Decision(status, fields=fields))

    async def told() -> bool:
        waiting = "SELECT count(*) FROM outbox WHERE kind = 'notice' AND sent_at IS NULL"
        return await guest.world.rows(waiting) == [(0,)]

    await until(told)


async def sent(guest: Guest) -> None:
    """Form 1, submitted."""
    await fill_ball(guest)
    await guest.press("✅ Отправить")
    await guest.settle()


async def test_needs_changes_asks_the_named_questions_first(ivan: Guest) -> None:
    await sent(ivan)
    await decide(ivan, Status.NEEDS_CHANGES, "email", "preferences.dietary_requirements")
    await open_form(ivan, 1)
    asked = await ivan.asked()
    assert "Вопрос 1 из 2" in asked["text"]
    assert "Ваш ответ: ivan@example.com" in asked["text"]
    await ivan.says("new@example.com", "Питание")
    summary = await ivan.says("Всё ем", "рассмотрят снова")
    assert await ivan.form() == ("needs_changes", STORED), "nothing is stored before it is sent"
    assert "new@example.com" in summary["text"]
    await ivan.press("✅ Отправить")
    status, answers = await ivan.form()
    assert (status, answers["email"]) == ("submitted", "new@example.com")
    assert answers["preferences"]["dietary_requirements"] == "Всё ем"
    moves = "SELECT from_status, to_status FROM form_events ORDER BY id DESC LIMIT 1"
    assert await ivan.world.rows(moves) == [("needs_changes", "submitted")]


async def test_an_approved_form_goes_back_to_review_and_it_is_said_before(ivan: Guest) -> None:
    await sent(ivan)
    await decide(ivan, Status.APPROVED)
    await open_form(ivan, 1)
    assert "Вы пока ничего не изменили" in (await ivan.asked())["text"]
    assert "✅ Отправить" not in await ivan.labels()
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Сколько билетов")
    summary = await ivan.says("3", "⚠️ Анкета одобрена")
    assert (await ivan.form())[0] == "approved"
    await ivan.press("✅ Отправить")
    assert await ivan.form() == ("submitted", STORED | {"quantity": 3})
    assert "принята" in ivan.message(summary["message_id"])["text"]


async def test_changes_that_are_given_up_leave_the_form_as_it_was(ivan: Guest) -> None:
    await sent(ivan)
    await decide(ivan, Status.APPROVED)
    for leave in ("button", "command"):
        await open_form(ivan, 1)
        await ivan.press("✏️ Изменить ответ")
        await ivan.press("Сколько билетов")
        summary = await ivan.says("3", "⚠️")
        if leave == "button":
            await ivan.press("Не менять")
            assert "осталась прежней" in ivan.message(summary["message_id"])["text"]
        else:
            await ivan.says("/cancel", "осталась прежней")
    assert await ivan.form() == ("approved", STORED)


async def test_a_decision_meanwhile_is_not_overruled_unseen(ivan: Guest) -> None:
    await sent(ivan)
    await open_form(ivan, 1)
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Сколько билетов")
    await ivan.says("3", "организаторы увидят её с изменениями")
    await decide(ivan, Status.APPROVED)
    assert "тем временем изменилась" in (await ivan.press("✅ Отправить") or "")
    assert (await ivan.form())[0] == "approved"
    assert "⚠️ Анкета одобрена" in (await ivan.asked())["text"]
    await ivan.press("✅ Отправить")
    assert await ivan.form() == ("submitted", STORED | {"quantity": 3})


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_rejected_form_may_be_sent_again_a_cancelled_one_not(ivan: Guest) -> None:
    await sent(ivan)
    await decide(ivan, Status.REJECTED)
    await open_form(ivan, 1)
    await ivan.press("✅ Отправить")
    assert (await ivan.form())[0] == "submitted"
    await open_form(ivan, 1)
    await ivan.press("✏️ Изменить ответ")
    forms = ivan.world.app[SERVICES].forms
    await forms.update(Actor(IVAN, Role.GUEST), 1, Submission(None, status="cancelled"))
    await ivan.press("Сколько билетов")
    assert "отменена, изменить её нельзя" in ivan.messages()[-1]["text"]
    await open_form(ivan, 1)
    assert "отменена, изменить её нельзя" in ivan.messages()[-1]["text"]
    with pytest.raises(TransitionNotAllowed):
        await ivan.world.app[SERVICES].filling.open(Actor(IVAN, Role.GUEST), 1)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_second_press_of_open_loses_no_change(ivan: Guest) -> None:
    await sent(ivan)
    await open_form(ivan, 1)
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Сколько билетов")
    await ivan.says("3", "Проверьте")
    await open_form(ivan, 1)
    await ivan.press("✅ Отправить")
    assert (await ivan.form())[1]["quantity"] == 3


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_admin_fills_an_own_form_but_opens_nobody_else_s(ivan: Guest, world: World) -> None:
    await sent(ivan)
    ada, vera = Guest(world, ADA), Guest(world, VERA)
    await ada.says("/fill", "First and last name")
    await ada.says("Ada Ball", "E-mail")
    await open_form(ada, 1)
    assert "больше нет" in ada.messages()[-1]["text"]
    await vera.says("/fill", "First and last name")
    assert await ivan.form() == ("submitted", STORED)
