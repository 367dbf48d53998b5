"""`make demo`, as a newcomer runs it."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox.bot_process import BotNotStartedError, BotProcess, running

ROOT = Path(__file__).parents[2]
NOT_FOR_THE_DEMO = {"POSTGRES_PASSWORD"}  # docker compose's own


@asynccontextmanager
async def demo(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A demo that ends with the test, whatever happens."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "sandbox.demo", *options)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def read_until(process: asyncio.subprocess.Process, words: str) -> str:
    """What it has said when it says the words."""
    assert process.stdout
    said = ""
    while words not in said:
        line = (await process.stdout.readline()).decode()
        assert line, said
        said += line
    return said


async def fill_in(page: Page, name: str) -> None:
    """A new guest comes, opens the form from the keyboard and sends it."""
    guest = page.get_by_role("region", name="Guest's phone")
    await guest.get_by_role("button", name="Add a guest").click()
    await guest.get_by_role("button", name="Start", exact=True).click()
    await guest.locator(".keyboard button").click()
    form = guest.frame_locator("iframe")
    for field, value in (("name", name), ("email", "guest@example.com"), ("phone", "+79991112233")):
        await form.locator(f"[name={field}]").fill(value)
    await form.locator("[name=ticket_type]").first.check(force=True)
    await guest.locator(".bottom-button.main").click()
    await guest.locator("iframe").wait_for(state="detached")
    await expect(guest.locator(".message.in")).to_have_count(2)


@pytest.mark.asyncio(loop_scope="session")
async def test_it_stores_a_form_and_stays_up_until_it_is_stopped(browser: Browser) -> None:
    # Two at once: the second finds the first one's port taken, and neither disturbs the other.
    async with demo("--port", "18081") as staying, demo("--port", "18081", "--once") as once:
        said = await read_until(staying, "Ctrl-C")
        assert '"status": "submitted"' in said
        assert "Анкета № 1" in said
        address = re.search(r"Open (\S+)", said)
        assert address
        output, errors = await once.communicate()
        assert (once.returncode, errors) == (0, b"")
        assert '"phone": "+79991234567"' in output.decode()
        async with await browser.new_context(reduced_motion="reduce") as context:
            page = await context.new_page()
            await page.goto(address[1])
            await fill_in(page, "Emily Stone")
            await page.get_by_role("button", name="webhook").click()
            await expect(page.locator("#panel")).to_contain_text("/telegram/webhook", timeout=30_000)
            await fill_in(page, "Tom Wood")
            await expect(page.get_by_role("region", name="Guest's phone").get_by_text("№ 3")).to_be_visible()
        staying.send_signal(signal.SIGINT)
        assert (await staying.communicate())[1] == b""
        assert staying.returncode == 0


def bot(folder: Path, token: str) -> BotProcess:
    return BotProcess(token, "http://127.0.0.1:1", 1, 1000, folder, "0123456789abcdef" * 2)


async def test_a_bot_that_does_not_start_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BotNotStartedError, match=r"status 2[\s\S]*TELEGRAM_BOT_TOKEN"):
        async with running(bot(tmp_path / "bot", "none")):
            pass


def test_no_setting_is_left_to_the_environment(tmp_path: Path) -> None:
    documented = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / "env.docker").read_text(), re.MULTILINE))
    assert documented - NOT_FOR_THE_DEMO <= set(bot(tmp_path, "1:a").settings())
