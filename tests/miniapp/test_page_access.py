"""Everybody can use it: themes, small screens, big letters, few taps, both languages."""

from pathlib import Path
from typing import Any

import pytest
from page_parts import CUSTOM, DARK, LIGHT, THEMES, TICKETS, Json, Phone, axe_script
from playwright.async_api import expect
from test_page_ways import init_data, submitted
from world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERY_TYPE = {"questionnaire_file": Path(__file__).parent / "every_type.toml"}
MOST_TAPS = 9


@pytest.fixture
def settings_overrides(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(getattr(request, "param", {}))


async def violations(phone: Phone) -> list[Any]:
    body = phone.app.locator("body")
    await body.evaluate(f"() => {{ {axe_script()} }}")
    found = await body.evaluate("() => axe.run(document).then((result) => result.violations)")
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("settings_overrides", [{}, EVERY_TYPE], indirect=True, ids=["ball", "every-type"])
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
async def test_no_axe_violation(phone: Phone, theme: Json) -> None:
    await phone.keyboard(theme=theme)
    assert await violations(phone) == []
    await phone.main_button()
    await expect(phone.app.locator(".error:not([hidden])").first).to_be_visible()
    assert await violations(phone) == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
async def test_no_axe_violation_in_the_confirmation(phone: Phone, server: World, theme: Json) -> None:
    await phone.launch(init_data(server), theme=theme)
    await phone.fill_example()
    await submitted(phone)
    assert await violations(phone) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_axe_violation_in_a_browser(new_phone: Any, scheme: str) -> None:
    phone = await new_phone(color_scheme=scheme)
    await phone.tab.goto(f"{TICKETS}/mini-app/?lang=en")
    await expect(phone.tab.get_by_role("heading", name="This form opens in Telegram")).to_be_visible()
    await phone.tab.evaluate(f"() => {{ {axe_script()} }}")
    found = await phone.tab.evaluate("() => axe.run(document).then((result) => result.violations.map(({ id }) => id))")
    assert found == []


async def test_theme_changes_live(phone: Phone) -> None:
    await phone.keyboard(theme=LIGHT)
    body = phone.app.locator("body")
    await expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    await phone.emit("theme_changed", {"theme_params": DARK})
    await expect(body).to_have_css("background-color", "rgb(33, 33, 33)")
    await phone.emit("theme_changed", {"theme_params": CUSTOM})
    await expect(body).to_have_css("background-color", "rgb(247, 217, 196)")


OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('a, button, .card, textarea, input:not([type=radio], [type=checkbox])')]
  .filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44).map(([html]) => html)"""
CUT = """() => [...document.querySelectorAll('h1, h2, p, label, legend, button, a')]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== 'inline')
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"""
COUNT_TAPS = """() => {
  window.taps = 0;
  addEventListener('pointerdown', () => { taps += 1 }, true);
}"""
SMALL_LETTERS = """() => [...document.querySelectorAll('input:not([type=radio], [type=checkbox]), textarea')]
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16).map((one) => one.name)"""


@pytest.mark.parametrize("settings_overrides", [{}, EVERY_TYPE], indirect=True, ids=["ball", "every-type"])
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_fits_320_px_with_errors_shown(new_phone: Any, language: str) -> None:
    phone = await new_phone(viewport={"width": 320, "height": 640})
    await phone.keyboard(lang=language)
    await phone.main_button()
    body = phone.app.locator("body")
    assert await body.evaluate(OVERFLOW) == 0
    assert await body.evaluate(SMALL) == []
    assert await body.evaluate(SMALL_LETTERS) == []


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_fits_with_text_of_200_per_cent(phone: Phone, language: str) -> None:
    await phone.keyboard(lang=language)
    await phone.main_button()
    body = phone.app.locator("body")
    await body.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert await body.evaluate(OVERFLOW) == 0
    # Nothing is cut off inside its own box.
    cut = await body.evaluate(CUT)
    assert cut == []


async def test_a_guest_needs_few_taps_and_types_three_answers(phone: Phone) -> None:
    await phone.keyboard()
    await phone.app.locator("body").evaluate(COUNT_TAPS)
    for path, answer in {"name": "Иван Иванов", "email": "ivan@example.com", "phone": "+79991234567"}.items():
        await phone.app.locator(f"#{path}").click()
        await phone.tab.keyboard.type(answer)
    await phone.app.locator(".card", has_text="VIP").click()
    await phone.app.get_by_role("button", name="Сколько билетов: больше").click()
    # The main button is Telegram's own, so its tap is not heard here.
    taps = await phone.app.locator("body").evaluate("() => taps") + 1
    await phone.main_button()
    assert (await phone.sent())["form_data"]["quantity"] == 2
    assert taps <= MOST_TAPS


async def test_telegram_fills_name_and_phone_in(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await expect(phone.app.locator("#name")).to_have_value("Иван")
    await expect(phone.app.locator("#banner")).to_be_hidden()
    await phone.app.get_by_role("button", name="Взять номер из Telegram").click()
    await expect(phone.app.locator("#phone")).to_have_value("+79991234567")


async def test_language_is_switched_and_nothing_is_lost(phone: Phone) -> None:
    await phone.keyboard(lang="ru")
    await phone.fill(name="Иван Иванов")
    await phone.app.get_by_role("link", name="English").click()
    await expect(phone.app.get_by_role("heading", name="New Year Ball")).to_be_visible()
    await expect(phone.app.locator("#name")).to_have_value("Иван Иванов")
    await phone.fill(email="ivan@example", phone="12")
    await phone.app.get_by_label("VIP").check()
    await phone.main_button()
    await expect(phone.error("email")).to_contain_text("This is not an e-mail address")
    await expect(phone.error("phone")).to_contain_text("There is no such phone number")
    assert await phone.events("web_app_data_send") == []


async def test_launch_without_a_language_follows_telegrams(phone: Phone, server: World) -> None:
    english = '{"id":1001,"first_name":"Ivan","language_code":"en"}'
    await phone.launch(init_data(server, user=english))
    await expect(phone.app.get_by_role("heading", name="New Year Ball")).to_be_visible()


async def test_first_mistake_is_focused_and_its_words_go_when_it_is_mended(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill(name="Иван Иванов")
    await phone.main_button()
    await expect(phone.app.locator("#email")).to_be_focused()
    await expect(phone.app.locator("#email")).to_have_attribute("aria-invalid", "true")
    await expect(phone.error("email")).to_have_text("Без этого ответа не обойтись — пожалуйста, заполните.")
    await phone.fill(email="ivan@example.com")
    await expect(phone.error("email")).to_be_hidden()


async def test_servers_mistakes_stand_beside_their_fields(phone: Phone, server: World) -> None:
    await phone.launch(init_data(server))
    await phone.fill_example()
    # Right in form for the page; the server knows that there is no such code.
    await phone.fill(phone="+7 000 000-00-00")
    await phone.main_button()
    await expect(phone.app.locator("#phone")).to_be_focused()
    await expect(phone.error("phone")).to_contain_text("Такого номера не бывает")


async def test_enter_goes_on_and_sends_at_the_end(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill_example()
    await phone.app.locator("#name").press("Enter")
    await expect(phone.app.locator("#email")).to_be_focused()
    await phone.app.locator("[name='preferences.accessibility_needs']").press("Enter")
    assert (await phone.sent())["form_data"]["name"] == "Иван Иванов"


POSSIBLE = (
    "+7 (999) 123-45-67", "8 999 123 45 67", "9991234567", "79991234567", "+374 10 123456", "0037410123456",
    "８９９９１２３４５６７", "+8 999 123-45-67", "8 999 123-45-67 доб. 12", "8 10 44 20 7946 0958",
)  # fmt: skip
IMPOSSIBLE = ("+7 999 123-45-6", "8 999 123-45-678", "123", "+1", "-")


async def test_a_number_beyond_its_limits_steps_back_to_them(phone: Phone) -> None:
    await phone.keyboard()
    less, more = (phone.app.locator(f'[aria-controls="quantity"][data-step="{step}"]') for step in (-1, 1))
    await phone.fill(quantity="99")
    await expect(more).to_be_disabled()
    await less.click()
    await expect(phone.app.locator("[name=quantity]")).to_have_value("10")
    await phone.fill(quantity="0")
    await expect(less).to_be_disabled()
    await more.click()
    await expect(phone.app.locator("[name=quantity]")).to_have_value("1")


async def test_phone_is_checked_by_its_length(phone: Phone) -> None:
    await phone.keyboard()
    for written, is_possible in [(number, True) for number in POSSIBLE] + [(number, False) for number in IMPOSSIBLE]:
        await phone.fill(phone=written)
        await phone.main_button()
        await expect(phone.error("name")).to_be_visible()
        await expect(phone.error("phone"), written).to_be_visible(visible=not is_possible)


@pytest.mark.parametrize("settings_overrides", [EVERY_TYPE], indirect=True)
async def test_conditions_and_every_type(phone: Phone) -> None:
    await phone.keyboard()
    companion, birthday = phone.app.locator("[id='party.companion']"), phone.app.locator("[id='party.birthday']")
    await expect(phone.app.get_by_text("Спутники")).to_be_hidden()
    await phone.app.locator("#alone-field").get_by_label("нет").check()
    await expect(companion).to_be_visible()
    await expect(birthday).to_be_hidden()
    await companion.fill("Анна")
    await birthday.fill("2030-05-01")
    await phone.fill(name="Имя длиннее десяти", age="7", about="Строка\nи ещё")
    await phone.app.get_by_label("Вальс").check()
    await phone.main_button()
    for path, words in {
        "name": "до 10 символов", "age": "прибавляйте по 5", "dances": "не меньше 2", "data_consent": "согласия",
        "party.birthday": "не позже 01.01.2020",
    }.items():  # fmt: skip
        await expect(phone.error(path)).to_contain_text(words)
    await phone.fill(name="Иван", age="20")
    await birthday.fill("2001-05-01")
    await phone.app.get_by_label("Полька").check()
    await phone.app.get_by_label("Согласен").check()
    await phone.main_button()
    assert (await phone.sent())["form_data"] == {
        "name": "Иван", "about": "Строка\nи ещё", "age": 20, "dances": ["waltz", "polka"], "alone": False,
        "party": {"companion": "Анна", "birthday": "2001-05-01"}, "data_consent": True,
    }  # fmt: skip


@pytest.mark.parametrize("settings_overrides", [EVERY_TYPE], indirect=True)
async def test_over_4096_bytes_are_refused_before_sending(phone: Phone) -> None:
    await phone.keyboard()
    await phone.fill(name="Иван", about="ы" * 2500)
    await phone.app.get_by_label("Вальс").check()
    await phone.app.get_by_label("Полька").check()
    await phone.app.locator("#alone-field").get_by_label("да").check()
    await phone.app.get_by_label("Согласен").check()
    await phone.main_button()
    await expect(phone.app.locator("#notice")).to_contain_text("Ответы слишком длинные")
    assert await phone.events("web_app_data_send") == []
    await phone.fill(about="ы" * 1500)
    await phone.main_button()
    assert (await phone.sent())["form_data"]["about"] == "ы" * 1500
