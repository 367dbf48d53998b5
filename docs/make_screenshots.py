# noqa: INP001 - run as a module, never imported
"""`make screenshots`: the pictures of docs/screenshots/, taken of a real bot in the sandbox by real Chromium.

A guest's way is walked by the buttons that a guest presses. The letters are Roboto and Noto Serif, as on an Android
phone, whatever this machine has.
"""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, FrameLocator, Locator, Page, ViewportSize, async_playwright
from playwright.async_api import Error as BrowserError

from benchmarks.beside import ADMIN, Flow, flow
from sandbox.bot_process import BotNotStartedError
from sandbox.client import SandboxError
from tests.npm_packages import cached_package

FOLDER = Path(__file__).parent / "screenshots"
CHROMIUM = "/usr/bin/chromium"
SETTLED_MS = 400  # longer than any animation of the sandbox
PHONE: ViewportSize = {"width": 396, "height": 916}  # the page in it is 360 px wide
DESK: ViewportSize = {"width": 1280, "height": 860}
ROBOTO, SERIF = "@fontsource-variable/roboto@5.3.0", "@fontsource/noto-serif@5.3.0"
FONTS = {
    (ROBOTO, "roboto-cyrillic-wght-normal"): ("Roboto", "U+400-4FF, U+2116"),
    (ROBOTO, "roboto-latin-wght-normal"): ("Roboto", "U+0-24F, U+2000-206F, U+20AC"),
    (SERIF, "noto-serif-cyrillic-600-normal"): ("Noto Serif", "U+400-4FF"),
    (SERIF, "noto-serif-latin-600-normal"): ("Noto Serif", "U+0-24F, U+2000-206F"),
}
# In every frame, before anything else; what is round has nothing behind its corners.
DRESS = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(%s);
document.adoptedStyleSheets = [sheet];
"""
LOOK = ":root, body { font-family: Roboto, 'Noto Color Emoji', sans-serif !important; } * { caret-color: transparent; }"
GUESTS = (
    ("Анна", "Каренина", "VIP", 2, "Вегетарианское меню", ""),
    ("Пётр", "Безухов", "Standard", 1, "", "Место у входа"),
    ("Наташа", "Ростова", "Student", 1, "Без орехов", ""),
    ("Андрей", "Болконский", "Standard", 2, "", "Пандус"),
    ("Элен", "Курагина", "VIP", 4, "Вегетарианское меню", ""),
    ("Денис", "Давыдов", "Standard", 1, "Постное меню", ""),
)
ANSWERS = {"name": "Иван Иванов", "email": "ivan@example.com", "phone": "+7 999 123-45-67"}


class Guest:
    """One side of the sandbox's page, and the Mini App on its phone."""

    def __init__(self, page: Page, side: str = "Guest's phone") -> None:
        self.page = page
        self.side = page.get_by_role("region", name=side)

    @property
    def app(self) -> FrameLocator:
        """The page that guests fill."""
        return self.side.frame_locator("iframe")

    def button(self, name: str) -> Locator:
        """Telegram's, not the page's."""
        return self.side.get_by_role("button", name=name, exact=True)

    async def open(self, button: str) -> None:
        """Until the page is ready."""
        await self.button(button).click()
        await self.app.locator("[data-ready]").wait_for(state="attached")

    async def fill(self) -> None:
        """The three answers that are typed, and two that are tapped."""
        for path, answer in ANSWERS.items():
            await self.app.locator(f"[name={path}]").fill(answer)
        await self.app.get_by_label("VIP").check()
        await self.app.get_by_role("button", name="Сколько билетов: больше").click()

    async def picture(self, name: str) -> None:
        """Of the phone."""
        await settled(self.page)
        await self.side.locator(".phone").screenshot(path=FOLDER / f"{name}.png", omit_background=True)


def main() -> None:
    """Makes all pictures; ends with status 1 and says why when one cannot be made."""
    try:
        asyncio.run(make_all())
    except (BotNotStartedError, SandboxError, BrowserError, OSError) as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]}: {error.stderr.strip()}")


async def make_all() -> None:
    """One bot and one guest for each picture, so that none shows another's traces."""
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for picture in (light, dark, errors, done, sandbox, admins):
            async with flow() as running:
                await picture(browser, running)
        await browser.close()


async def light(browser: Browser, running: Flow) -> None:
    """The page as it opens, from the keyboard."""
    async with guest(browser, running) as person:
        await person.open("🎟 Заполнить анкету")
        await person.picture("page-light")


async def dark(browser: Browser, running: Flow) -> None:
    """Its middle, filled."""
    async with guest(browser, running) as person:
        await person.page.get_by_role("button", name="dark").click()
        await person.open("🎟 Заполнить анкету")
        await person.fill()
        await person.app.locator("#phone-field").evaluate("({ offsetTop }) => scrollTo(0, offsetTop - 16)")
        await person.picture("page-dark")


async def errors(browser: Browser, running: Flow) -> None:
    """Two wrong answers."""
    async with guest(browser, running) as person:
        await person.open("🎟 Заполнить анкету")
        await person.fill()
        await person.app.locator("[name=email]").fill("ivan@example")
        await person.app.locator("[name=phone]").fill("+7 999 123")
        await person.button("Отправить анкету").click()
        await person.app.locator("#phone-error").wait_for()
        await person.picture("page-errors")


async def done(browser: Browser, running: Flow) -> None:
    """The confirmation, over REST."""
    async with guest(browser, running) as person:
        await person.open("Анкета")
        await person.fill()
        await person.button("Отправить анкету").click()
        await person.app.locator("#done").wait_for()
        await person.picture("page-done")


async def sandbox(browser: Browser, running: Flow) -> None:
    """Both chats, once the guest's answers came back through Telegram."""
    async with page_of(browser, running, DESK, scale=1) as page:
        person, admin = Guest(page), Guest(page, "Admin's phone")
        await admin.button("Start").click()
        await person.button("Start").click()
        await person.open("🎟 Заполнить анкету")
        await person.fill()
        await person.button("Отправить анкету").click()
        await person.side.get_by_text("принята").wait_for()
        await settled(page)
        await page.screenshot(path=FOLDER / "sandbox.png")


async def admins(browser: Browser, running: Flow) -> None:
    """An organiser's phone: a card, the list, the statistics."""
    async with page_of(browser, running, PHONE) as page:
        admin = Guest(page, "Admin's phone")
        await page.add_style_tag(content="body { background: none !important } .phone { box-shadow: none !important }")
        await admin.button("Start").click()
        await admin.button("🎟 Заполнить анкету").wait_for()
        for person in GUESTS:
            await submit(running, *person)
        card = admin.side.locator(".message.in", has_text="Анкета № 5 ·")
        await admin.side.locator(".message.in", has_text="Анкета № 6 ·").wait_for()
        await card.get_by_role("button", name="Одобрить").click()
        await card.get_by_text("Одобрено").wait_for()
        await admin.picture("admin-card")
        await say(admin, "/forms", "всего 6")
        listed = admin.side.locator(".message.in").last
        await listed.get_by_role("button", name="ждёт решения: 5").click()
        await listed.get_by_text("5 анкет").wait_for()
        await admin.picture("admin-list")
        await say(admin, "/stats", "Статистика")
        await admin.side.get_by_role("button", name="Open the picture").scroll_into_view_if_needed()
        await admin.picture("admin-stats")


async def submit(running: Flow, *guest: str | int) -> None:
    """Somebody fills the form and sends it."""
    first, last, ticket, quantity, diet, needs = guest
    user = await running.people.create_user(str(first), last_name=last, language_code="ru")
    answers = {"name": f"{first} {last}", "email": "guest@example.com", "phone": "+79991234567", "ticket_type": ticket}
    wishes = {"dietary_requirements": diet, "accessibility_needs": needs}
    data = json.dumps(answers | {"quantity": quantity, "preferences": wishes})
    await running.people.send_text(user["id"], "/start")
    await running.people.send_web_app_data(user["id"], data)


async def say(person: Guest, text: str, answer: str) -> None:
    """Write to the bot, and wait for what it says."""
    await person.side.get_by_role("textbox").fill(text)
    await person.side.get_by_role("textbox").press("Enter")
    await person.side.locator(".message.in").filter(has_text=answer).last.wait_for(timeout=20_000)


@asynccontextmanager
async def guest(browser: Browser, running: Flow) -> AsyncIterator[Guest]:
    """Somebody who has started the bot, on a phone of their own."""
    async with page_of(browser, running, PHONE) as page:
        person = Guest(page)
        await page.add_style_tag(content="body { background: none !important } .phone { box-shadow: none !important }")
        await person.button("Start").click()
        await person.button("🎟 Заполнить анкету").wait_for()
        yield person


@asynccontextmanager
async def page_of(browser: Browser, running: Flow, viewport: ViewportSize, scale: float = 2) -> AsyncIterator[Page]:
    """The sandbox's page with a guest and an admin, who have not started the bot yet."""
    await running.people.create_user("Ольга", id=ADMIN, role="admin", language_code="ru")
    await running.people.create_user("Иван", last_name="Иванов", language_code="ru")
    # The page's policy knows no fonts; these are the picture's, not the page's.
    context = await browser.new_context(
        viewport=viewport, device_scale_factor=scale, locale="ru-RU", bypass_csp=True, reduced_motion="reduce"
    )
    await context.add_init_script(DRESS % json.dumps(fonts() + LOOK))
    page = await context.new_page()
    await page.goto(running.address)
    yield page
    await context.close()


async def settled(page: Page) -> None:
    """The notes of what a phone would let be felt are gone, and nothing moves."""
    await page.mouse.move(0, 0)
    await page.wait_for_function("() => !document.querySelector('.toast')")
    await page.wait_for_timeout(SETTLED_MS)


def fonts() -> str:
    """@font-face rules that hold their files."""
    return "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: 100 900; unicode-range: {letters}; "
        f"src: url('data:font/woff2;base64,{font_file(*where)}'); }}"
        for where, (family, letters) in FONTS.items()
    )


def font_file(package: str, name: str) -> str:
    """In base64."""
    return base64.b64encode(cached_package(package, f"files/{name}.woff2").read_bytes()).decode()


if __name__ == "__main__":
    main()
