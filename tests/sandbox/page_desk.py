"""The sandbox's page in Chromium, a bot that does what the test says, and a Mini App to open in the phones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from npm_packages import official_script
from playwright.async_api import Browser, FrameLocator, Locator, Page, Route
from sandbox_parts import ANNA, BORIS, TOKEN, Bot, Json

from sandbox import Sandbox, SandboxClient, create_sandbox

ADMIN = 100
SCRIPT = "https://telegram.org/js/telegram-web-app.js"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' https://telegram.org; "
    "connect-src 'self'; frame-ancestors https://web.telegram.org"
)
APP = f"""<!doctype html><title>App</title><script src="{SCRIPT}"></script>
<script>const app = Telegram.WebApp; const seen = [];
for (const name of ["themeChanged", "viewportChanged", "backButtonClicked", "settingsButtonClicked", "popupClosed"])
  app.onEvent(name, (data) => seen.push([name, data]));
const asked = (object, method, ...args) =>
  new Promise((done) => object[method](...args, (...answer) => done(answer)));
</script><h1>The app</h1>"""


@dataclass
class App:
    """A Mini App's server; `calls` are the requests it got."""

    url: str = ""
    calls: list[tuple[str, str, Json, bytes]] = field(default_factory=list)

    async def page(self, _: web.Request) -> web.Response:
        return web.Response(text=APP, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def api(self, request: web.Request) -> web.Response:
        self.calls.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        return web.json_response({"ok": True}, status=201, headers={"ETag": '"1"', "Location": "/api/1"})


@dataclass
class Desk:
    """What a test of the page has on it."""

    sandbox: Sandbox
    people: SandboxClient
    bot: Bot
    app: App
    page: Page
    base: str

    @property
    def guest(self) -> Locator:
        return self.page.get_by_role("region", name="Guest's phone")

    @property
    def admin(self) -> Locator:
        return self.page.get_by_role("region", name="Admin's phone")

    @property
    def sheet(self) -> Locator:
        """The Mini App with what Telegram draws around it."""
        return self.guest.get_by_role("region", name="Mini App")

    @property
    def frame(self) -> FrameLocator:
        return self.guest.frame_locator("iframe")

    async def in_app(self, script: str) -> Any:
        """The value of a script in the guest's Mini App."""
        return await self.frame.locator("body").evaluate(f"async () => {script}")

    async def offer(self, **markup: Any) -> None:
        """The bot writes to the guest, with this markup."""
        await self.bot.result("sendMessage", chat_id=ANNA, text="Fill it in", reply_markup=markup)

    async def launch(self, kind: str) -> None:
        """The guest opens the app from a button of this kind, which is named by it."""
        if kind == "keyboard":
            await self.offer(keyboard=[[{"text": kind, "web_app": {"url": f"{self.app.url}?via=kb"}}]])
        elif kind == "inline":
            await self.offer(inline_keyboard=[[{"text": kind, "web_app": {"url": self.app.url}}]])
        else:
            button = {"type": "web_app", "text": kind, "web_app": {"url": self.app.url}}
            await self.bot.result("setChatMenuButton", menu_button=button)
        await self.guest.get_by_role("button", name=kind, exact=True).click()
        await self.frame.get_by_role("heading", name="The app").wait_for()


@asynccontextmanager
async def desk_for(browser: Browser, script: str) -> AsyncIterator[Desk]:
    """The page with Anna and Boris as guests and an admin; `script` is whose Telegram script the app gets."""
    sandbox, app = create_sandbox(TOKEN, script=script), App()
    app_server = web.Application()
    app_server.router.add_get("/mini-app", app.page)
    app_server.router.add_route("*", "/api/{rest:.*}", app.api)
    async with (
        TestServer(sandbox.app) as server,
        TestServer(app_server) as apps,
        aiohttp.ClientSession() as session,
        await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context,
    ):
        app.url, base = str(apps.make_url("/mini-app")), str(server.make_url("")).rstrip("/")
        people = SandboxClient(base, session)
        await people.create_user("Olga", id=ADMIN, role="admin", language_code="en")
        await people.create_user("Anna", id=ANNA, language_code="en")
        await people.create_user("Boris", id=BORIS, language_code="ru")
        await people.send_text(ANNA, "/start")
        context.set_default_timeout(6000)
        page = await context.new_page()
        await page.route(SCRIPT, _official)
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        await page.goto(base)
        yield Desk(sandbox, people, Bot(base, session), app, page, base)
        assert not mistakes, mistakes


async def _official(route: Route) -> None:
    await route.fulfill(path=official_script(), content_type="text/javascript")
