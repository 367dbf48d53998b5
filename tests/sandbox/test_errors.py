"""Every refusal in Telegram's shape and words."""

import json
from typing import Any

import aiohttp
import pytest
from sandbox_parts import ANNA, BORIS, TOKEN, Bot

from sandbox import SandboxClient

LONG = "🎭" * 2049  # 4,098 UTF-16 units


def inline(**button: object) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


def keyboard(**button: object) -> dict[str, Any]:
    return {"keyboard": [[{"text": "x", **button}]]}


NOT_UNDER = "Only HTTPS links are allowed"
REFUSED_TO_SEND: list[tuple[dict[str, Any], int, str]] = [
    ({"text": "x"}, 400, "Bad Request: chat_id is empty"),
    ({"chat_id": "abc", "text": "x"}, 400, "Bad Request: chat not found"),
    ({"chat_id": 999, "text": "x"}, 400, "Bad Request: chat not found"),
    ({"chat_id": [1], "text": "x"}, 400, 'Bad Request: field "chat_id" must be of type String'),
    ({"chat_id": BORIS, "text": "x"}, 403, "Forbidden: bot can't initiate conversation with a user"),
    ({"chat_id": ANNA}, 400, "Bad Request: message text is empty"),
    ({"chat_id": ANNA, "text": ""}, 400, "Bad Request: message text is empty"),
    ({"chat_id": ANNA, "text": " \n "}, 400, "Bad Request: text must be non-empty"),
    ({"chat_id": ANNA, "text": {"a": 1}}, 400, 'Bad Request: field "text" must be of type String'),
    ({"chat_id": ANNA, "text": LONG}, 400, "Bad Request: message is too long"),
    ({"chat_id": ANNA, "text": "x", "parse_mode": "XML"}, 400, "Bad Request: unsupported parse_mode"),
    (
        {"chat_id": ANNA, "text": "<b>x", "parse_mode": "HTML"},
        400,
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (
        {"chat_id": ANNA, "text": "x", "entities": [{"type": "bold"}]},
        400,
        "Bad Request: expected an Array of MessageEntity",
    ),
    (
        {"chat_id": ANNA, "text": "x", "reply_parameters": {"message_id": 999}},
        400,
        "Bad Request: message to be replied not found",
    ),
]
REFUSED_MARKUP: list[tuple[object, str]] = [
    ("{", "can't parse reply keyboard markup JSON object"),
    ([1], "object expected as reply markup"),
    ({"inline_keyboard": "x"}, 'field "inline_keyboard" must be an Array of Arrays of buttons'),
    ({"inline_keyboard": [["x"]]}, "can't parse inline keyboard button: inline keyboard button must be an Object"),
    ({"inline_keyboard": [[{"url": "x"}]]}, "can't parse inline keyboard button: Can't find field \"text\""),
    (inline(text=1), 'can\'t parse inline keyboard button: Field "text" must be of type String'),
    (inline(text=""), "inline keyboard button text must be non-empty"),
    (inline(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    (
        inline(callback_data=""),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (inline(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
    (inline(callback_data=5), 'can\'t parse inline keyboard button: Field "callback_data" must be of type String'),
    (
        inline(url="ftp://a.example"),
        "inline keyboard button URL 'ftp://a.example' is invalid: Unsupported URL protocol",
    ),
    (inline(url="nowhere"), "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
    (
        inline(web_app={"url": "http://a.example"}),
        f"inline keyboard button Web App URL 'http://a.example' is invalid: {NOT_UNDER}",
    ),
    (
        keyboard(web_app={"url": "http://a.example"}),
        f"keyboard button Web App URL 'http://a.example' is invalid: {NOT_UNDER}",
    ),
    (keyboard(web_app={}), 'can\'t parse keyboard button: Field "web_app" must have a String "url"'),
    ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 101]}, "REPLY_MARKUP_TOO_LONG"),
    ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
    ({"force_reply": True, "selective": 1}, 'field "selective" must be of type Boolean'),
    ({"force_reply": True, "input_field_placeholder": 5}, 'field "input_field_placeholder" must be of type String'),
    ({"force_reply": True, "input_field_placeholder": "я" * 65}, "REPLY_MARKUP_INVALID"),
]


@pytest.mark.parametrize(("params", "status", "description"), REFUSED_TO_SEND)
async def test_a_message_that_cannot_be_sent(
    bot: Bot, people: SandboxClient, params: dict[str, Any], status: int, description: str
) -> None:
    before = len(await people.messages(ANNA))
    assert await bot.refused("sendMessage", **params) == (status, description)
    assert len(await people.messages(ANNA)) == before


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("markup", "reason"), REFUSED_MARKUP)
async def test_a_markup_that_cannot_be_shown(bot: Bot, markup: object, reason: str) -> None:
    refusal = await bot.refused("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    assert refusal == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(
    "markup",
    [
        inline(callback_data="я" * 32),
        inline(web_app={"url": "http://127.0.0.1:8000/mini-app/"}),
        keyboard(web_app={"url": "https://a.example/?via=kb"}),
        keyboard(request_contact=True),
        {"keyboard": [["plain"]]},
        inline(switch_inline_query=""),
        {"remove_keyboard": True},
        {"force_reply": True, "selective": True, "input_field_placeholder": "я" * 64},
        {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]], "force_reply": True},
        {},
    ],
)
@pytest.mark.usefixtures("people")
async def test_a_markup_that_can(bot: Bot, markup: dict[str, Any]) -> None:
    assert await bot.result("sendMessage", chat_id=ANNA, text="x", reply_markup=json.dumps(markup))


@pytest.mark.parametrize("make", [inline, keyboard])
async def test_web_app_buttons_are_for_private_chats(bot: Bot, people: SandboxClient, make: Any) -> None:
    group = await people.create_group("Admins", [ANNA])
    markup = make(web_app={"url": "https://a.example"})
    refusal = await bot.refused("sendMessage", chat_id=group["id"], text="x", reply_markup=markup)
    assert refusal == (400, "Bad Request: BUTTON_TYPE_INVALID")


@pytest.mark.usefixtures("people")
async def test_the_longest_text_and_caption(bot: Bot) -> None:
    assert await bot.result("sendMessage", chat_id=ANNA, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert await bot.refused("sendMessage", chat_id=ANNA, text="x" * 4097) == (
        400,
        "Bad Request: message is too long",
    )
    refusal = await bot.refused("sendDocument", chat_id=ANNA, caption="x" * 1025)
    assert refusal == (400, "Bad Request: message caption is too long")


async def test_a_blocked_bot_gets_403_until_it_is_unblocked(bot: Bot, people: SandboxClient) -> None:
    await people.block(ANNA)
    for method, params in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
        refusal = await bot.refused(method, chat_id=ANNA, **params)
        assert refusal == (403, "Forbidden: bot was blocked by the user")
    await people.unblock(ANNA)
    assert await bot.result("sendMessage", chat_id=ANNA, text="x")


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot42:WRONG/getMe", 401, "Unauthorized"),
        ("/bot1:TEST/getMe", 401, "Unauthorized"),
        (f"/bot{TOKEN}/getMee", 404, "Not Found"),
        (f"/bot{TOKEN}/sendMessage?chat_id=x&text=x", 400, "Bad Request: chat not found"),
        ("/file/bot42:WRONG/documents/file_0.csv", 401, "Unauthorized"),
        (f"/file/bot{TOKEN}/documents/file_0.csv", 404, "Not Found"),
    ],
)
async def test_the_shape_of_an_error(
    base: str, session: aiohttp.ClientSession, path: str, status: int, description: str
) -> None:
    async with session.get(base + path) as response:
        assert response.status == status
        assert await response.json() == {"ok": False, "error_code": status, "description": description}


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"text": "x", "message_id": 999}, "message to edit not found"),
        ("editMessageText", {"text": "x", "message_id": "one"}, 'field "message_id" must be of type Number'),
        ("editMessageText", {"text": "x", "message_id": 1}, "message can't be edited"),
        ("deleteMessage", {"message_id": 999}, "message to delete not found"),
        ("sendDocument", {}, "there is no document in the request"),
        ("sendDocument", {"document": "x"}, "wrong remote file identifier specified: Wrong string length"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        (
            "sendMessage",
            {"text": "x", "reply_to_message_id": True},
            'field "reply_to_message_id" must be of type Number',
        ),
        ("getChatMember", {"user_id": 999}, "member not found"),
    ],
)
@pytest.mark.usefixtures("people")
async def test_other_refusals(bot: Bot, method: str, params: dict[str, Any], reason: str) -> None:
    assert await bot.refused(method, chat_id=ANNA, **params) == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("setMyCommands", {"commands": [{"command": "Forms", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "x", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "x", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "x"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 999}}, "chat not found"),
        ("setMyCommands", {"commands": [], "language_code": "rus"}, "invalid language code specified"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "short_description is too long"),
        (
            "setChatMenuButton",
            {"menu_button": {"type": "web_app", "text": "x", "web_app": {"url": "http://a.example"}}},
            f"menu button Web App URL 'http://a.example' is invalid: {NOT_UNDER}",
        ),
        ("setWebhook", {"url": "http://a.example/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "setWebhook",
            {"url": "https://a.example:8000/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            "setWebhook",
            {"url": "https://a.example/hook", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
        ("setWebhook", {"url": "https://a.example/hook", "secret_token": "a" * 257}, "secret token is too long"),
        (
            "setWebhook",
            {"url": "https://a.example/hook", "allowed_updates": {"a": 1}},
            "allowed_updates must be an Array of Strings",
        ),
        ("deleteWebhook", {"drop_pending_updates": "maybe"}, 'field "drop_pending_updates" must be of type Boolean'),
    ],
)
async def test_refusals_without_a_chat(bot: Bot, method: str, params: dict[str, Any], reason: str) -> None:
    assert await bot.refused(method, **params) == (400, f"Bad Request: {reason}")
