"""The page's phones in a group: chats to switch between, replies, prompts, deletions, who sees what."""

import pytest
from page_desk import ADMIN, Desk
from playwright.async_api import Locator, expect
from sandbox_parts import ANNA, BORIS, Json, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARD = {"inline_keyboard": [[{"text": "Approve", "callback_data": "ok"}]]}


async def group_of(desk: Desk, *members: int) -> int:
    return int((await desk.people.create_group("Committee", list(members)))["id"])


async def open_group(phone: Locator) -> None:
    await phone.get_by_role("navigation", name="Chats").get_by_role("button", name="Committee").click()
    await expect(phone.locator(".chat-head")).to_contain_text("members")


async def write(desk: Desk, phone: Locator, text: str) -> Json:
    """Types and sends; the stored message."""
    field = phone.get_by_role("textbox", name="Message")
    await field.fill(text)
    await field.press("Enter")
    await expect(phone.locator(".message.out").last).to_contain_text(text)
    return max(
        (m for chat in desk.sandbox.world.chats.values() for m in chat.messages.values()), key=lambda m: m.id
    ).data


async def test_a_group_opens_beside_the_private_chat(desk: Desk) -> None:
    await expect(desk.guest.get_by_role("navigation", name="Chats")).to_be_hidden()
    group_id = await group_of(desk, ADMIN, ANNA)
    await desk.bot.result("sendMessage", chat_id=group_id, text="Form 1", reply_markup=CARD)
    dot = desk.guest.get_by_role("navigation").get_by_role("img", name="new messages")
    await expect(dot).to_be_visible()
    await open_group(desk.guest)
    await expect(dot).to_have_count(0)
    await write(desk, desk.guest, "who is it?")
    await desk.guest.get_by_role("button", name="Bal Bot").click()
    await expect(desk.guest.locator(".message")).to_have_count(1)
    await open_group(desk.admin)
    incoming = desk.admin.locator(".message.in")
    await expect(incoming.locator(".name")).to_have_text(["Bal Bot", "Anna"])
    await expect(incoming.locator(".avatar")).to_have_text(["B", "A"])
    await desk.admin.get_by_role("button", name="Approve").click()
    await until(lambda: desk.sandbox.world.callbacks)
    query = next(iter(desk.sandbox.world.callbacks.values()))
    await desk.bot.result("answerCallbackQuery", callback_query_id=query.id, text="Approved by Olga")
    await expect(desk.admin.locator(".toast")).to_have_text("Approved by Olga")
    assert query.user_id == ADMIN


async def test_of_a_persons_chats_each_keeps_its_draft_and_others_see_none_of_it(desk: Desk) -> None:
    await group_of(desk, ADMIN, BORIS)
    await desk.guest.get_by_role("textbox", name="Message").fill("half a")
    await desk.guest.get_by_role("button", name="Boris").click()
    await open_group(desk.guest)
    field = desk.guest.get_by_role("textbox", name="Message")
    await expect(field).to_have_value("")
    await desk.guest.get_by_role("button", name="Anna").click()
    await expect(field).to_have_value("half a")
    await expect(desk.guest.get_by_role("navigation", name="Chats")).to_be_hidden()


async def test_commands_of_a_group_name_the_bot(desk: Desk) -> None:
    group_id = await group_of(desk, ADMIN, ANNA)
    commands = [{"command": "forms", "description": "Forms"}]
    scope = {"type": "chat_administrators", "chat_id": group_id}
    await desk.bot.result("setMyCommands", commands=commands, scope=scope)
    await open_group(desk.guest)
    await open_group(desk.admin)
    await desk.admin.get_by_role("button", name="Commands").click()
    await desk.admin.get_by_role("group", name="Commands").get_by_role("button").click()
    await expect(desk.admin.locator(".message.out")).to_contain_text("/forms@bal_sandbox_bot")
    await expect(desk.guest.get_by_role("button", name="Commands")).to_have_count(0)


async def test_a_message_is_replied_to(desk: Desk) -> None:
    first = await desk.bot.result("sendMessage", chat_id=ANNA, text="<b>The first</b>", parse_mode="HTML")
    for number in range(20):
        await desk.bot.result("sendMessage", chat_id=ANNA, text=f"line {number}\nand more")
    bubble = desk.guest.locator(f"[data-message-id='{first['message_id']}']")
    await bubble.hover()
    await bubble.get_by_role("button", name="Reply to this message").click()
    bar = desk.guest.get_by_role("group", name="Reply", exact=True)
    await expect(bar).to_contain_text("Reply to Bal Bot")
    await bar.get_by_role("button", name="Cancel the reply").click()
    await expect(bar).to_be_hidden()
    await bubble.get_by_role("button", name="Reply to this message").click()
    sent = await write(desk, desk.guest, "about the first")
    assert sent["reply_to_message"]["message_id"] == first["message_id"]
    await expect(bar).to_be_hidden()
    await expect(bubble).not_to_be_in_viewport()
    await desk.guest.locator(".message.out .quote").get_by_role("button").click()
    await expect(bubble).to_be_in_viewport()
    assert "reply_to_message" not in await write(desk, desk.guest, "and now not")


async def test_a_prompt_puts_the_phone_into_reply_mode(desk: Desk) -> None:
    await desk.offer(keyboard=[["Fill in"]])
    prompt = {"force_reply": True, "input_field_placeholder": "The reason"}
    asked = await desk.bot.result("sendMessage", chat_id=ANNA, text="Why?", reply_markup=prompt)
    field = desk.guest.get_by_role("textbox", name="Message")
    await expect(field).to_have_attribute("placeholder", "The reason")
    await expect(desk.guest.get_by_role("button", name="Fill in")).to_be_hidden()
    await desk.page.reload()
    await expect(field).to_have_attribute("placeholder", "The reason")
    sent = await write(desk, desk.guest, "No places")
    assert sent["reply_to_message"]["message_id"] == asked["message_id"]
    await expect(desk.guest.get_by_role("button", name="Fill in")).to_be_visible()
    await expect(field).to_have_attribute("placeholder", "Message")
    again = await desk.bot.result("sendMessage", chat_id=ANNA, text="Why?", reply_markup=prompt)
    await expect(field).to_have_attribute("placeholder", "The reason")
    await desk.bot.result("deleteMessage", chat_id=ANNA, message_id=again["message_id"])
    await expect(field).to_have_attribute("placeholder", "Message")


@pytest.mark.parametrize("how", ["reply", "mention", "link"])
async def test_a_selective_prompt_concerns_one_member(desk: Desk, how: str) -> None:
    group_id = await group_of(desk, ADMIN, ANNA)
    desk.sandbox.world.users[ADMIN].username = "olga"
    await desk.page.reload()
    await open_group(desk.guest)
    await open_group(desk.admin)
    said = await write(desk, desk.admin, "/reject")
    ways: dict[str, Json] = {
        "reply": {"text": "Why?", "reply_parameters": {"message_id": said["message_id"]}},
        "mention": {"text": "Why, @Olga?"},
        "link": {"text": f"<a href='tg://user?id={ADMIN}'>Olga</a>, why?", "parse_mode": "HTML"},
    }
    markup = {"force_reply": True, "selective": True}
    asked = await desk.bot.result("sendMessage", chat_id=group_id, reply_markup=markup, **ways[how])
    await expect(desk.guest.locator(".message.in").last).to_contain_text("hy")
    await expect(desk.guest.get_by_role("group", name="Reply", exact=True)).to_be_hidden()
    assert "reply_to_message" not in await write(desk, desk.guest, "not me")
    sent = await write(desk, desk.admin, "No places")
    assert sent["reply_to_message"]["message_id"] == asked["message_id"]


async def test_a_message_is_deleted_for_everyone_by_who_may(desk: Desk) -> None:
    group_id = await group_of(desk, ADMIN, ANNA)
    card = await desk.bot.result("sendMessage", chat_id=group_id, text="Form 1", reply_markup=CARD)
    await open_group(desk.guest)
    await open_group(desk.admin)
    await expect(desk.guest.locator(".message")).to_have_count(1)
    await expect(desk.guest.get_by_role("button", name="Delete this message")).to_have_count(0)
    await desk.admin.locator(".message").hover()
    await desk.admin.get_by_role("button", name="Delete this message").click()
    await desk.admin.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for phone in (desk.guest, desk.admin):
        await expect(phone.locator(".message")).to_have_count(0)
    place = {"chat_id": group_id, "message_id": card["message_id"]}
    refusal = await desk.bot.refused("editMessageText", **place, text="Approved")
    assert refusal == (400, "Bad Request: message to edit not found")
