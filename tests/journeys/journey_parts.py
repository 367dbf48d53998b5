"""The whole way in one Chromium tab: the real bot, its real page, and the sandbox's own page with two phones."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from npm_packages import official_script
from playwright.async_api import Browser, BrowserContext, FrameLocator, Locator, Page, Route, expect
from world import IVAN, World, until

from bot.web.telegram import PROFILE

OLGA = 900
SCRIPT = "https://telegram.org/js/telegram-web-app.js"
SEEN_MS = 8_000
Json = dict[str, Any]

both_scripts = pytest.mark.parametrize("script", ["official", "stand-in"])
everywhere = pytest.mark.parametrize(
    ("backend", "script"), [("sqlite", "official"), ("sqlite", "stand-in"), ("postgresql", "official")]
)
both_launches = pytest.mark.parametrize(("opened", "script"), [("keyboard", "official"), ("menu", "stand-in")])

TYPED = {"name": "Иван Иванов", "email": "ivan@example.com", "phone": "8 (999) 123-45-67"}
STORED = TYPED | {"phone": "+79991234567", "ticket_type": "VIP", "quantity": 1}
# To the page it could be an address; the server, whose word is the last, knows better.
ALMOST_EMAIL = "ivan@example..com"


class Stored(NamedTuple):
    """A row of `forms`."""

    id: int
    status: str
    source: str
    version: int
    answers: Json


@dataclass
class Journey:
    """One browser with the sandbox's page in it; what a guest does and sees there."""

    world: World
    context: BrowserContext
    page: Page
    address: str

    @property
    def guest(self) -> Locator:
        """The guest's phone."""
        return self.page.get_by_role("region", name="Guest's phone")

    @property
    def app(self) -> FrameLocator:
        """The bot's page in the guest's phone."""
        return self.guest.frame_locator("iframe")

    @property
    def frame(self) -> Locator:
        return self.guest.locator("iframe")

    @property
    def main_button(self) -> Locator:
        return self.guest.locator(".bottom-button.main")

    @property
    def bot_says(self) -> Locator:
        """The bot's messages in the guest's chat."""
        return self.guest.locator(".message.in .text")

    @property
    def notice(self) -> Locator:
        return self.app.locator("#notice")

    def field(self, path: str) -> Locator:
        return self.app.locator(f"[id='{path}']")

    def error(self, path: str) -> Locator:
        return self.app.locator(f"[id='{path}-error']")

    def button(self, name: str) -> Locator:
        """A button of the bot's page."""
        return self.app.get_by_role("button", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.app.get_by_role("heading", name=name)

    async def take_phone(self, of: str = "Иван") -> None:
        await self.guest.get_by_role("button", name=of, exact=True).click()

    async def start(self, of: str = "Иван") -> None:
        """The guest takes the phone and presses Start."""
        await self.take_phone(of)
        await self.guest.get_by_role("button", name="Start", exact=True).click()
        await self.guest.locator(".keyboard .opens-app").wait_for()

    async def open_from_keyboard(self) -> None:
        await self.guest.locator(".keyboard .opens-app").click()
        await self.opened()

    async def open_from_menu(self) -> None:
        await self.guest.locator(".menu-button", has_not_text="☰").click()
        await self.opened()

    async def opened(self) -> None:
        await self.app.locator("[data-ready]").wait_for(state="attached")

    async def fill(self, **answers: str) -> None:
        for path, answer in answers.items():
            await self.field(path).fill(answer)

    async def fill_all(self, **other: str) -> None:
        """Everything that is required."""
        await self.fill(**TYPED | other)
        await self.app.get_by_label("VIP").check()

    async def submit(self) -> None:
        await self.main_button.click()

    async def press_at_once(self, times: int) -> None:
        """An impatient thumb."""
        await self.main_button.evaluate("(button, times) => { while (times--) button.click() }", times)

    async def close(self) -> None:
        await self.guest.locator(".app-head").get_by_role("button", name="Close").click()

    async def close_anyway(self) -> None:
        await self.close()
        await self.guest.get_by_role("button", name="Close anyway").click()
        await expect(self.frame).to_have_count(0)

    async def reload_app(self) -> None:
        await self.app.locator("[data-ready]").evaluate("page => page.dataset.old = ''")
        await self.guest.get_by_role("button", name="Reload page").click()
        await expect(self.app.locator("[data-old]")).to_have_count(0)
        await self.opened()

    async def later_on_the_page(self) -> None:
        """What the page puts off while a finger is on its way (300 ms) is done."""
        await self.app.locator("body").evaluate("() => new Promise((done) => setTimeout(done, 400))")

    async def values(self, *paths: str) -> dict[str, str]:
        """What stands in the fields."""
        return {path: await self.field(path).input_value() for path in paths}

    async def forms(self) -> list[Stored]:
        """The forms in the database, oldest first."""
        columns = "id, status, source, version, CAST(form_data AS text)"
        rows = await self.world.rows(f"SELECT {columns} FROM forms ORDER BY id")  # noqa: S608 - a constant
        return [Stored(*rest, json.loads(answers)) for *rest, answers in rows]

    async def the_form(self) -> Stored:
        """The only one."""
        [form] = await self.forms()
        return form

    async def has_stored(self, *statuses: str) -> None:
        """Waits until the forms' statuses are these."""

        async def so() -> bool:
            return [form.status for form in await self.forms()] == list(statuses)

        await until(so)

    async def cloud(self) -> dict[str, str]:
        """The CloudStorage of Ivan."""
        return self.world.sandbox.world.users[IVAN].cloud

    async def username_known(self) -> bool:
        """Whether the bot has asked Telegram for its own name."""
        return self.world.app[PROFILE].username is not None

    async def sent_data(self, user_id: int = IVAN) -> list[Json]:
        """What sendData has brought into the chat."""
        messages = await self.world.people.messages(user_id)
        return [json.loads(message["web_app_data"]["data"]) for message in messages if "web_app_data" in message]

    async def said(self, user_id: int = IVAN) -> list[str]:
        """What the bot has written, oldest first."""
        messages = await self.world.people.messages(user_id)
        return [message["text"] for message in messages if message["from"]["is_bot"]]


@asynccontextmanager
async def journey_on(browser: Browser, world: World, script: str = "stand-in") -> AsyncIterator[Journey]:
    """The sandbox's page in a browser without any memory; a mistake in a page's script fails the test."""
    address = str(world.settings.telegram_api_url).rstrip("/")
    options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "locale": "en-US"}
    async with await browser.new_context(**options) as context:
        context.set_default_timeout(SEEN_MS)
        await context.route(SCRIPT, _official if script == "official" else _unreachable)
        await world.people.script(script)
        page = await context.new_page()
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        await page.goto(address)
        yield Journey(world, context, page, address)
        assert not mistakes, mistakes


async def _official(route: Route) -> None:
    await route.fulfill(path=official_script(), content_type="text/javascript")


async def _unreachable(route: Route) -> None:
    await route.abort("internetdisconnected")
