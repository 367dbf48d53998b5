"""What a guest sees on the way: the own language, the phone's theme, and a question before anything could be lost."""

import re

import pytest
from journey_parts import Journey, both_launches, both_scripts
from playwright.async_api import Locator, expect
from world import VERA

pytestmark = pytest.mark.asyncio(loop_scope="session")

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
ENGLISH = {"name": "Vera Stone", "email": "vera@example.com"}


async def read(part: Locator) -> str:
    """What can be read there, placeholders too, without the names of the languages."""
    return str(
        await part.evaluate("""(part) => {
          const shown = [...part.querySelectorAll("[placeholder], [aria-label]")];
          const names = [...part.querySelectorAll(".languages a")].map(({ innerText }) => innerText);
          const said = shown.flatMap((one) => [one.placeholder ?? "", one.ariaLabel ?? ""]);
          return names.reduce((text, name) => text.replace(name, ""), [part.innerText, ...said].join("\\n"));
        }""")
    )


async def is_english(journey: Journey) -> None:
    assert not CYRILLIC.findall(await read(journey.app.locator("body")))
    await expect(journey.app.locator("html")).to_have_attribute("lang", "en")
    assert not CYRILLIC.findall(await journey.main_button.inner_text())


@both_scripts
async def test_an_english_guest_reads_english_everywhere(journey: Journey) -> None:
    await journey.start("Vera")
    await expect(journey.bot_says).to_contain_text("New Year Ball")
    await journey.open_from_keyboard()
    await is_english(journey)
    await journey.submit()
    await expect(journey.error("email")).to_contain_text("cannot do without")
    await is_english(journey)
    await journey.fill_all(**ENGLISH, phone="+7 199 123-45-67")
    await journey.submit()
    await expect(journey.bot_says.last).to_contain_text("Please mend")
    await journey.open_from_keyboard()
    await is_english_view(journey)
    await journey.button("Continue from what I sent").click()
    await journey.fill(phone="+7 999 123-45-67")
    await journey.submit()
    await expect(journey.bot_says.last).to_contain_text("is in")
    await journey.open_from_menu()
    await expect(journey.heading("The form is in")).to_be_visible()
    await is_english(journey)
    assert not CYRILLIC.findall("".join(await journey.said(VERA)))
    assert not CYRILLIC.findall(await journey.guest.locator(".keyboard").inner_text())


async def is_english_view(journey: Journey) -> None:
    """As `is_english`, where there is no main button."""
    await expect(journey.heading("The form is sent")).to_be_visible()
    assert not CYRILLIC.findall(await read(journey.app.locator("body")))


@both_launches
async def test_the_language_is_switched_on_the_page(journey: Journey, opened: str) -> None:
    await journey.start()
    await (journey.open_from_keyboard() if opened == "keyboard" else journey.open_from_menu())
    await journey.fill(name="Vera Stone")
    await journey.app.get_by_role("link", name="English").click()
    await expect(journey.app.locator("html")).to_have_attribute("lang", "en")
    await journey.opened()
    await is_english(journey)
    await expect(journey.field("name")).to_have_value("Vera Stone")
    await journey.fill_all()
    await journey.submit()
    if opened == "keyboard":
        await expect(journey.frame).to_have_count(0)
    else:
        await expect(journey.heading("The form is in")).to_be_visible()
    await journey.has_stored("submitted")


@both_scripts
async def test_the_theme_changes_while_the_page_is_open(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill(name="Иван")
    body = journey.app.locator("body")
    for theme, background in (
        ("dark", "rgb(33, 33, 33)"),
        ("rose", "rgb(255, 245, 248)"),
        ("light", "rgb(255, 255, 255)"),
    ):
        await journey.page.get_by_role("button", name=theme).click()
        await expect(body).to_have_css("background-color", background)
    await expect(body).to_have_css("color", "rgb(0, 0, 0)")
    await expect(journey.field("name")).to_have_value("Иван")


@both_launches
async def test_closing_asks_when_something_was_typed_and_only_then(journey: Journey, opened: str) -> None:
    launch = journey.open_from_keyboard if opened == "keyboard" else journey.open_from_menu
    await journey.start()
    await launch()
    await journey.close()
    await expect(journey.frame).to_have_count(0)
    await launch()
    await journey.fill(name="Пётр")
    await journey.close()
    await expect(journey.guest.get_by_role("dialog")).to_contain_text("Close?")
    await journey.guest.get_by_role("button", name="Cancel").click()
    await expect(journey.field("name")).to_have_value("Пётр")
    await journey.close_anyway()
    await launch()
    await expect(journey.field("name")).to_have_value("Пётр")
    await journey.close()
    await expect(journey.frame).to_have_count(0)


async def test_a_page_may_ask_for_the_question_by_assignment(journey: Journey) -> None:
    """As the official script lets it; the stand-in once did not, and said nothing."""
    await journey.start()
    await journey.open_from_keyboard()
    await journey.app.locator("body").evaluate("() => { Telegram.WebApp.isClosingConfirmationEnabled = true }")
    await expect(journey.page.locator(".log")).to_contain_text("web_app_setup_closing_behavior")
    await journey.close_anyway()
