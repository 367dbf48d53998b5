"""The page's keyboards: what they do to the chat above them, when they show, and the labels of their buttons."""

import re

import pytest
from page_desk import ADMIN, Desk
from playwright.async_api import Locator, Route, expect
from sandbox_parts import ANNA, BORIS
from world import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
GAP = "(thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight"


async def long_chats(desk: Desk) -> None:
    """The guest's and the admin's chats are higher than their phones, and end with a reply keyboard."""
    await desk.people.send_text(ADMIN, "/start")
    for chat_id in (ANNA, ADMIN):
        for number in range(20):
            await desk.bot.result("sendMessage", chat_id=chat_id, text=f"Card {number}\nof two lines")
        await desk.bot.result("sendMessage", chat_id=chat_id, text="Last", reply_markup={"keyboard": [["Next"]]})
    for phone in (desk.guest, desk.admin):
        await expect(phone.get_by_role("button", name="Next")).to_be_attached()


async def test_who_starts_while_the_page_loads_has_started(desk: Desk) -> None:
    async def start_meanwhile(route: Route) -> None:
        response = await route.fetch()
        await desk.people.send_text(ADMIN, "/start")
        await desk.admin.get_by_role("button", name="Start", exact=True).wait_for(state="detached")
        await route.fulfill(response=response)

    await desk.admin.get_by_role("button", name="Start", exact=True).wait_for()  # it has loaded once
    await desk.page.route("**/sandbox/users", start_meanwhile, times=1)
    async with desk.page.expect_response("**/sandbox/users"):
        await desk.page.reload()
    await expect(desk.admin.get_by_text("/start")).to_have_count(1)
    await expect(desk.admin.get_by_role("button", name="Start", exact=True)).to_be_hidden()
    await expect(desk.admin.get_by_role("textbox", name="Message")).to_be_visible()


async def at_end(desk: Desk, phone: Locator) -> None:
    thread = await phone.get_by_role("log").element_handle()
    await desk.page.evaluate(FRAMES)
    await desk.page.wait_for_function(f"(thread) => ({GAP})(thread) < 2", arg=thread)


async def go_up(desk: Desk, phone: Locator) -> float:
    """The reader turns the wheel; how far from its beginning the thread then is."""
    await phone.get_by_role("log").hover()
    await desk.page.mouse.wheel(0, -300)
    thread = await phone.get_by_role("log").element_handle()
    await desk.page.wait_for_function(f"(thread) => ({GAP})(thread) > 250", arg=thread)
    return await top(desk, phone)


async def top(desk: Desk, phone: Locator) -> float:
    await desk.page.evaluate(FRAMES)
    return float(await phone.get_by_role("log").evaluate("(thread) => thread.scrollTop"))


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)])
async def test_a_chat_opens_at_its_end_above_the_keyboard(desk: Desk, width: int, height: int) -> None:
    await long_chats(desk)
    await desk.page.set_viewport_size({"width": width, "height": height})
    await desk.page.reload()
    for phone in (desk.guest, desk.admin):
        await phone.get_by_role("button", name="Next").wait_for()
        await at_end(desk, phone)


async def test_who_reads_the_end_stays_there_while_the_thread_shrinks_and_grows(desk: Desk) -> None:
    await long_chats(desk)
    for name in ("Hide the keyboard", "Show the keyboard"):
        await desk.guest.get_by_role("button", name=name).click()
        await at_end(desk, desk.guest)
    for width, height in ((1280, 700), (800, 900), (360, 740)):
        await desk.page.set_viewport_size({"width": width, "height": height})
        await at_end(desk, desk.guest)
        await at_end(desk, desk.admin)


async def test_who_has_gone_up_stays_where_they_are(desk: Desk) -> None:
    await long_chats(desk)
    read = await go_up(desk, desk.guest)
    for name in ("Hide the keyboard", "Show the keyboard"):
        await desk.guest.get_by_role("button", name=name).click()
        assert await top(desk, desk.guest) == read
    await desk.page.set_viewport_size({"width": 1280, "height": 700})
    assert await top(desk, desk.guest) == read
    await at_end(desk, desk.admin)


async def test_a_keyboard_hides_once_pressed_and_a_new_one_shows(desk: Desk) -> None:
    contact = {"keyboard": [[{"text": "My phone", "request_contact": True}]], "one_time_keyboard": True}
    keys = desk.guest.get_by_role("group", name="Reply keyboard")
    for _ in range(2):  # the same keyboard sent again is a new one
        await desk.offer(**contact)
        await keys.get_by_role("button", name="My phone").click()
        await desk.guest.get_by_role("button", name="Share").click()
        await expect(keys).to_be_hidden()
    await desk.bot.result("sendMessage", chat_id=ANNA, text="Thanks")
    await expect(desk.guest.get_by_text("Thanks")).to_be_visible()
    await expect(keys).to_be_hidden()
    await desk.offer(keyboard=[["Next"]])
    await expect(keys.get_by_role("button")).to_have_text(["Next"])
    await expect(keys).to_be_visible()


async def test_a_keyboard_that_answers_the_press_shows(desk: Desk) -> None:
    """It may come before the page hears that its press was taken."""

    async def answer_first(route: Route) -> None:
        response = await route.fetch()
        await desk.offer(keyboard=[["Next"]])
        await desk.guest.get_by_role("button", name="Next").wait_for()
        await route.fulfill(response=response)

    await desk.page.route(f"**/users/{ANNA}/button", answer_first)
    await desk.offer(keyboard=[["Begin"]], one_time_keyboard=True)
    async with desk.page.expect_response(f"**/users/{ANNA}/button"):
        await desk.guest.get_by_role("button", name="Begin").click()
    await desk.page.evaluate(FRAMES)
    await expect(desk.guest.get_by_role("button", name="Next")).to_be_visible()


async def test_a_keyboard_is_hidden_in_its_own_chat_only(desk: Desk) -> None:
    await desk.people.send_text(BORIS, "/start")
    await desk.bot.result("sendMessage", chat_id=BORIS, text="x", reply_markup={"keyboard": [["Boris's"]]})
    await desk.offer(keyboard=[["Anna's"]])
    await desk.guest.get_by_role("button", name="Hide the keyboard").click()
    # With a dot or without: his message may have come after the page had drawn him.
    await desk.guest.get_by_role("button", name=re.compile(r"^Boris(?!')")).click()
    await expect(desk.guest.get_by_role("button", name="Boris's")).to_be_visible()
    await desk.guest.get_by_role("button", name="Anna", exact=True).click()
    await expect(desk.guest.get_by_role("group", name="Reply keyboard")).to_be_hidden()
    await desk.guest.get_by_role("button", name="Show the keyboard").click()
    await expect(desk.guest.get_by_role("button", name="Anna's")).to_be_visible()


async def label(phone: Locator, text: str) -> tuple[int, bool]:
    """On how many lines a button's label stands, and whether it is cut short."""
    button = phone.get_by_role("button", name=text, exact=True)
    lines, cut = await button.evaluate("""(button) => {
      const range = document.createRange();
      range.selectNodeContents(button);
      const lines = new Set([...range.getClientRects()].map(({ top }) => top));
      const cut = button.scrollWidth > button.clientWidth;
      return [lines.size, cut && getComputedStyle(button).textOverflow === "ellipsis"];
    }""")
    return int(lines), bool(cut)


async def stands(phone: Locator, text: str, *ways: tuple[int, bool]) -> bool:
    """Whether a label stands in one of these ways by now: the page may be drawing it anew."""
    return await label(phone, text) in ways


@pytest.mark.parametrize("kind", ["inline_keyboard", "keyboard"])
async def test_a_label_never_breaks_inside_a_word(desk: Desk, kind: str) -> None:
    endless, words = "Превысокомногорассмотрительствующий", "Reject it, and tell the guest why it was rejected"
    rows = [["Стандартный", "VIP", "Студенческий"], ["Standard", "Student", "Both"], [endless, "No"], [words]]
    await desk.page.set_viewport_size({"width": 360, "height": 740})
    await desk.offer(**{kind: [[{"text": text, "callback_data": "x"} for text in row] for row in rows]})
    await desk.guest.get_by_role("button", name=words).wait_for()
    for text in rows[0]:
        await until(lambda text=text: stands(desk.guest, text, (1, False), (1, True)))
    for text in (*rows[1], "No"):
        await until(lambda text=text: stands(desk.guest, text, (1, False)))
    await until(lambda: stands(desk.guest, endless, (1, True)))
    await until(lambda: stands(desk.guest, words, (2, False)))
    assert await desk.page.evaluate("document.documentElement.scrollWidth") == 360
