"""Small phones, large letters, and a browser that stores nothing."""

import pytest
from journey_parts import STORED, Journey, both_scripts
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

NO_STORAGE = """
if (window !== window.top) {
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
  }
}
"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@both_scripts
async def test_storage_that_throws_stops_nobody(journey: Journey) -> None:
    await journey.context.add_init_script(NO_STORAGE)
    await journey.start()
    await journey.open_from_keyboard()
    await journey.fill_all()
    await journey.submit()

    await expect(journey.bot_says.last).to_contain_text("принята")
    assert (await journey.the_form()).answers == STORED


@both_scripts
async def test_320_pixels_are_enough(journey: Journey) -> None:
    await journey.page.set_viewport_size({"width": 320, "height": 640})
    await journey.start()
    await journey.open_from_menu()
    body = journey.app.locator("body")

    assert await body.evaluate("() => innerWidth") <= 320
    assert await body.evaluate(OVERFLOW) == 0
    await journey.fill_all()
    await journey.submit()
    await expect(journey.heading("Анкета принята")).to_be_visible()
    assert await body.evaluate(OVERFLOW) == 0


@both_scripts
async def test_letters_twice_as_large_fit(journey: Journey) -> None:
    await journey.start()
    await journey.open_from_menu()
    body = journey.app.locator("body")
    await body.evaluate("() => { document.documentElement.style.fontSize = '200%' }")

    await journey.submit()
    await expect(journey.error("email")).to_be_visible()
    assert await body.evaluate(OVERFLOW) == 0
    await journey.fill_all()
    await journey.submit()
    await expect(journey.heading("Анкета принята")).to_be_visible()
