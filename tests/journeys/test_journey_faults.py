"""What goes wrong on the way: nothing typed is lost, no form is made twice, and the guest reads what to do."""

import time
from pathlib import Path

import pytest
from journey_parts import ALMOST_EMAIL, STORED, Journey, both_scripts
from playwright.async_api import Route, expect
from world import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

CREATE = "**/api/form-data/"


@both_scripts
async def test_answers_that_the_bot_refuses_are_mended_from_what_was_sent(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill_all(email=ALMOST_EMAIL)
    await journey.submit()
    refusal = journey.bot_says.last
    await expect(refusal).to_contain_text("Анкета пока не принята")
    await expect(refusal.locator("strong")).to_have_text(["Электронная почта"])
    await expect(refusal.locator("blockquote")).to_contain_text(ALMOST_EMAIL)
    assert await journey.forms() == []

    await journey.open_from_keyboard()
    await expect(journey.heading("Анкета отправлена")).to_be_visible()
    await expect(journey.main_button).to_have_count(0)
    await journey.button("Продолжить с отправленного").click()
    kept = {"name": "Иван Иванов", "email": ALMOST_EMAIL, "phone": "8 (999) 123-45-67", "quantity": "1"}
    assert await journey.values(*kept) == kept
    await expect(journey.app.get_by_label("VIP")).to_be_checked()
    await journey.fill(email="ivan@example.com")
    await journey.submit()
    await expect(journey.bot_says.last).to_contain_text("Анкета № 1 принята")
    assert (await journey.the_form()).answers == STORED


@both_scripts
async def test_answers_that_the_server_refuses_are_marked_and_there_after_closing(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_menu()
    await journey.fill_all(email=ALMOST_EMAIL)
    await journey.submit()
    await expect(journey.error("email")).to_contain_text("Такого адреса не бывает")
    await expect(journey.field("email")).to_be_focused()
    await journey.later_on_the_page()
    await expect(journey.error("email")).to_be_visible()
    await expect(journey.notice).to_contain_text("отмеченные ответы")
    await journey.close_anyway()
    await journey.open_from_menu()
    kept = {"name": "Иван Иванов", "email": ALMOST_EMAIL, "phone": "8 (999) 123-45-67"}
    assert await journey.values(*kept) == kept
    await journey.fill(email="ivan@example.com")
    await journey.submit()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert (await journey.the_form()).answers == STORED


async def test_what_the_page_cannot_know_stands_at_its_field(journey: Journey) -> None:
    """The organisers have taken a ticket type out since the page was opened."""

    async def with_a_ticket_of_old(route: Route) -> None:
        body = route.request.post_data_json
        body["form_data"]["ticket_type"] = "Press"
        await route.continue_(post_data=body)

    await journey.start()
    await journey.open_from_menu()
    await journey.fill_all()
    await journey.context.route(CREATE, with_a_ticket_of_old)
    await journey.submit()
    await expect(journey.error("ticket_type")).to_contain_text("Такого варианта нет")
    await expect(journey.app.get_by_label("VIP")).to_be_focused()
    await journey.context.unroute(CREATE)
    await journey.submit()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert (await journey.the_form()).answers == STORED


@both_scripts
async def test_pressing_again_and_again_makes_one_form(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill_all()
    await journey.press_at_once(4)
    await expect(journey.bot_says.last).to_contain_text("Анкета № 1 принята")
    assert len(await journey.sent_data()) == 1
    await journey.open_from_menu()
    await journey.button("Изменить ответы").click()
    await journey.fill(name="Пётр Петров")
    await journey.press_at_once(4)
    await expect(journey.app.locator("#done-answers")).to_contain_text("Пётр Петров")
    form = await journey.the_form()
    assert (form.version, form.answers) == (2, STORED | {"name": "Пётр Петров"})


@both_scripts
async def test_pressing_again_and_again_over_rest_makes_one_form(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_menu()
    await journey.fill_all()
    await journey.press_at_once(4)
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert (await journey.the_form()).answers == STORED


@pytest.mark.parametrize("script", ["official"])
async def test_reload_in_the_middle(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill(name="Иван Ив", email="ivan@")
    await journey.app.get_by_label("VIP").check()
    await journey.reload_app()
    await expect(journey.app.locator("#banner")).to_contain_text("Продолжаем ваш черновик")
    assert await journey.values("name", "email") == {"name": "Иван Ив", "email": "ivan@"}
    await journey.fill_all()
    await journey.submit()
    await expect(journey.bot_says.last).to_contain_text("принята")
    assert (await journey.the_form()).answers == STORED


@both_scripts
async def test_offline_and_back(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_menu()
    await journey.context.set_offline(True)
    await journey.fill_all()
    await journey.submit()
    await expect(journey.notice).to_contain_text("Нет связи с сервером. Ответы сохранены")
    assert await journey.forms() == []
    await journey.context.set_offline(False)
    await journey.button("Отправить ещё раз").click()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert (await journey.the_form()).answers == STORED


@both_scripts
async def test_a_launch_of_yesterday_keeps_the_answers(journey: Journey) -> None:
    async def the_day_before_yesterday(route: Route) -> None:
        await route.continue_(post_data=route.request.post_data_json | {"auth_date": int(time.time()) - 2 * 86_400})

    await journey.start()
    await journey.context.route("**/launch", the_day_before_yesterday)
    await journey.open_from_menu()
    await journey.fill_all()
    await journey.submit()
    await expect(journey.notice).to_contain_text("закройте страницу, откройте её в боте заново и отправьте")
    assert await journey.forms() == []
    await journey.context.unroute("**/launch")
    await journey.close_anyway()
    await journey.open_from_menu()
    await expect(journey.field("email")).to_have_value("ivan@example.com")
    await journey.submit()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert (await journey.the_form()).answers == STORED


@pytest.fixture
def wordy(tmp_path: Path) -> dict[str, object]:
    """A questionnaire with room for more than sendData takes."""
    text = Path("questionnaire.toml").read_text("utf-8")
    field = '[[fields]]\nkey = "accessibility_needs"\ngroup = "preferences"\ntype = "text"'
    assert field in text
    file = tmp_path / "questionnaire.toml"
    file.write_text(text.replace(field, field.replace('"text"', '"long_text"')), "utf-8")
    return {"questionnaire_file": file}


class TestLongAnswers:
    """2,000 letters fit the field and, being Russian, not the 4,096 bytes of sendData."""

    @pytest.fixture
    def overrides(self, wordy: dict[str, object]) -> dict[str, object]:
        return wordy

    @both_scripts
    async def test_they_are_refused_in_words_before_they_are_sent(self, journey: Journey) -> None:
        await journey.start()
        await journey.open_from_keyboard()
        await journey.fill_all(**{"preferences.accessibility_needs": "я" * 2000})
        await journey.submit()
        await expect(journey.notice).to_contain_text("Ответы слишком длинные для отправки. Сократите")
        assert await journey.sent_data() == []
        await journey.fill(**{"preferences.accessibility_needs": "я" * 1700})
        await journey.submit()
        await expect(journey.bot_says.last).to_contain_text("принята")
        assert (await journey.the_form()).answers["preferences"] == {"accessibility_needs": "я" * 1700}


BAD_DAYS: dict[str, dict[str, float]] = {
    "429": {"too_many_requests": 1, "retry_after": 1},
    "500": {"server_errors": 1},
    "slow": {"slow": 0.3},
}
# Telegram tells nobody what became of a call that travels in a webhook's answer, so there it cannot be repeated.
HEARD = {("429", "polling"), ("500", "polling"), ("slow", "polling"), ("slow", "webhook")}


@pytest.mark.parametrize("mode", ["webhook", "polling"])
@pytest.mark.parametrize("day", BAD_DAYS)
async def test_a_bad_day_of_telegram(journey: Journey, day: str, mode: str) -> None:
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill_all()
    people = journey.world.people
    before = len(await people.calls("sendMessage"))
    is_heard = (day, mode) in HEARD

    async def over() -> bool:
        calls = (await people.calls("sendMessage"))[before:]
        waiting = (await people.updates())["pending"]
        return bool(calls) and not waiting and calls[-1]["ok"] is is_heard

    await people.faults(methods=["sendMessage"], **BAD_DAYS[day])
    await journey.submit()
    await journey.has_stored("submitted")
    await until(over)
    # Who has not heard of it sees it on the page.
    await journey.open_from_menu()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert (await journey.the_form()).answers == STORED
    assert len([text for text in await journey.said() if "принята" in text]) == is_heard
    assert len(await journey.sent_data()) == 1
