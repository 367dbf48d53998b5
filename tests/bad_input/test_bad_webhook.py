"""The webhook: who may knock, and what is no update. Never 5xx: Telegram would repeat it for a day."""

import copy
import gzip
import json
from typing import Any

import pytest
from bad_input.bad_input_parts import DEEP, FORMS, Api, Row, Untouched, example, knock, packed, reply_of
from world import IVAN, Json

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOOK = "/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"

SECRETS = [
    Row("no header", lambda _: None, 401),
    Row("empty", lambda _: b"", 401),
    Row("another", lambda _: b"0" * 64, 401),
    Row("one character off", lambda good: good[:-1] + bytes([good[-1] ^ 1]), 401),
    Row("a prefix of it", lambda good: good[:-1], 401),
    Row("it and more", lambda good: good + b"0", 401),
    Row("in capitals", lambda good: good.upper(), 401),
    Row("not ASCII", lambda _: "пароль".encode(), 401),
    Row("not UTF-8", lambda _: b"\xff\xfe\x80", 401),
    Row("very long", lambda _: b"a" * 8_000, 401),
    Row("longer than a header may be", lambda _: b"a" * 9_000, 400),
]


@pytest.mark.parametrize("row", SECRETS, ids=str)
async def test_a_secret_that_is_none(api: Api, row: Row) -> None:
    secret = row.given(api.world.settings.webhook_secret.encode())
    body = json.dumps(api.world.update(json.dumps(example()))).encode()
    async with Untouched(api.world):
        answer = await knock(api.world, "POST", HOOK, [] if secret is None else [(SECRET, secret)], body)

    assert answer.status == row.status
    if row.status == 401:
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.json["detail"] == "the webhook secret is wrong"


def update(**message: Any) -> Json:
    person = {"id": IVAN, "is_bot": False, "first_name": "Иван", "language_code": "ru"}
    whole = {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": IVAN, "type": "private", "first_name": "Иван"},
        "from": person,
        "web_app_data": {"button_text": "Анкета", "data": json.dumps(example())},
    } | message
    return {"update_id": 0, "message": {name: value for name, value in whole.items() if value is not None}}


def without(value: Json, *path: str) -> Json:
    changed = copy.deepcopy(value)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    del holder[path[-1]]
    return changed


SILENCE = [
    Row("empty", b"", 200),
    Row("not JSON", b"{", 200),
    Row("words", "привет".encode(), 200),
    Row("an array", b"[]", 200),
    Row("an array of updates", packed([update()]), 200),
    Row("a string", b'"update"', 200),
    Row("null", b"null", 200),
    Row("a number", b"7", 200),
    Row("deep arrays", b"[" * DEEP + b"]" * DEEP, 200),
    Row("deep objects", b'{"update_id":1,"a":' * 2_000 + b"1" + b"}" * 2_000, 200),
    Row("invalid UTF-8", b'{"update_id": 1, "message": "\xff\xfe"}', 200),
    Row("UTF-16", json.dumps(update()).encode("utf-16"), 200),
    Row("a BOM", b"\xef\xbb\xbf" + packed(update()), 200),
    Row("NaN", b'{"update_id": NaN}', 200),
    Row("a lone surrogate", b'{"update_id": 1, "message": {"text": "\\ud800"}}', 200),
    Row("no update_id", packed(without(update(), "update_id")), 200),
    Row("update_id is text", packed(update() | {"update_id": "1"}), 200),
    Row("update_id is true", packed(update() | {"update_id": True}), 200),
    Row("update_id is 1.0", packed(update() | {"update_id": 1.0}), 200),
    Row("update_id below zero", packed(update() | {"update_id": -1}), 200),
    Row("update_id of 2^63", packed(update() | {"update_id": 2**63}), 200),
    Row("update_id of 10^30", packed(update() | {"update_id": 10**30}), 200),
    Row("nothing but update_id", b'{"update_id": 5}', 200),
    Row("a kind of update that is not known", b'{"update_id": 5, "news": {"a": 1}}', 200),
    Row("2 MB", packed(update(text="x" * 2_000_000)), 200),
    Row("2 MB of spaces", b" " * 2_000_000, 200),
    Row("without from", packed(update(**{"from": None})), 200),
    Row("from a bot", packed(update(**{"from": {"id": 5, "is_bot": True, "first_name": "Бот"}})), 200),
    Row(
        "an edited message", packed({"update_id": 5, "edited_message": update(edit_date=1_790_000_001)["message"]}), 200
    ),
    Row("a channel's post", packed({"update_id": 5, "channel_post": update(**{"from": None})["message"]}), 200),
]


async def deliver(api: Api, body: bytes, *headers: tuple[str, bytes]) -> Any:
    secret = (SECRET, api.world.settings.webhook_secret.encode())
    return await knock(api.world, "POST", HOOK, [secret, *(headers or [("Content-Type", b"application/json")])], body)


@pytest.mark.parametrize("row", SILENCE, ids=str)
async def test_what_is_no_update_is_taken_and_dropped(api: Api, row: Row) -> None:
    async with Untouched(api.world):
        answer = await deliver(api, row.given)

    assert (answer.status, answer.body) == (row.status, b"{}")


@pytest.mark.parametrize(
    "row",
    [
        Row("an unknown charset", (packed(update()), ("Content-Type", b"application/json; charset=klingon")), 200),
        Row("no content type", (packed(update()), ("X-Nothing", b"")), 200),
        Row("not said to be JSON", (packed(update()), ("Content-Type", b"text/plain")), 200),
        Row("gzip", (gzip.compress(packed(update())), ("Content-Encoding", b"gzip")), 200),
    ],
    ids=str,
)
async def test_headers_that_do_not_matter(api: Api, row: Row) -> None:
    """Controls: the same update is a form, whatever the headers call it."""
    body, header = row.given
    before = await api.world.count("forms")
    answer = await deliver(api, body, header)

    assert answer.status == row.status
    assert "принята" in reply_of(answer)
    assert await api.world.count("forms") <= before + 1


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate"])
async def test_what_is_not_compressed_as_it_says(api: Api, encoding: bytes) -> None:
    async with Untouched(api.world):
        answer = await deliver(api, b"not compressed at all", ("Content-Encoding", encoding))

    assert (answer.status, answer.body) == (200, b"{}")


APOLOGY = "Что-то пошло не так"
POISON = [
    Row("a message that is text", {"message": "x"}, 200),
    Row("a message that is an array", {"message": []}, 200),
    Row("a message that is empty", {"message": {}}, 200),
    Row("a message without a date", without(update(), "message", "date"), 200, APOLOGY),
    Row("a message without a chat", without(update(), "message", "chat"), 200),
    Row("web_app_data without data", without(update(), "message", "web_app_data", "data"), 200, APOLOGY),
    Row("web_app_data without button_text", without(update(), "message", "web_app_data", "button_text"), 200, APOLOGY),
    Row("web_app_data that is text", update(web_app_data="x"), 200, APOLOGY),
    Row("data that is a number", update(web_app_data={"button_text": "x", "data": 5}), 200, APOLOGY),
    Row("a message of a day that is none", update(date="yesterday"), 200, APOLOGY),
    Row("a NUL in the chat's name and no data", update(chat={"id": IVAN, "type": "private", "first_name": "\0"},
        web_app_data={}), 200, APOLOGY),
    Row("a sender whose id is 10^30", update(**{"from": {"id": 10**30, "is_bot": False, "first_name": "x"}}), 200,
        APOLOGY),
    Row("a callback without an id", {"callback_query": {"from": {"id": IVAN}}}, 200),
]  # fmt: skip


@pytest.mark.parametrize("row", POISON, ids=str)
async def test_an_update_that_is_wrong_inside_is_kept_for_a_person(api: Api, row: Row) -> None:
    number = next(api.world.update_ids)
    body = packed(row.given | {"update_id": number})
    async with Untouched(api.world, dead_letters=1):
        answer = await deliver(api, body)
        again = await deliver(api, body)

    assert answer.status == again.status == row.status
    assert row.essential in reply_of(answer)
    assert bool(row.essential) == bool(reply_of(answer))


@pytest.mark.parametrize("number", [0, -1, 2**52, 2**63])
async def test_a_sender_whom_telegram_cannot_have(api: Api, number: int) -> None:
    """SQLite would store 2^63 as a fraction, and nobody could read the form again."""
    body = packed(update(**{"from": {"id": number, "is_bot": False, "first_name": "x", "language_code": "ru"}}))
    async with Untouched(api.world):
        answer = await deliver(api, body)

    assert answer.status == 200
    assert "Это не номер пользователя Telegram" in reply_of(answer)


async def test_answers_are_not_told_to_a_group(api: Api) -> None:
    """Telegram lets web_app buttons stand in private chats only; a group must never read a guest's answers."""
    user_id, _ = api.guest()
    given = api.world.update(json.dumps(example() | {"email": "secret@"}), user_id=user_id)
    given["message"]["chat"] = {"id": -1_001_234, "type": "supergroup", "title": "Гости"}
    async with Untouched(api.world):
        answer = await api.world.deliver(given)

    assert "secret@" not in reply_of(answer)


class TestControls:
    async def test_the_guard_sees_a_good_form(self, api: Api) -> None:
        with pytest.raises(AssertionError):
            async with Untouched(api.world):
                await api.form(api.guest()[1])

    async def test_the_guard_sees_a_change_of_a_form(self, api: Api) -> None:
        form = await api.form(api.guest()[1])
        with pytest.raises(AssertionError):
            async with Untouched(api.world):
                await api("PUT", f"{FORMS}/{form['id']}", api.admin, json={"status": "approved"})

    async def test_a_good_update_is_a_form(self, api: Api) -> None:
        before = await api.world.count("forms")
        answer = await api.world.deliver(api.world.update(json.dumps(example()), user_id=api.guest()[0]))

        assert "принята" in reply_of(answer)
        assert await api.world.count("forms") == before + 1

    async def test_a_nul_in_a_name_is_dropped_and_the_form_kept(self, api: Api) -> None:
        user_id, _ = api.guest()
        given = api.world.update(json.dumps(example()), user_id=user_id)
        given["message"]["from"] |= {"first_name": "Ив\0ан", "last_name": "\0", "username": "\0vano"}

        answer = await api.world.deliver(given)

        assert "принята" in reply_of(answer)
        names = await api.world.rows("SELECT first_name, last_name, username FROM users WHERE id = :id", id=user_id)
        assert names == [("Иван", "", "vano")]
