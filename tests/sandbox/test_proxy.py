"""The origins at which the page frames Mini Apps: what is changed on the way, and what is not."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from sandbox_parts import ANNA, BORIS

from sandbox import SandboxClient
from sandbox.proxy import OFFICIAL_SCRIPT, STAND_IN_PATH, framable

PAGE = f'<script src="{OFFICIAL_SCRIPT}"></script>'


async def show(request: web.Request) -> web.Response:
    if request.path == "/moved":
        raise web.HTTPFound("/page")
    policy = "script-src https://telegram.org; frame-ancestors https://web.telegram.org"
    kind = "text/plain" if request.path == "/text" else "text/html"
    return web.Response(text=PAGE, content_type=kind, headers={"Content-Security-Policy": policy})


@pytest_asyncio.fixture
async def app_url() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", show)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def origin(people: SandboxClient, user_id: int, url: str) -> str:
    parts = urlsplit(await people.launch(user_id, url, framed=True))
    return f"{parts.scheme}://{parts.netloc}"


@pytest.mark.parametrize(("whose", "src"), [("official", OFFICIAL_SCRIPT), ("stand-in", STAND_IN_PATH)])
async def test_whose_script(
    people: SandboxClient, session: aiohttp.ClientSession, app_url: str, whose: str, src: str
) -> None:
    await people.script(whose)
    base = await origin(people, ANNA, app_url)
    async with session.get(f"{base}/page") as answer:
        assert await answer.text() == f'<script src="{src}"></script>'
    async with session.get(f"{base}/text") as answer:
        assert await answer.text() == PAGE


async def test_the_stand_in_is_there(people: SandboxClient, session: aiohttp.ClientSession, app_url: str) -> None:
    async with session.get(await origin(people, ANNA, app_url) + STAND_IN_PATH) as answer:
        assert answer.content_type in ("text/javascript", "application/javascript")
        assert "Telegram" in await answer.text()


async def test_the_page_may_frame_it(
    people: SandboxClient, session: aiohttp.ClientSession, app_url: str, base: str
) -> None:
    async with session.get(await origin(people, ANNA, app_url) + "/page") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert policy == f"script-src https://telegram.org 'self'; frame-ancestors https://web.telegram.org {base}"


def test_a_policy_that_shuts_telegram_out_shuts_the_sandbox_out() -> None:
    assert framable("frame-ancestors 'none'", "http://127.0.0.1:1") == "frame-ancestors 'none'"


async def test_an_origin_for_each_guest_and_app(people: SandboxClient, app_url: str) -> None:
    first = await origin(people, ANNA, f"{app_url}/a?x=1")
    assert await origin(people, ANNA, f"{app_url}/b") == first
    assert (
        len({first, await origin(people, BORIS, app_url), await origin(people, ANNA, "http://127.0.0.1:1"), app_url})
        == 4
    )


async def test_redirects_go_to_the_reader(people: SandboxClient, session: aiohttp.ClientSession, app_url: str) -> None:
    async with session.get(await origin(people, ANNA, app_url) + "/moved", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/page")


async def test_the_address_keeps_path_query_and_launch_data(people: SandboxClient, app_url: str) -> None:
    parts = urlsplit(await people.launch(ANNA, f"{app_url}/mini-app?via=kb&lang=ru", "inline", framed=True))
    assert (parts.path, parts.query) == ("/mini-app", "via=kb&lang=ru")
    assert parts.fragment.startswith("tgWebAppData=query_id")
