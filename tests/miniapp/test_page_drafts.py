"""Nothing typed is lost, and nothing that was sent looks unsent."""

import json
from typing import Any

import pytest
from page_parts import CROSS_SITE, Phone
from playwright.async_api import expect
from test_page_ways import MINE, forms, init_data, submitted
from world import ADA, IVAN, VERA, World

pytestmark = pytest.mark.asyncio(loop_scope="session")

THROWING = """
Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } });
"""


async def saved_draft(phone: Phone, server: World) -> None:
    """Wait until the server has the draft."""
    async with phone.tab.expect_event("requestfinished", lambda request: request.method in ("POST", "PUT")):
        pass
    assert (await forms(server))[0][1] == "draft"


async def test_reload_in_the_middle_continues_the_draft(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill(name="Иван Ив")
    await phone.app.get_by_label("VIP").check()
    await phone.keyboard()
    await expect(phone.app.locator("#banner")).to_contain_text("Продолжаем ваш черновик")
    await expect(phone.app.locator("#name")).to_have_value("Иван Ив")
    await expect(phone.app.get_by_label("VIP")).to_be_checked()


async def test_start_over_can_be_taken_back(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill(name="Иван Ив")
    await phone.keyboard()
    await phone.app.get_by_role("button", name="Начать заново").click()
    await expect(phone.app.locator("#name")).to_have_value("")
    await phone.app.get_by_role("button", name="Вернуть ответы").click()
    await expect(phone.app.locator("#name")).to_have_value("Иван Ив")


async def test_start_over_is_over_after_a_reload(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill(name="Иван Ив")
    await phone.keyboard()
    await phone.app.get_by_role("button", name="Начать заново").click()
    await phone.keyboard()
    await expect(phone.app.locator("#banner")).to_be_hidden()
    await expect(phone.app.locator("#name")).to_have_value("")


async def test_storage_that_throws_hinders_nothing(phone: Phone, server: World) -> None:
    await phone.context.add_init_script(THROWING)
    await phone.launch(init_data(server), version="6.0")
    await phone.fill_example()
    await submitted(phone)
    assert await forms(server) == [(1, "submitted", "api", MINE)]


async def test_cross_site_frame_without_storage_hinders_nothing(new_phone: Any, server: World) -> None:
    phone = await new_phone(origin=CROSS_SITE)
    await phone.launch(init_data(server), version="6.0")
    await phone.fill_example()
    await submitted(phone)
    assert await forms(server) == [(1, "submitted", "api", MINE)]


async def test_draft_lives_in_telegrams_cloud_where_the_browser_has_no_storage(phone: Phone) -> None:
    await phone.context.add_init_script(THROWING)
    await phone.keyboard()
    await phone.fill(name="Иван Ив")
    await phone.tab.wait_for_function("Object.values(cloud).some((value) => value.includes('Иван Ив'))")
    await phone.keyboard()
    await expect(phone.app.locator("#name")).to_have_value("Иван Ив")


async def test_offline_and_back(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    phone.network.offline = True
    await phone.main_button()
    await expect(phone.app.locator("#notice")).to_contain_text("Нет связи с сервером. Ответы сохранены")
    await expect(phone.app.locator("#name")).to_have_value("Иван Иванов")
    phone.network.offline = False
    await phone.app.get_by_role("button", name="Отправить ещё раз").click()
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()
    assert await forms(server) == [(1, "submitted", "api", MINE)]


@pytest.mark.parametrize(
    ("status", "words"),
    [(503, "Сервер сейчас не отвечает"), (500, "Сервер сейчас не отвечает"), (429, "Слишком много")],
)
async def test_a_server_that_fails_is_asked_again(phone: Phone, server: World, status: int, words: str) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    phone.network.answer_next = (status, {})
    await phone.main_button()
    await expect(phone.app.locator("#notice")).to_contain_text(words)
    await phone.app.get_by_role("button", name="Отправить ещё раз").click()
    await expect(phone.app.get_by_role("heading", name="Анкета принята")).to_be_visible()
    assert len(await forms(server)) == 1


async def test_401_keeps_the_answers_for_a_fresh_launch(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server, age=90_000))
    await phone.fill_example()
    await phone.main_button()
    await expect(phone.app.locator("#notice")).to_contain_text("открыта слишком давно")
    await phone.launch(init_data(server))
    await expect(phone.app.locator("#name")).to_have_value("Иван Иванов")
    await submitted(phone)
    assert await forms(server) == [(1, "submitted", "api", MINE)]


async def test_another_device_continues_the_servers_draft(new_phone: Any, server: World) -> None:
    one, other = await new_phone(), await new_phone()
    await one.launch(init_data(server))
    await one.fill(name="Иван Иванов", email="ivan@example.com")
    await saved_draft(one, server)
    await other.launch(init_data(server))
    await expect(other.app.locator("#banner")).to_contain_text("Продолжаем ваш черновик")
    await expect(other.app.locator("#email")).to_have_value("ivan@example.com")
    await other.fill(phone="89991234567")
    await other.app.get_by_label("VIP").check()
    await submitted(other)
    assert await forms(server) == [(1, "submitted", "api", MINE)]


async def test_two_devices_typing_are_put_together(new_phone: Any, server: World) -> None:
    one, other = await new_phone(), await new_phone()
    await one.launch(init_data(server))
    await one.fill(name="Иван Иванов")
    await saved_draft(one, server)
    await other.launch(init_data(server))
    await one.fill(email="ivan@example.com")
    await saved_draft(one, server)
    await other.fill(phone="89991234567")
    await other.app.get_by_label("VIP").check()
    await other.main_button()
    await expect(other.app.locator("#email-error")).to_be_visible()
    await saved_draft(other, server)
    await expect(other.app.locator("#email")).to_have_value("ivan@example.com")
    await submitted(other)
    assert await forms(server) == [(1, "submitted", "api", MINE)]


async def test_half_typed_answers_wait_until_they_are_whole(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill(email="ivan@")
    await phone.fill(name="Иван Иванов")
    await saved_draft(phone, server)
    assert (await forms(server))[0][3] == {"name": "Иван Иванов", "quantity": 1}
    await phone.launch(init_data(server))
    await expect(phone.app.locator("#email")).to_have_value("ivan@")


async def test_draft_that_was_saved_is_the_form_that_is_submitted(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await saved_draft(phone, server)
    await submitted(phone)
    assert await forms(server) == [(1, "submitted", "api", MINE)]


async def test_what_was_sent_does_not_look_unsent_and_is_there_to_continue(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill_example()
    await phone.main_button()
    first = await phone.sent()
    await phone.keyboard()
    await expect(phone.app.get_by_role("heading", name="Анкета отправлена")).to_be_visible()
    await expect(phone.app.locator("#form")).to_be_hidden()
    await phone.app.get_by_role("button", name="Продолжить с отправленного").click()
    await expect(phone.app.locator("#email")).to_have_value("ivan@example.com")
    await phone.fill(email="new@example.com")
    await phone.main_button()
    _, event = await phone.wait_for("web_app_data_send", 2)
    second = json.loads(event["data"])
    assert second["form_data"]["email"] == "new@example.com"
    assert second["submission_id"] != first["submission_id"], "other answers are another submission"


async def test_start_over_after_sending(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill_example()
    await phone.main_button()
    await phone.sent()
    await phone.keyboard()
    await phone.app.get_by_role("button", name="Заполнить заново").click()
    await expect(phone.app.locator("#name")).to_have_value("")
    await phone.keyboard()
    await expect(phone.app.locator("#form")).to_be_visible()


async def test_draft_is_gone_after_success(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    kept = await phone.app.locator("body").evaluate("() => JSON.stringify(localStorage)")
    assert "ivan@example.com" not in kept
    await phone.tab.wait_for_function("!JSON.stringify(cloud).includes('ivan@example.com')")


async def test_another_guest_on_the_same_device_sees_nothing(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server, IVAN))
    await phone.fill(email="ivan@example.com")
    await phone.launch(init_data(server, VERA))
    await expect(phone.app.locator("#email")).to_have_value("")


async def test_closing_is_confirmed_only_while_there_is_something_to_lose(phone: Phone, server: World) -> None:
    async def asks() -> list[bool]:
        return [event["need_confirmation"] for event in await phone.events("web_app_setup_closing_behavior")]

    await phone.launch(init_data(server))
    assert await asks() == []
    await phone.fill_example()
    assert await asks() == [True]
    await submitted(phone)
    assert await asks() == [True, False]


async def test_form_cancelled_meanwhile_cannot_be_edited(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    body = {"status": "cancelled"}
    assert (await server.request("PUT", "/api/form-data/1", server.guest(IVAN), json=body)).status == 200
    await phone.launch(init_data(server))
    await expect(phone.app.get_by_role("heading", name="Анкета отменена")).to_be_visible()
    await phone.app.get_by_role("button", name="Заполнить новую анкету").click()
    await phone.fill_example()
    await submitted(phone)
    assert [status for _, status, _, _ in await forms(server)] == ["cancelled", "submitted"]


async def test_decision_is_shown(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    await submitted(phone)
    body = {"status": "approved"}
    assert (await server.request("PUT", "/api/form-data/1", server.guest(ADA), json=body)).status == 200
    await phone.launch(init_data(server))
    await expect(phone.app.get_by_role("heading", name="Анкета подтверждена")).to_be_visible()
