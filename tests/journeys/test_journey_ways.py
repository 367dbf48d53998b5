"""Keyboard, menu and plain browser, from the first tap to the row in the database."""

import pytest
from journey_parts import STORED, Journey, both_scripts, everywhere, journey_on
from playwright.async_api import Browser, Locator, expect
from world import IVAN, until

from bot.web.telegram import PROFILE

pytestmark = pytest.mark.asyncio(loop_scope="session")


@everywhere
async def test_from_the_keyboard_to_the_confirmation_in_the_chat(journey: Journey) -> None:
    await journey.start()
    await expect(journey.bot_says).to_contain_text("Новогодний бал")
    await journey.open_from_keyboard()
    await journey.fill_all()
    await journey.button("Сколько билетов: больше").click()
    await journey.fill(**{"preferences.dietary_requirements": "Вегетарианец"})
    await journey.submit()
    await expect(journey.frame).to_have_count(0)
    await expect(journey.guest.locator(".service")).to_contain_text("🎟 Заполнить анкету")
    await expect(journey.bot_says.last).to_contain_text("Анкета № 1 принята")
    await expect(journey.bot_says.last).to_contain_text("Статус: на рассмотрении")
    form = await journey.the_form()
    assert (form.status, form.source) == ("submitted", "mini_app")
    assert form.answers == STORED | {"quantity": 2, "preferences": {"dietary_requirements": "Вегетарианец"}}
    assert await journey.world.rows("SELECT user_id FROM forms") == [(IVAN,)]
    assert len(await journey.sent_data()) == 1


@everywhere
async def test_from_the_menu_to_the_confirmation_on_the_page_and_back_to_edit(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_menu()
    assert await journey.values("name") == {"name": "Иван"}, "what Telegram knows of the guest"
    await journey.fill_all()
    await journey.submit()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    await expect(journey.app.locator("#done")).to_contain_text("Анкета № 1")
    await expect(journey.app.locator("#done")).to_contain_text("Статус: на рассмотрении")
    first = await journey.the_form()
    assert (first.status, first.source, first.answers) == ("submitted", "api", STORED)

    await journey.main_button.click()
    await expect(journey.frame).to_have_count(0)
    await journey.open_from_menu()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    await journey.button("Изменить ответы").click()
    await journey.fill(name="Пётр Петров")
    await expect(journey.main_button).to_have_text("Сохранить изменения")
    await journey.submit()
    await expect(journey.app.locator("#done-answers")).to_contain_text("Пётр Петров")
    edited = await journey.the_form()
    assert edited.answers == STORED | {"name": "Пётр Петров"}
    assert (edited.id, edited.status, edited.version) == (first.id, "submitted", first.version + 1)
    assert await journey.sent_data() == []


@both_scripts
async def test_a_draft_is_continued_on_another_device(journey: Journey, browser: Browser, script: str) -> None:
    await journey.start()
    await journey.open_from_menu()
    await journey.fill(name="Иван Иванов", email="ivan@example.com")
    await journey.has_stored("draft")
    await until(journey.cloud)
    journey.world.sandbox.world.users[IVAN].cloud.clear()  # what is left, the bot's server has alone
    async with journey_on(browser, journey.world, script) as other:
        await other.take_phone()
        await other.open_from_menu()
        await expect(other.app.locator("#banner")).to_contain_text("Продолжаем ваш черновик")
        assert await other.values("name", "email") == {"name": "Иван Иванов", "email": "ivan@example.com"}
        await other.fill_all()
        await other.submit()
        await expect(other.heading("Анкета принята")).to_be_visible()
    form = await journey.the_form()
    assert (form.status, form.answers) == ("submitted", STORED)


async def test_a_draft_of_the_keyboard_comes_through_telegrams_cloud(journey: Journey, browser: Browser) -> None:
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill(name="Иван Иванов")
    await until(journey.cloud)
    async with journey_on(browser, journey.world) as other:
        await other.take_phone()
        await other.open_from_keyboard()
        await expect(other.app.locator("#banner")).to_contain_text("Продолжаем ваш черновик")
        assert await other.values("name") == {"name": "Иван Иванов"}
    assert await journey.forms() == []


@both_scripts
async def test_menu_first_and_then_the_keyboard_in_one_tab(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_menu()
    await journey.fill(name="Иван Иванов", email="ivan@example.com")
    await journey.has_stored("draft")
    await journey.close_anyway()
    await journey.open_from_keyboard()
    stale = await journey.app.locator("body").evaluate("() => Telegram.WebApp.initData")
    assert stale, "the trap must be there to be stepped around"
    await expect(journey.field("email")).to_have_value("ivan@example.com")
    await journey.fill_all()
    await journey.submit()
    await expect(journey.bot_says.last).to_contain_text("принята")
    assert len(await journey.sent_data()) == 1
    submitted = [form for form in await journey.forms() if form.status == "submitted"]
    assert [(form.source, form.answers) for form in submitted] == [("mini_app", STORED)]
    await journey.open_from_menu()
    await expect(journey.heading("Анкета принята")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "script"), [("/mini-app?lang=ru", "official"), ("/mini-app/?via=kb&lang=ru", "stand-in")]
)
async def test_a_plain_browser_tab_is_told_the_way(journey: Journey, address: str) -> None:
    await until(journey.username_known)
    tab = await journey.context.new_page()
    await tab.goto(journey.world.url + address)
    await expect(tab.get_by_role("heading", name="Анкета открывается в Telegram")).to_be_visible()
    link = tab.get_by_role("link", name="Открыть бота в Telegram")
    await expect(link).to_have_attribute("href", "https://t.me/bal_sandbox_bot")
    await tab.get_by_role("button", name="Отправить анкету").click()
    assert await journey.forms() == []
    journey.world.app[PROFILE].username = None
    await tab.reload()
    await expect(tab.get_by_role("heading", name="Анкета открывается в Telegram")).to_be_visible()
    await expect(link).to_have_count(0)


class Thumb:
    """Counts what a guest has to do."""

    def __init__(self, journey: Journey) -> None:
        self.taps = 0
        self.typed: list[str | None] = []
        self._journey = journey

    async def tap(self, target: Locator) -> None:
        await target.click()
        self.taps += 1

    async def type(self, target: Locator, text: str) -> None:
        """A tap on the field, then its letters."""
        await self.tap(target)
        await target.press_sequentially(text)
        self.typed.append(await target.get_attribute("name"))


async def test_a_guest_needs_nine_taps_and_three_typed_answers_at_most(journey: Journey) -> None:
    await journey.take_phone()
    thumb = Thumb(journey)
    await thumb.tap(journey.guest.get_by_role("button", name="Start", exact=True))
    await thumb.tap(journey.guest.locator(".keyboard .opens-app"))
    await journey.opened()
    await thumb.type(journey.field("name"), "Иван Иванов")
    await thumb.type(journey.field("email"), "ivan@example.com")
    await thumb.type(journey.field("phone"), "89991234567")
    await thumb.tap(journey.app.get_by_text("VIP", exact=True))
    await thumb.tap(journey.button("Сколько билетов: больше"))
    await thumb.tap(journey.main_button)
    await expect(journey.bot_says.last).to_contain_text("принята")
    assert (await journey.the_form()).answers == STORED | {"quantity": 2}
    assert thumb.taps <= 9
    assert thumb.typed == ["name", "email", "phone"]


async def test_with_telegrams_number_two_answers_are_typed(journey: Journey) -> None:
    await journey.take_phone()
    thumb = Thumb(journey)
    await thumb.tap(journey.guest.get_by_role("button", name="Start", exact=True))
    await thumb.tap(journey.guest.locator(".keyboard .opens-app"))
    await journey.opened()
    await thumb.type(journey.field("name"), "Иван Иванов")
    await thumb.type(journey.field("email"), "ivan@example.com")
    await thumb.tap(journey.button("Взять номер из Telegram"))
    await thumb.tap(journey.guest.get_by_role("button", name="Share", exact=True))
    await expect(journey.field("phone")).to_have_value("+79990001001")
    await thumb.tap(journey.app.get_by_text("VIP", exact=True))
    await thumb.tap(journey.main_button)
    await expect(journey.bot_says.last).to_contain_text("принята")
    assert (await journey.the_form()).answers["phone"] == "+79990001001"
    assert thumb.taps <= 9
    assert thumb.typed == ["name", "email"]
