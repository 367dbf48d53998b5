"""How a call may be written, and what messages, edits and files do."""

import json

import aiohttp
import pytest
from sandbox_parts import ANNA, BORIS, TOKEN, Bot

from sandbox import SandboxClient

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x40\x00\x00\x00\xc8"
BUTTON = {"inline_keyboard": [[{"text": "Approve", "callback_data": "approve:1"}]]}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("encoding", ["query", "urlencoded", "json", "multipart"])
async def test_every_encoding_is_read(base: str, session: aiohttp.ClientSession, encoding: str) -> None:
    fields = {"chat_id": str(ANNA), "text": "Бал & <ужин>", "reply_markup": json.dumps(BUTTON)}
    form = aiohttp.FormData(fields)
    multipart = aiohttp.FormData(fields, default_to_multipart=True)
    options = {"query": {"params": fields}, "urlencoded": {"data": form}, "json": {"json": fields}}
    chosen = options.get(encoding, {"data": multipart})
    async with session.post(f"{base}/bot{TOKEN}/SENDmessage", **chosen) as response:
        message = (await response.json())["result"]
    assert message["text"] == "Бал & <ужин>"
    assert message["reply_markup"] == BUTTON


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("application/json", b"{", "can't parse request body as JSON"),
        ("application/json", b"[1]", "request body must be a JSON object"),
        ("application/json", b"[" * 100_000, "can't parse request body as JSON"),
        ("application/json", b'{"a": "\xff"}', "strings must be encoded in UTF-8"),
        ("application/json", b'{"text": "\\ud800"}', "strings must be encoded in UTF-8"),
        ("application/x-www-form-urlencoded", b"a=\xff", "strings must be encoded in UTF-8"),
        ("multipart/form-data", b"x", "can't parse multipart/form-data body"),
    ],
)
async def test_a_body_that_cannot_be_read(
    base: str, session: aiohttp.ClientSession, content_type: str, body: bytes, reason: str
) -> None:
    headers = {"Content-Type": content_type}
    async with session.post(f"{base}/bot{TOKEN}/getMe", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["description"] == f"Bad Request: {reason}"


async def test_get_me(bot: Bot) -> None:
    me = await bot.result("getMe")
    assert (me["id"], me["is_bot"], me["username"]) == (42, True, "bal_sandbox_bot")


async def test_an_edit_changes_text_and_buttons(bot: Bot, people: SandboxClient) -> None:
    card = await bot.result("sendMessage", chat_id=ANNA, text="<b>Form 1</b>", parse_mode="HTML", reply_markup=BUTTON)
    edited = await bot.result(
        "editMessageText", chat_id=ANNA, message_id=card["message_id"], text="<i>Approved</i>", parse_mode="HTML"
    )
    assert edited["entities"] == [{"type": "italic", "offset": 0, "length": 8}]
    assert "reply_markup" not in edited
    shown = (await people.messages(ANNA))[-1]
    assert (shown["text"], shown["revision"], shown["reply_markup"]) == ("Approved", 1, None)


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, people: SandboxClient) -> None:
    card = await bot.result("sendMessage", chat_id=ANNA, text="Form", reply_markup=BUTTON)
    place = {"chat_id": ANNA, "message_id": card["message_id"]}
    for method, params in (("editMessageText", {"text": "Form"}), ("editMessageReplyMarkup", {})):
        status, description = await bot.refused(method, **place, **params, reply_markup=BUTTON)
        assert status == 400
        assert description.startswith("Bad Request: message is not modified: specified new message content")
    assert await bot.result("editMessageText", **place, text="<b>Form</b>", parse_mode="HTML", reply_markup=BUTTON)
    edited = await bot.result("editMessageReplyMarkup", **place)
    assert edited["entities"][0]["type"] == "bold"
    assert (await people.messages(ANNA))[-1]["revision"] == 2


async def test_a_deleted_message_is_gone(bot: Bot, people: SandboxClient) -> None:
    message = await bot.result("sendMessage", chat_id=ANNA, text="x")
    place = {"chat_id": ANNA, "message_id": message["message_id"]}
    assert await bot.result("deleteMessage", **place) is True
    assert await bot.refused("deleteMessage", **place) == (400, "Bad Request: message to delete not found")
    assert await bot.refused("editMessageText", **place, text="y") == (400, "Bad Request: message to edit not found")
    assert [m["deleted"] for m in (await people.chat(ANNA))["messages"]] == [False, True]
    assert len(await people.messages(ANNA)) == 1


async def test_text_is_trimmed_and_its_entities_move(bot: Bot, people: SandboxClient) -> None:
    sent = await bot.result("sendMessage", chat_id=ANNA, text="\n <b>Бал</b> /forms a@b.example ", parse_mode="HTML")
    assert sent["text"] == "Бал /forms a@b.example"
    assert [(e["type"], e["offset"], e["length"]) for e in sent["entities"]] == [
        ("bold", 0, 3),
        ("bot_command", 4, 6),
        ("email", 11, 11),
    ]
    assert len(await people.messages(ANNA)) == 2


async def test_the_chat_remembers_its_keyboard(bot: Bot, people: SandboxClient) -> None:
    markup = {"keyboard": [[{"text": "Fill in", "web_app": {"url": "https://a.example/?via=kb"}}]]}
    sent = await bot.result("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    await bot.result("sendMessage", chat_id=ANNA, text="y", reply_markup=BUTTON)
    assert await people.keyboard(ANNA) == markup
    assert "reply_markup" not in sent
    await bot.result("sendMessage", chat_id=ANNA, text="z", reply_markup={"remove_keyboard": True})
    assert await people.keyboard(ANNA) is None


async def test_a_document_can_be_sent_again_and_downloaded(
    bot: Bot, base: str, session: aiohttp.ClientSession, people: SandboxClient
) -> None:
    form = aiohttp.FormData({"chat_id": str(ANNA), "document": "attach://part", "caption": "All forms"})
    form.add_field("part", b"name\r\n", filename="forms.csv", content_type="text/csv")
    async with session.post(f"{base}/bot{TOKEN}/sendDocument", data=form) as response:
        message = (await response.json())["result"]
    document = message["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("forms.csv", "text/csv", 6)
    again = await bot.result("sendDocument", chat_id=ANNA, document=document["file_id"])
    assert again["document"] == document
    found = await bot.result("getFile", file_id=document["file_id"])
    async with session.get(f"{base}/file/bot{TOKEN}/{found['file_path']}") as response:
        assert await response.read() == b"name\r\n"
    async with session.get(f"{base}/sandbox/files/{document['file_id']}") as response:
        assert await response.read() == b"name\r\n"
        assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''forms.csv"
    assert (await people.wait_for_message(ANNA, "All forms"))["message_id"] == message["message_id"]
    (call, _) = await people.calls("sendDocument")
    assert call["params"]["part"] == {"file_name": "forms.csv", "file_size": 6}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "file must be non-empty"), (b"no picture", "IMAGE_PROCESS_FAILED"), (PNG, None)]
)
async def test_a_photo_must_be_a_picture(
    base: str, session: aiohttp.ClientSession, data: bytes, reason: str | None
) -> None:
    form = aiohttp.FormData({"chat_id": str(ANNA)})
    form.add_field("photo", data, filename="qr.png", content_type="image/png")
    async with session.post(f"{base}/bot{TOKEN}/sendPhoto", data=form) as response:
        answer = await response.json()
    if reason:
        assert answer["description"] == f"Bad Request: {reason}"
    else:
        assert (answer["result"]["photo"][0]["width"], answer["result"]["photo"][0]["height"]) == (320, 200)


async def test_commands_by_scope_and_language(bot: Bot, people: SandboxClient) -> None:
    def commands(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": "what it does"}]

    await bot.result("setMyCommands", commands=commands("help"))
    await bot.result("setMyCommands", commands=commands("pomosh"), language_code="ru")
    await bot.result("setMyCommands", commands=commands("forms"), scope={"type": "chat", "chat_id": BORIS})
    assert [(await people.commands(user))[0]["command"] for user in (ANNA, BORIS)] == ["pomosh", "forms"]
    assert await bot.result("getMyCommands", language_code="de") == []
    assert len(await people.commands()) == 3
    await bot.result("deleteMyCommands", scope={"type": "chat", "chat_id": BORIS})
    assert await people.commands(BORIS) == commands("help")


async def test_the_menu_button_of_a_chat_and_of_all(bot: Bot, people: SandboxClient) -> None:
    button = {"type": "web_app", "text": "Form", "web_app": {"url": "https://a.example/mini-app/"}}
    await bot.result("setChatMenuButton", menu_button=button)
    await bot.result("setChatMenuButton", chat_id=BORIS, menu_button={"type": "commands"})
    assert (await people.chat(ANNA))["menu_button"] == button
    assert await bot.result("getChatMenuButton", chat_id=BORIS) == {"type": "commands"}


async def test_descriptions_by_language(bot: Bot) -> None:
    await bot.result("setMyDescription", description="A ball")
    await bot.result("setMyDescription", description="Бал", language_code="ru")
    assert await bot.result("getMyDescription", language_code="ru") == {"description": "Бал"}
    assert await bot.result("getMyDescription", language_code="de") == {"description": "A ball"}


async def test_chats_and_members(bot: Bot, people: SandboxClient) -> None:
    group = await people.create_group("Admins", [ANNA, BORIS], admins=[42])
    assert (await bot.result("getChat", chat_id=group["id"]))["title"] == "Admins"
    assert (await bot.result("getChat", chat_id=ANNA))["username"] == "anna"
    found = [await bot.result("getChatMember", chat_id=group["id"], user_id=who) for who in (ANNA, BORIS, 42)]
    assert [member["status"] for member in found] == ["creator", "member", "administrator"]


async def test_secrets_are_not_in_the_log(bot: Bot, people: SandboxClient) -> None:
    await bot.result("setWebhook", url="http://127.0.0.1:1/hook", secret_token="hush")
    (call,) = await people.calls("setWebhook")
    assert call["params"] == {"url": "http://127.0.0.1:1/hook", "secret_token": "***"}
