"""The page's phones: what is shown, what a press or a typed word does, and what changes live."""

from io import BytesIO

import pytest
from aiohttp import FormData
from page_desk import ADMIN, Desk
from playwright.async_api import expect
from sandbox_parts import ANNA, BORIS, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def test_formatting_is_shown_and_html_is_not(desk: Desk) -> None:
    text = "<b>bold <i>both</i></b> 😀 <code>x &lt;img src=1&gt;</code> <a href='https://a.example/'>link</a> /help"
    await desk.bot.result("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML")
    message = desk.guest.locator(".message.in .text")
    await expect(message).to_have_text("bold both 😀 x <img src=1> link /help")
    assert await message.locator("strong em").inner_text() == "both"
    assert await message.locator("code").inner_text() == "x <img src=1>"
    assert await message.locator("a").get_attribute("href") == "https://a.example/"
    assert await message.locator("img").count() == 0


async def test_a_script_link_is_disarmed(desk: Desk) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}
    await desk.bot.result("sendMessage", chat_id=ANNA, text="x", entities=[entity])
    assert await desk.guest.locator(".message.in a").get_attribute("href") == "#"


async def test_edits_and_deletions_are_live(desk: Desk) -> None:
    message = await desk.bot.result("sendMessage", chat_id=ANNA, text="Submitted")
    await expect(desk.guest.get_by_text("Submitted")).to_be_visible()
    await desk.bot.result("editMessageText", chat_id=ANNA, message_id=message["message_id"], text="Approved")
    await expect(desk.guest.get_by_text("Approved")).to_be_visible()
    await expect(desk.guest.get_by_text("Submitted")).to_have_count(0)
    await desk.bot.result("deleteMessage", chat_id=ANNA, message_id=message["message_id"])
    await expect(desk.guest.get_by_text("Approved")).to_have_count(0)


async def test_a_message_that_comes_while_all_is_drawn_stands_once(desk: Desk) -> None:
    await expect(desk.guest.locator(".message.out .text")).to_have_text("/start")
    await desk.page.evaluate("""async () => {
      const { store } = await import("/static/store.js");
      const take = store.take.bind(store);
      store.take = (...event) => {
        const taken = take(...event);
        if (event[0] === "message") store.tell("loaded");
        return taken;
      };
    }""")
    await desk.bot.result("sendMessage", chat_id=ANNA, text="First")
    await desk.bot.result("sendMessage", chat_id=ANNA, text="Second")
    await expect(desk.guest.locator(".message.in .text")).to_have_text(["First", "Second"])


async def test_typing_sends_a_message(desk: Desk) -> None:
    await desk.guest.get_by_role("textbox", name="Message").fill("Hello <b>")
    await desk.page.keyboard.press("Enter")
    await expect(desk.guest.locator(".message.out").last).to_contain_text("Hello <b>")
    assert (await desk.people.messages(ANNA))[-1]["text"] == "Hello <b>"


async def test_the_reply_keyboard(desk: Desk) -> None:
    await desk.offer(keyboard=[["Plain", {"text": "Phone", "request_contact": True}]])
    await desk.guest.get_by_role("button", name="Plain").click()
    await expect(desk.guest.locator(".message.out").last).to_contain_text("Plain")
    await desk.guest.get_by_role("button", name="Phone").click()
    await desk.guest.get_by_role("button", name="Share").click()
    await expect(desk.guest.locator(".contact")).to_contain_text("+79990000101")
    await desk.bot.result("sendMessage", chat_id=ANNA, text="x", reply_markup={"remove_keyboard": True})
    await expect(desk.guest.get_by_role("button", name="Plain")).to_have_count(0)


async def test_an_inline_button_waits_for_its_answer(desk: Desk) -> None:
    await desk.offer(inline_keyboard=[[{"text": "Approve", "callback_data": "ok"}]])
    await desk.guest.get_by_role("button", name="Approve").click()
    await until(lambda: desk.sandbox.world.callbacks)
    assert "waiting" in (await desk.guest.get_by_role("button", name="Approve").get_attribute("class") or "")
    query_id = next(iter(desk.sandbox.world.callbacks))
    await desk.bot.result("answerCallbackQuery", callback_query_id=query_id, text="Done!", show_alert=True)
    await expect(desk.guest.get_by_role("dialog")).to_contain_text("Done!")


async def test_commands_are_listed_as_they_are_typed(desk: Desk) -> None:
    commands = [{"command": "start", "description": "Begin"}, {"command": "help", "description": "How it works"}]
    await desk.bot.result("setMyCommands", commands=commands)
    await desk.guest.get_by_role("textbox", name="Message").fill("/he")
    await desk.guest.get_by_role("group", name="Commands").get_by_role("button").click()
    await expect(desk.guest.locator(".message.out").last).to_contain_text("/help")


async def test_files_and_pictures_open(desk: Desk) -> None:
    for method, name, data in (("sendDocument", "document", b"a;b\n"), ("sendPhoto", "photo", PNG)):
        form = {"chat_id": str(ANNA), name: BytesIO(data)}
        async with desk.bot.session.post(f"{desk.base}/bot42:TEST/{method}", data=form) as response:
            assert response.ok, await response.text()
    async with desk.page.expect_download() as download:
        await desk.guest.locator("a.file").click()
    assert (await (await download.value).path()).read_bytes() == b"a;b\n"
    assert await desk.guest.locator(".photo img").evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 1
    await desk.guest.get_by_role("button", name="Open the picture").click()
    large = desk.page.get_by_role("dialog", name="Picture")
    await expect(large.get_by_role("img", name="Picture")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)


async def test_a_file_shows_its_name_size_and_formatted_caption(desk: Desk) -> None:
    form = FormData({"chat_id": str(ANNA), "caption": "<b>All</b> forms", "parse_mode": "HTML"}, quote_fields=False)
    form.add_field("document", b"x" * 2048, filename="анкеты.xlsx")
    async with desk.bot.session.post(f"{desk.base}/bot42:TEST/sendDocument", data=form) as response:
        assert response.ok, await response.text()
    await expect(desk.guest.locator("a.file")).to_contain_text("анкеты.xlsx")
    await expect(desk.guest.locator("a.file")).to_contain_text("2.0 KB")
    assert await desk.guest.locator(".message.in .text strong").inner_text() == "All"


async def test_guests_are_added_and_switched_and_the_admin_has_a_phone(desk: Desk) -> None:
    await desk.guest.get_by_role("button", name="Add a guest").click()
    await desk.guest.get_by_role("button", name="Start", exact=True).click()
    await expect(desk.guest.locator(".message.out")).to_contain_text("/start")
    added = max(desk.sandbox.world.users)
    assert (await desk.people.messages(added))[0]["text"] == "/start"
    await desk.guest.get_by_role("button", name="Boris").click()
    await expect(desk.guest.locator(".message")).to_have_count(0)
    await desk.admin.get_by_role("button", name="Start", exact=True).click()
    await expect(desk.admin.locator(".message.out")).to_contain_text("/start")
    assert desk.sandbox.world.users[ADMIN].started
    assert not desk.sandbox.world.users[BORIS].started


async def test_the_language_of_a_guest(desk: Desk) -> None:
    await desk.guest.get_by_role("combobox", name="Language").select_option("ru")
    await until(lambda: desk.sandbox.world.users[ANNA].language_code == "ru")


async def test_blocking_and_coming_back(desk: Desk) -> None:
    await desk.guest.get_by_role("button", name="Block").click()
    await desk.guest.get_by_role("button", name="Restart bot").wait_for()
    assert (await desk.bot.refused("sendMessage", chat_id=ANNA, text="x"))[0] == 403
    await desk.guest.get_by_role("button", name="Restart bot").click()
    await expect(desk.guest.locator(".message.out")).to_have_count(2)


async def test_faults_are_a_click_away_and_run_out(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="429 to the next 3").click()
    await until(lambda: desk.sandbox.api.faults.too_many_requests == 3)
    for _ in range(3):
        assert (await desk.bot.refused("sendMessage", chat_id=ANNA, text="x"))[0] == 429
    await expect(desk.page.get_by_role("button", name="429 to the next 3")).to_have_attribute("aria-pressed", "false")
    await expect(desk.page.locator(".log .bad").first).to_contain_text("429")


async def test_the_log_has_what_was_before_the_page(desk: Desk) -> None:
    await expect(desk.page.locator(".log")).to_contain_text("message: /start")
    await desk.bot.result("sendMessage", chat_id=ANNA, text="x")
    await expect(desk.page.locator(".log li").first).to_contain_text("sendMessage")


async def test_polling_and_the_webhook_are_shown(desk: Desk) -> None:
    panel = desk.page.locator("#panel")
    await expect(panel).to_contain_text("no getUpdates is open now")
    await desk.bot.result("setWebhook", url="http://127.0.0.1:1/hook")
    await expect(panel).to_contain_text("http://127.0.0.1:1/hook")
    await expect(panel).to_contain_text("Connection refused")


async def test_it_says_when_the_sandbox_is_gone(desk: Desk) -> None:
    await desk.page.context.set_offline(True)
    desk.sandbox.world.events.close()
    await expect(desk.page.get_by_role("status")).to_contain_text("does not answer")
    await desk.page.context.set_offline(False)
    await desk.bot.result("sendMessage", chat_id=ANNA, text="Missed")
    await expect(desk.guest.get_by_text("Missed")).to_be_visible(timeout=10_000)
    await expect(desk.page.locator(".connection")).to_have_text("")


@pytest.mark.parametrize("width", [1280, 800, 360])
async def test_nothing_is_wider_than_the_window(desk: Desk, width: int) -> None:
    await desk.page.set_viewport_size({"width": width, "height": 740})
    await desk.offer(keyboard=[["A rather long button of a keyboard that has to wrap"]])
    await desk.guest.get_by_role("button", name="A rather long").wait_for()
    assert await desk.page.evaluate("document.documentElement.scrollWidth") == width
