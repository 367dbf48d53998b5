"""A phone for the page: Chromium with a small Telegram Web around it, speaking its postMessage protocol."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from npm_packages import cached_package, official_script
from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, Route

TELEGRAM = "https://web.telegram.org"
# Of one site with Telegram Web, so that storage works in the frame; a cross-site frame has none in this browser.
TICKETS = "https://tickets.web.telegram.org"
CROSS_SITE = "https://tickets.test"
SCRIPT = "https://telegram.org/js/telegram-web-app.js"
Json = dict[str, Any]

LIGHT = {
    "bg_color": "#ffffff", "text_color": "#000000", "hint_color": "#707579", "link_color": "#3390ec",
    "button_color": "#3390ec", "button_text_color": "#ffffff", "secondary_bg_color": "#f4f4f5",
    "destructive_text_color": "#e53935",
}  # fmt: skip
DARK = LIGHT | {
    "bg_color": "#212121", "text_color": "#ffffff", "hint_color": "#aaaaaa", "link_color": "#8774e1",
    "button_color": "#8774e1", "secondary_bg_color": "#0f0f0f",
}  # fmt: skip
# Somebody's own: every pair of it too faint to read.
CUSTOM = {
    "bg_color": "#f7d9c4", "text_color": "#8a6d5a", "hint_color": "#e0b89a", "link_color": "#ff9f6b",
    "button_color": "#ffb38a", "button_text_color": "#ffe9dc", "secondary_bg_color": "#fbe8dc",
    "destructive_text_color": "#ff8a80",
}  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK, "custom": CUSTOM}

HOST = (Path(__file__).parent / "telegram_web.html").read_text()


def axe_script() -> str:
    return cached_package("axe-core@4.10.3", "axe.min.js").read_text()


@dataclass
class Network:
    """What lies between the phone and the server; a test breaks it."""

    server: str
    origin: str = TICKETS
    offline: bool = False
    script: bool = True
    lose_next_answer: bool = False
    answer_next: tuple[int, Json] | None = None
    calls: list[tuple[str, str]] = field(default_factory=list)

    async def carry(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(self.origin)
        is_call = path.startswith("/api/")
        if is_call:
            self.calls.append((request.method, path))
        if self.offline:
            return await route.abort("internetdisconnected")
        if is_call and request.method != "GET" and self.answer_next is not None:
            status, body = self.answer_next
            self.answer_next = None
            return await route.fulfill(status=status, json=body, content_type="application/problem+json")
        answer = await route.fetch(url=self.server + path, max_redirects=0)
        if is_call and request.method != "GET" and self.lose_next_answer:
            self.lose_next_answer = False
            return await route.abort("connectionreset")
        return await route.fulfill(response=answer)


@dataclass
class Phone:
    """One guest's Telegram Web in one tab."""

    context: BrowserContext
    tab: Page
    network: Network

    @property
    def app(self) -> FrameLocator:
        return self.tab.frame_locator("#app")

    async def launch(self, init_data: str = "", *, theme: Json = LIGHT, version: str = "8.0", **query: str) -> None:
        """Open the page as Telegram Web does; a keyboard launch has no init_data and `via="kb"`."""
        words = {
            "tgWebAppData": init_data,
            "tgWebAppVersion": version,
            "tgWebAppPlatform": "weba",
            "tgWebAppThemeParams": json.dumps(theme),
        }
        words = {name: value for name, value in words.items() if value}
        address = f"{self.network.origin}/mini-app?{urlencode(query)}#{urlencode(words, quote_via=quote)}"
        if not self.tab.url.startswith(TELEGRAM):
            await self.tab.goto(TELEGRAM)
        await self.tab.evaluate("([address, theme]) => open_app(address, theme)", [address, theme])
        await self.app.locator("[data-ready]").wait_for(state="attached")

    async def keyboard(self, **options: Any) -> None:
        await self.launch(via="kb", **({"lang": "ru"} | options))

    async def events(self, kind: str) -> list[Any]:
        """What the page has posted of one kind."""
        found = await self.tab.evaluate(
            "kind => events.filter(([type]) => type === kind).map(([, data]) => data)", kind
        )
        return list(found)

    async def emit(self, kind: str, data: Any = None) -> None:
        await self.tab.evaluate("([kind, data]) => emit(kind, data)", [kind, data])

    async def main_button(self, presses: int = 1) -> None:
        """Presses at once, as an impatient thumb does."""
        await self.tab.evaluate("presses => { while (presses--) emit('main_button_pressed') }", presses)

    async def sent(self) -> Json:
        """The body of the only sendData."""
        (event,) = await self.wait_for("web_app_data_send")
        return dict(json.loads(event["data"]))

    async def wait_for(self, kind: str, count: int = 1) -> list[Any]:
        async with asyncio.timeout(10):
            while len(found := await self.events(kind)) < count:
                await asyncio.sleep(0.02)
        return found

    async def fill(self, **answers: str) -> None:
        for path, answer in answers.items():
            await self.app.locator(f"[name={path}]").fill(answer)

    async def fill_example(self) -> None:
        await self.fill(name="Иван Иванов", email="ivan@example.com", phone="+7 (999) 123-45-67")
        await self.app.get_by_label("VIP").check()

    def error(self, path: str) -> Any:
        return self.app.locator(f"[id='{path}-error']")


@asynccontextmanager
async def phone_for(browser: Browser, server: str, *, origin: str = TICKETS, **options: Any) -> AsyncIterator[Phone]:
    """A phone with nothing on it yet."""
    options = {"viewport": {"width": 360, "height": 740}, "locale": "ru-RU"} | options
    context = await browser.new_context(**options)
    context.set_default_timeout(7_000)
    network = Network(server, origin)

    async def script(route: Route) -> None:
        await (
            route.fulfill(body=official_script().read_text(), content_type="text/javascript")
            if network.script
            else route.abort()
        )

    async def host(route: Route) -> None:
        await route.fulfill(body=HOST, content_type="text/html")

    await context.route(SCRIPT, script)
    await context.route(f"{TELEGRAM}/**", host)
    await context.route(f"{origin}/**", network.carry)
    phone = Phone(context, await context.new_page(), network)
    try:
        yield phone
    finally:
        await context.unroute_all(behavior="ignoreErrors")  # what is still on its way belongs to no test
        await context.close()
