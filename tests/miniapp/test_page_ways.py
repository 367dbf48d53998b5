"""The three ways out: sendData, REST, and the kind words of a browser; never two forms."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from page_parts import SCRIPT, TICKETS, Phone
from playwright.async_api import expect
from world import ADA, IVAN, STORED, World, example, sign_init_data, until

from bot.web.telegram import PROFILE

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINE = {
    "name": "Иван Иванов",
    "email": "ivan@example.com",
    "phone": "+79991234567",
    "ticket_type": "VIP",
    "quantity": 1,
}


async def forms(server: World) -> list[Any]:
    rows = await server.rows("SELECT id, status, source, form_data FROM forms ORDER BY id")
    return [(number, status, source, json.loads(answers)) for number, status, source, answers in rows]


def init_data(server: World, user_id: int = IVAN, **fields: Any) -> str:
    return sign_init_data(server.token, user_id, **fields)


async def submitted(phone: Phone) -> None:
    await phone.main_button()
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()


async def test_keyboard_launch_sends_data_that_the_bot_stores(phone: Phone, server: World) -> None:
    await phone.keyboard()
    await phone.fill_example()
    await phone.app.get_by_role("button", name="Сколько билетов: больше").click()
    await phone.fill(
        **{"'preferences.dietary_requirements'": "Вегетарианец", "'preferences.accessibility_needs'": "Нет"}
    )
    await phone.main_button()
    sent = await phone.sent()
    assert sent == {"form_data": example(), "status": "submitted", "submission_id": sent["submission_id"]}
    UUID(sent["submission_id"])
    await server.deliver(server.update(json.dumps(sent)))
    ((_, status, source, answers),) = await forms(server)
    assert (status, source, answers) == ("submitted", "mini_app", STORED)
    assert phone.network.calls == []


async def test_launch_with_init_data_submits_over_rest(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    await expect(phone.app.get_by_text("Анкета № 1")).to_be_visible()
    await expect(phone.app.get_by_text("Статус: на рассмотрении")).to_be_visible()
    assert await forms(server) == [(1, "submitted", "api", MINE)]
    assert await phone.events("web_app_data_send") == []


async def test_submitted_form_is_opened_again_and_edited(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    await phone.launch(init_data(server))
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()
    await phone.app.get_by_role("button", name="Изменить ответы").click()
    await phone.fill(name="Пётр Петров")
    await phone.main_button()
    await expect(phone.app.get_by_text("Пётр Петров")).to_be_visible()
    assert await forms(server) == [(1, "submitted", "api", MINE | {"name": "Пётр Петров"})]


async def shows_back(phone: Phone) -> bool:
    return (await phone.events("web_app_setup_back_button"))[-1] == {"is_visible": True}


async def test_back_button_leaves_an_edit_and_it_is_not_lost(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    await phone.app.get_by_role("button", name="Изменить ответы").click()
    await until(lambda: shows_back(phone))
    await phone.fill(name="Пётр Петров")
    await phone.emit("back_button_pressed")
    await expect(phone.app.get_by_text("Иван Иванов")).to_be_visible()
    await phone.app.get_by_role("button", name="Изменить ответы").click()
    await expect(phone.app.locator("#name")).to_have_value("Пётр Петров")


async def test_browser_reads_how_to_open_it_in_telegram(phone: Phone, server: World) -> None:
    await until(lambda: asyncio.sleep(0, server.app[PROFILE].username))
    await phone.tab.goto(f"{TICKETS}/mini-app/?lang=ru")
    await expect(phone.tab.get_by_role("heading", name="Анкета открывается в Telegram")).to_be_visible()
    username = server.app[PROFILE].username
    link = phone.tab.get_by_role("link", name="Открыть бота в Telegram")
    await expect(link).to_have_attribute("href", f"https://t.me/{username}")
    await phone.tab.locator("#name").fill("Иван Иванов")
    await phone.tab.locator("#email").fill("ivan@example.com")
    await phone.tab.locator("#phone").fill("89991234567")
    await phone.tab.get_by_label("VIP").check()
    await phone.tab.get_by_role("button", name="Отправить анкету").click()
    await expect(phone.tab.locator("#notice")).to_contain_text("Из браузера анкету отправить нельзя")
    assert phone.network.calls == []


async def test_browser_shows_its_words_without_pushing_the_form_down(phone: Phone) -> None:
    await phone.tab.goto(f"{TICKETS}/mini-app/?lang=ru")
    await phone.tab.locator("[data-ready]").wait_for(state="attached")
    shifts = """() => new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().map(({ value }) => value)))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(resolve, 500, []);
    })"""
    assert await phone.tab.evaluate(shifts) == []


async def test_telegram_script_that_does_not_load_leaves_rest(phone: Phone, server: World) -> None:
    phone.network.script = False
    await phone.launch(init_data(server), lang="ru")
    await phone.fill_example()
    await phone.app.get_by_role("button", name="Отправить анкету").click()
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()


async def test_telegram_script_that_does_not_load_says_so_on_a_keyboard_launch(phone: Phone) -> None:
    phone.network.script = False
    await phone.keyboard()
    await phone.fill_example()
    await phone.app.get_by_role("button", name="Отправить анкету").click()
    await expect(phone.app.locator("#notice")).to_contain_text("Связь с Telegram не загрузилась")


async def test_telegram_script_that_hangs_does_not_hold_the_page(phone: Phone) -> None:
    await phone.context.unroute(SCRIPT)
    await phone.context.route(SCRIPT, lambda _route: asyncio.sleep(0))
    await phone.tab.goto(f"{TICKETS}/mini-app/?lang=ru", wait_until="commit")
    await expect(phone.tab.get_by_role("heading", name="Анкета открывается в Telegram")).to_be_visible()


async def test_inline_then_keyboard_in_one_tab_sends_data(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.keyboard()
    stale = await phone.app.locator("body").evaluate("() => Telegram.WebApp.initData")
    assert stale, "the trap must be there to be stepped around"
    before = list(phone.network.calls)
    await phone.fill_example()
    await phone.main_button()
    assert (await phone.sent())["form_data"]["name"] == "Иван Иванов"
    assert phone.network.calls == before


async def test_keyboard_launch_without_the_mark_is_told_by_its_empty_init_data(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.launch("", lang="ru")
    await phone.fill_example()
    await phone.main_button()
    assert (await phone.sent())["form_data"]["name"] == "Иван Иванов"


async def test_double_press_makes_one_form(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await phone.main_button(presses=5)
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()
    assert len(await forms(server)) == 1


async def test_double_press_sends_data_once(phone: Phone) -> None:
    await phone.tab.goto("https://web.telegram.org")
    await phone.tab.evaluate("closes_on_data = false")
    await phone.keyboard()
    await phone.fill_example()
    await phone.main_button(presses=5)
    await expect(phone.app.locator("#notice")).to_contain_text("Telegram не закрыл страницу")
    assert len(await phone.events("web_app_data_send")) == 1
    await phone.app.get_by_role("button", name="Отправить ещё раз").click()
    first, second = await phone.wait_for("web_app_data_send", 2)
    assert first == second, "the same answers keep their submission_id"


async def test_answer_that_is_lost_on_the_way_makes_no_second_form(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    phone.network.lose_next_answer = True
    await phone.main_button()
    await expect(phone.app.locator("#notice")).to_contain_text("Нет связи с сервером")
    assert len(await forms(server)) == 1
    await phone.fill(name="Пётр Петров")
    await phone.app.get_by_role("button", name="Отправить ещё раз").click()
    await expect(phone.app.get_by_text("Пётр Петров")).to_be_visible()
    assert await forms(server) == [(1, "submitted", "api", MINE | {"name": "Пётр Петров"})]


async def test_admins_edit_reaches_the_guest_as_a_merge(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    await phone.app.get_by_role("button", name="Изменить ответы").click()
    await phone.fill(name="Пётр Петров")
    theirs = {"form_data": MINE | {"email": "new@example.com"}}
    headers = server.guest(ADA)
    assert (await server.request("PUT", "/api/form-data/1", headers, json=theirs)).status == 200
    await phone.main_button()
    await expect(phone.app.locator("#notice")).to_contain_text("Анкета изменилась на другом устройстве")
    await expect(phone.app.locator("#email")).to_have_value("new@example.com")
    await expect(phone.app.locator("#name")).to_have_value("Пётр Петров")
    await phone.app.get_by_role("button", name="Отправить ещё раз").click()
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()
    both = MINE | {"name": "Пётр Петров", "email": "new@example.com"}
    assert await forms(server) == [(1, "submitted", "api", both)]
