"""The control API: people, what they do and which updates it makes, launch data, live events."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from sandbox_parts import ANNA, BORIS, TOKEN, Bot, Json, until

from sandbox import Sandbox, SandboxClient, SandboxError

KEYBOARD = {
    "keyboard": [
        [{"text": "Fill in", "web_app": {"url": "https://a.example/?via=kb"}}],
        [{"text": "My phone", "request_contact": True}, "Help"],
    ]
}


async def latest(bot: Bot) -> Json:
    update: Json = (await bot.result("getUpdates"))[-1]
    return update


async def test_a_command_has_its_entity(bot: Bot, people: SandboxClient) -> None:
    message = (await latest(bot))["message"]
    assert message["text"] == "/start"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {
        "id": ANNA,
        "is_bot": False,
        "first_name": "Анна",
        "username": "anna",
        "language_code": "ru",
    }
    assert message["chat"] == {"id": ANNA, "type": "private", "first_name": "Анна", "username": "anna"}
    assert (await people.messages(ANNA))[0]["message_id"] == message["message_id"]


async def test_buttons_of_the_keyboard(bot: Bot, people: SandboxClient) -> None:
    await bot.result("sendMessage", chat_id=ANNA, text="x", reply_markup=KEYBOARD)
    await people.press(ANNA, "Help")
    assert (await latest(bot))["message"]["text"] == "Help"
    await people.press(ANNA, "My phone", phone_number="+79991234567")
    contact = (await latest(bot))["message"]["contact"]
    assert contact == {"phone_number": "79991234567", "first_name": "Анна", "user_id": ANNA}
    with pytest.raises(SandboxError, match="opens a Mini App"):
        await people.press(ANNA, "Fill in")
    with pytest.raises(SandboxError, match="no such button"):
        await people.press(ANNA, "Nothing")


async def test_web_app_data_is_a_service_message(bot: Bot, people: SandboxClient) -> None:
    await bot.result("sendMessage", chat_id=ANNA, text="x", reply_markup=KEYBOARD)
    await people.send_web_app_data(ANNA, '{"name": "Анна"}')
    message = (await latest(bot))["message"]
    assert message["web_app_data"] == {"data": '{"name": "Анна"}', "button_text": "Fill in"}
    assert "text" not in message
    await people.send_web_app_data(ANNA, "я" * 2048, button_text="made up")
    assert (await latest(bot))["message"]["web_app_data"]["button_text"] == "made up"


@pytest.mark.parametrize("data", ["", "я" * 2048 + "x"])
async def test_web_app_data_has_a_limit(people: SandboxClient, data: str) -> None:
    with pytest.raises(SandboxError, match="1 to 4096 bytes"):
        await people.send_web_app_data(ANNA, data)


async def test_an_inline_button_and_its_answer(sandbox: Sandbox, bot: Bot, people: SandboxClient) -> None:
    markup = {"inline_keyboard": [[{"text": "Approve", "callback_data": "approve:1"}]]}
    card = await bot.result("sendMessage", chat_id=ANNA, text="Form 1", reply_markup=markup)
    pressed = asyncio.create_task(people.press_inline(ANNA, card["message_id"], "approve:1", wait=30))
    await until(lambda: sandbox.world.callbacks)
    query = (await latest(bot))["callback_query"]
    assert (query["data"], query["message"], query["from"]["id"]) == ("approve:1", card, ANNA)
    answer = {"callback_query_id": query["id"], "text": "Done", "show_alert": True}
    assert await bot.result("answerCallbackQuery", **answer) is True
    assert await pressed == {"text": "Done", "show_alert": True, "url": ""}
    status, description = await bot.refused("answerCallbackQuery", **answer)
    assert status == 400
    assert "query is too old" in description
    assert await people.press_inline(ANNA, card["message_id"], "approve:1", wait=0) is None
    with pytest.raises(SandboxError, match="no such button"):
        await people.press_inline(ANNA, card["message_id"], "reject:1")


async def test_an_edit_by_the_user(bot: Bot, people: SandboxClient) -> None:
    message = await people.send_text(ANNA, "frist")
    await people.edit(ANNA, message["message_id"], "first")
    edited = (await latest(bot))["edited_message"]
    assert (edited["text"], edited["message_id"]) == ("first", message["message_id"])
    assert edited["edit_date"] >= edited["date"]
    before = (await bot.result("getUpdates"))[-2]["message"]
    assert before["text"] == "frist"


async def test_blocking_is_told_once(bot: Bot, people: SandboxClient) -> None:
    await people.block(ANNA)
    await people.block(ANNA)
    _, member = await bot.result("getUpdates")
    change = member["my_chat_member"]
    assert [change[k]["status"] for k in ("old_chat_member", "new_chat_member")] == ["member", "kicked"]
    assert change["new_chat_member"]["user"]["id"] == 42
    with pytest.raises(SandboxError, match="blocked the bot"):
        await people.send_text(ANNA, "x")
    await people.unblock(ANNA)
    assert (await latest(bot))["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_in_a_group_the_bot_sees_what_privacy_mode_shows(bot: Bot, people: SandboxClient) -> None:
    group = await people.create_group("Admins", [BORIS, ANNA])
    assert (await latest(bot))["my_chat_member"]["new_chat_member"]["status"] == "member"
    card = await bot.result("sendMessage", chat_id=group["id"], text="Form 1")
    await people.send_text(BORIS, "just talking", chat_id=group["id"])
    await people.send_text(BORIS, "/forms", chat_id=group["id"])
    await people.send_text(BORIS, "/forms@other_bot", chat_id=group["id"])
    await people.send_text(BORIS, "no, because", chat_id=group["id"], reply_to_message_id=card["message_id"])
    await people.send_text(BORIS, "@bal_sandbox_bot hi", chat_id=group["id"])
    heard = [u["message"]["text"] for u in (await bot.result("getUpdates"))[2:]]
    assert heard == ["/forms", "no, because", "@bal_sandbox_bot hi"]
    stranger = await people.create_user("Stranger")
    with pytest.raises(SandboxError, match="not in that group"):
        await people.send_text(stranger["id"], "x", chat_id=group["id"])


async def test_a_deleted_message_cannot_be_edited(bot: Bot, people: SandboxClient) -> None:
    card = await bot.result("sendMessage", chat_id=ANNA, text="Form 1")
    await people.delete(ANNA, card["message_id"])
    refusal = await bot.refused("editMessageText", chat_id=ANNA, message_id=card["message_id"], text="Approved")
    assert refusal == (400, "Bad Request: message to edit not found")
    assert (await people.chat(ANNA))["messages"][-1]["deleted"]
    with pytest.raises(SandboxError, match="no message"):
        await people.delete(ANNA, card["message_id"])
    assert [u.keys() - {"update_id"} for u in await bot.result("getUpdates")] == [{"message"}]


async def test_who_deletes_in_a_group(bot: Bot, people: SandboxClient) -> None:
    group = await people.create_group("Admins", [BORIS, ANNA])
    card = await bot.result("sendMessage", chat_id=group["id"], text="Form 1")
    own = await people.send_text(ANNA, "mine", chat_id=group["id"])
    await people.delete(ANNA, own["message_id"], group["id"])
    with pytest.raises(SandboxError, match="only an administrator"):
        await people.delete(ANNA, card["message_id"], group["id"])
    stranger = await people.create_user("Stranger")
    for chat_id in (group["id"], ANNA):
        with pytest.raises(SandboxError, match="not in that"):
            await people.delete(stranger["id"], (await people.messages(chat_id))[0]["message_id"], chat_id)
    await people.delete(BORIS, card["message_id"], group["id"])
    assert await people.messages(group["id"]) == []


async def test_a_member_who_blocked_the_bot_still_speaks_in_the_group(bot: Bot, people: SandboxClient) -> None:
    group = await people.create_group("Admins", [ANNA])
    markup = {"inline_keyboard": [[{"text": "Approve", "callback_data": "ok"}]]}
    card = await bot.result("sendMessage", chat_id=group["id"], text="Form 1", reply_markup=markup)
    await people.block(ANNA)
    await people.press_inline(ANNA, card["message_id"], "ok", chat_id=group["id"], wait=0)
    await people.send_text(ANNA, "/forms", chat_id=group["id"])
    assert [(await bot.result("getUpdates"))[i].keys() - {"update_id"} for i in (-2, -1)] == [
        {"callback_query"},
        {"message"},
    ]
    with pytest.raises(SandboxError, match="not in that group"):
        await people.press_inline(BORIS, card["message_id"], "ok", chat_id=group["id"], wait=0)


async def test_a_reply_quotes_one_level_and_the_keyboards_button_replies(bot: Bot, people: SandboxClient) -> None:
    group = await people.create_group("Admins", [ANNA])
    place = {"chat_id": group["id"]}
    asked = await people.send_text(ANNA, "/reject", chat_id=group["id"])
    prompt = await bot.result(
        "sendMessage",
        **place,
        text="Why?",
        reply_parameters={"message_id": asked["message_id"]},
        reply_markup={"force_reply": True, "selective": True},
    )
    await people.send_text(ANNA, "no places", chat_id=group["id"], reply_to_message_id=prompt["message_id"])
    quoted = (await latest(bot))["message"]["reply_to_message"]
    assert (quoted["message_id"], "reply_to_message" in quoted) == (prompt["message_id"], False)
    sent = await bot.result("sendMessage", **place, text="x", reply_markup={"keyboard": [["Next"]]})
    await people.press(ANNA, "Next", chat_id=group["id"])
    assert (await latest(bot))["message"]["reply_to_message"]["message_id"] == sent["message_id"]


async def test_how_a_message_is_sent(bot: Bot, people: SandboxClient) -> None:
    manner = {"message_effect_id": "5104841245755180586", "disable_notification": True, "protect_content": True}
    message = await bot.result("sendMessage", chat_id=ANNA, text="x", **manner)
    assert (message["effect_id"], message["has_protected_content"]) == ("5104841245755180586", True)
    group = await people.create_group("Admins", [ANNA])
    refusal = await bot.refused("sendMessage", chat_id=group["id"], text="x", **manner)
    assert refusal == (400, "Bad Request: can't use message effects in the chat")


async def test_commands_by_the_narrowest_scope(bot: Bot, people: SandboxClient) -> None:
    group_id = (await people.create_group("Admins", [BORIS, ANNA]))["id"]
    scopes = [
        {"type": "chat_member", "chat_id": group_id, "user_id": BORIS},
        {"type": "chat_administrators", "chat_id": group_id},
        {"type": "chat", "chat_id": group_id},
        {"type": "all_chat_administrators"},
        {"type": "all_group_chats"},
        {"type": "default"},
    ]

    async def seen(user_id: int, chat_id: int) -> str:
        return (await people.commands(user_id, chat_id))[0]["command"]

    for scope in scopes:
        commands = [{"command": scope["type"], "description": "x"}]
        await bot.result("setMyCommands", commands=commands, scope=scope)
    found = []
    for scope in scopes[:-1]:
        found.append((await seen(BORIS, group_id), await seen(ANNA, group_id)))
        await bot.result("deleteMyCommands", scope=scope)
    assert found == [
        ("chat_member", "chat"),
        ("chat_administrators", "chat"),
        ("chat", "chat"),
        ("all_chat_administrators", "all_group_chats"),
        ("all_group_chats", "all_group_chats"),
    ]
    assert await seen(BORIS, group_id) == await seen(BORIS, BORIS) == "default"
    refusal = await bot.refused("setMyCommands", commands=[], scope={"type": "chat_administrators", "chat_id": ANNA})
    assert refusal == (400, "Bad Request: can't use specified scope in private chats")


async def test_an_admin_bot_hears_everything(bot: Bot, people: SandboxClient) -> None:
    group = await people.create_group("Admins", [ANNA], admins=[42])
    await people.send_text(ANNA, "just talking", chat_id=group["id"])
    assert (await latest(bot))["message"]["chat"] == {"id": group["id"], "type": "group", "title": "Admins"}


def is_signed(init_data: str, token: str) -> bool:
    """The rule of "Validating data received via the Mini App", written out apart from the sandbox's own."""
    fields = dict(parse_qsl(init_data, strict_parsing=True))
    given = fields.pop("hash")
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest() == given


async def test_init_data_is_signed(people: SandboxClient) -> None:
    init_data = await people.init_data(ANNA, auth_date=1_700_000_000, start_param="party")
    fields = dict(parse_qsl(init_data))
    assert is_signed(init_data, TOKEN)
    assert not is_signed(init_data, "42:OTHER")
    assert not is_signed(init_data.replace("1700000000", "1700000001"), TOKEN)
    assert (fields["auth_date"], fields["start_param"]) == ("1700000000", "party")
    user = json.loads(fields["user"])
    assert (user["id"], user["first_name"], user["language_code"]) == (ANNA, "Анна", "ru")
    assert "is_bot" not in user
    assert {"query_id", "signature"} <= set(fields)


async def test_a_launch_from_the_keyboard_has_no_init_data(people: SandboxClient) -> None:
    for kind, signed in (("keyboard", False), ("inline", True), ("menu", True)):
        url = urlsplit(await people.launch(ANNA, "https://a.example/mini-app/?via=kb", kind, "dark"))
        fragment = {name: values[0] for name, values in parse_qs(url.fragment, keep_blank_values=True).items()}
        assert url.query == "via=kb"
        assert (fragment["tgWebAppVersion"], fragment["tgWebAppPlatform"]) == ("9.1", "web")
        assert json.loads(fragment["tgWebAppThemeParams"])["bg_color"] == "#212121"
        assert is_signed(fragment["tgWebAppData"], TOKEN) if signed else "tgWebAppData" not in fragment


async def test_waiting_for_a_message_sees_edits(bot: Bot, people: SandboxClient) -> None:
    message = await bot.result("sendMessage", chat_id=ANNA, text="Submitted")
    waiting = asyncio.create_task(people.wait_for_message(ANNA, "Approved", seconds=30))
    await bot.result("editMessageText", chat_id=ANNA, message_id=message["message_id"], text="Approved")
    assert (await waiting)["message_id"] == message["message_id"]
    with pytest.raises(SandboxError) as missing:
        await people.wait_for_message(ANNA, "Approved", after=message["message_id"], seconds=0.01)
    assert missing.value.status == 404


async def next_event(response: aiohttp.ClientResponse) -> Any:
    while not (line := (await response.content.readline()).decode()).startswith("data: "):
        pass
    return json.loads(line.removeprefix("data: "))


async def test_every_change_is_an_event(
    bot: Bot, base: str, session: aiohttp.ClientSession, people: SandboxClient
) -> None:
    async with session.get(f"{base}/sandbox/events") as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readline()
        sent = await bot.result("sendMessage", chat_id=ANNA, text="x", reply_markup=KEYBOARD)
        place = {"chat_id": ANNA, "message_id": sent["message_id"]}
        await bot.result("deleteMessage", **place)
        await people.create_user("Clara")
        await people.create_group("Admins", [ANNA])
        await people.faults(slow=0)
        seen = [await next_event(stream) for _ in range(9)]
    kinds = ["message", "keyboard", "call", "delete", "call", "user", "group", "update", "faults"]
    assert [e["type"] for e in seen] == kinds
    assert seen[6]["members"] == {str(ANNA): "creator", "42": "member"}
    assert seen[0]["message"]["reply_markup"] == KEYBOARD
    assert seen[3]["message_id"] == sent["message_id"]


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("users", {}, 400, "field first_name is missing"),
        ("users", {"first_name": 5}, 400, "field first_name must be a str"),
        ("users", {"first_name": "x", "id": ANNA}, 409, f"user id {ANNA} is taken or not positive"),
        ("groups", {"title": "x", "members": [999]}, 400, "members must be ids of known users, at least one"),
        ("users/999/text", {"text": "x"}, 404, "no such user"),
        (f"users/{ANNA}/text", {"text": "x" * 4097}, 400, "a message has 1 to 4096 characters"),
        (f"users/{ANNA}/text", {"text": "x", "chat_id": -5}, 404, "no such chat: -5"),
        (f"users/{ANNA}/text", [], 400, "the body must be a JSON object"),
        (
            f"users/{ANNA}/launch",
            {"url": "x", "kind": "y"},
            400,
            "kind is keyboard, inline or menu; theme is light or dark or rose",
        ),
        ("updates/1/redeliver", {}, 404, "no such update"),
        ("faults", {"sloow": 1}, 400, None),
        ("faults", {"slow": True}, 400, "fault slow must be a float"),
        ("faults", {"server_errors": 0.5}, 400, "fault server_errors must be a int"),
        ("faults", {"methods": ["sendMesage"]}, 400, "no such method: sendMesage"),
        ("faults", {"slow": "1"}, 400, "fault slow must be a float"),
    ],
)
@pytest.mark.usefixtures("people")
async def test_what_the_control_api_refuses(
    base: str, session: aiohttp.ClientSession, path: str, body: object, status: int, error: str | None
) -> None:
    async with session.post(f"{base}/sandbox/{path}", json=body) as response:
        assert response.status == status
        assert (await response.json())["error"] == error or error is None


async def test_two_sandboxes_share_nothing(sandbox: Sandbox, people: SandboxClient) -> None:
    assert len(sandbox.world.users) == 2
    assert (await people.info())["mode"] == "polling"


async def test_a_mode_cannot_be_asked_of_nobody(base: str, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{base}/sandbox/mode", json={"mode": "webhook"}) as response:
        assert response.status == 409


async def test_a_guest_changes_language(people: SandboxClient, base: str, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{base}/sandbox/users/{ANNA}", json={"language_code": "en"}) as response:
        assert (await response.json())["language_code"] == "en"
    await people.send_text(ANNA, "hi")
    assert (await people.messages(ANNA))[-1]["from"]["language_code"] == "en"


async def test_the_log_has_updates_and_calls_in_order(
    bot: Bot, people: SandboxClient, base: str, session: aiohttp.ClientSession
) -> None:
    await bot.result("sendMessage", chat_id=ANNA, text="x")
    await people.send_text(ANNA, "y")
    async with session.get(f"{base}/sandbox/log") as response:
        assert [event["type"] for event in await response.json()] == ["update", "call", "update"]
