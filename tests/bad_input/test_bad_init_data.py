"""initData that must not open the door, and some that must."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from bad_input.bad_input_parts import FORMS, Api, Row, Untouched, knock
from world import World, sign_init_data

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUEST = 900_001
DAY = 24 * 3600


def signed(token: str, pairs: list[tuple[str, str]]) -> str:
    """Any fields, signed as Telegram signs them."""
    lines = "\n".join(f"{name}={value}" for name, value in sorted(dict(pairs).items()))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    sign = hmac.new(key, lines.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return urlencode([*pairs, ("hash", sign)])


def with_user(user: Any) -> Callable[[World], str]:
    text = user if isinstance(user, str) else json.dumps(user)
    return lambda world: signed(world.token, [("auth_date", str(int(time.time()))), ("user", text)])


def with_date(text: Callable[[], str]) -> Callable[[World], str]:
    return lambda world: signed(world.token, [("auth_date", text()), ("user", json.dumps({"id": GUEST}))])


def good(world: World, **fields: Any) -> str:
    return sign_init_data(world.token, GUEST, **fields)


def changed(world: World, old: str, new: str) -> str:
    init_data = good(world)
    assert old in init_data
    return init_data.replace(old, new)


def with_hash(value: str) -> Callable[[World], str]:
    return lambda world: good(world).rpartition("&hash=")[0] + "&hash=" + value


SIGNATURE, AGE, FUTURE = "the signature is not this bot's", "older than 24 hours", "lies in the future"
NO_USER, NOT_IT, TWICE, NO_DATE = "user is missing", "not initData", "a field stands twice", "auth_date is missing"

BAD = [
    Row("a wrong hash", with_hash("0" * 64), 401, SIGNATURE),
    Row("half a hash", with_hash("ab"), 401, SIGNATURE),
    Row("a hash that is not ASCII", with_hash(quote("хеш")), 401, SIGNATURE),
    Row("an empty hash", with_hash(""), 401, SIGNATURE),
    Row("no hash", lambda world: good(world).rpartition("&hash=")[0], 401, SIGNATURE),
    Row("a hash in capitals", lambda world: good(world)[:-64] + good(world)[-64:].upper(), 401, SIGNATURE),
    Row("somebody else's id under a true hash", lambda world: changed(world, str(GUEST), "1003"), 401, SIGNATURE),
    Row("another bot's", lambda _: sign_init_data("1:ANOTHER", GUEST), 401, SIGNATURE),
    Row("a field added", lambda world: good(world) + "&x=1", 401, SIGNATURE),
    Row("the signature field taken out", lambda world: changed(world, "signature=s&", ""), 401, SIGNATURE),
    Row("25 hours old", lambda world: good(world, age=25 * 3600), 401, AGE),
    Row("24 hours and a minute old", lambda world: good(world, age=DAY + 60), 401, AGE),
    Row("of 1970", lambda world: good(world, auth_date="0"), 401, AGE),
    Row("of an hour ahead", lambda world: good(world, age=-3600), 401, FUTURE),
    Row("of two minutes ahead", lambda world: good(world, age=-120), 401, FUTURE),
    Row("of the year 30000", with_date(lambda: "999999999999"), 401, FUTURE),
    Row("of the year 10^30", with_date(lambda: "9" * 30), 401, NO_DATE),
    Row("a date below zero", with_date(lambda: "-5"), 401, NO_DATE),
    Row("a date with a fraction", with_date(lambda: f"{time.time()}"), 401, NO_DATE),
    Row("a date in other digits", with_date(lambda: "١٧٩٠٠٠٠٠٠٠"), 401, NO_DATE),
    Row("an empty date", with_date(lambda: ""), 401, NO_DATE),
    Row("no date", lambda world: signed(world.token, [("user", json.dumps({"id": GUEST}))]), 401, NO_DATE),
    Row("no user", lambda world: signed(world.token, [("auth_date", str(int(time.time())))]), 401, NO_USER),
    Row("an empty user", with_user(""), 401, NO_USER),
    Row("a user that is not JSON", with_user("{"), 401, NO_USER),
    Row("a user that is an array", with_user([GUEST]), 401, NO_USER),
    Row("a user that is a number", with_user("900001"), 401, NO_USER),
    Row("a user that is null", with_user("null"), 401, NO_USER),
    Row("a user without an id", with_user({"first_name": "Иван"}), 401, NO_USER),
    Row("a user nested deep", with_user('{"id":900001,"a":' + "[" * 500 + "]" * 500 + "}"), 401, NO_USER),
    Row("a user with a NUL", with_user('{"id":900001,"first_name":"\\u0000"}'), 401, NO_USER),
    Row("a user with a lone surrogate", with_user('{"id":900001,"first_name":"\\ud800"}'), 401, NO_USER),
    *(
        Row(f"the id {number!r}", with_user({"id": number}), 401, NO_USER)
        for number in (0, -1, 2**52, 2**63, 10**30, "900001", 900001.0, True, None, [900001])
    ),
    Row("a field twice", lambda world: good(world) + "&query_id=AAE", 401, TWICE),
    Row("the user twice", lambda world: good(world) + "&user=%7B%22id%22%3A1003%7D", 401, TWICE),
    Row("the hash twice", lambda world: good(world) + "&hash=" + "0" * 64, 401, TWICE),
    Row("empty", lambda _: "", 401, SIGNATURE),
    Row("words", lambda _: "hello", 401, NOT_IT),
    Row("a percent alone", lambda _: "%", 401, NOT_IT),
    Row("what is not UTF-8", lambda _: "user=%ff%fe&hash=0", 401, NOT_IT),
    Row("a thousand fields", lambda _: "&".join(f"a{number}=1" for number in range(1000)), 401, NOT_IT),
    Row("a token for initData", lambda world: world.token, 401, NOT_IT),
]


def unfold(row: Row, world: World) -> str:
    return str(row.given(world))


@pytest.mark.parametrize("row", BAD, ids=str)
async def test_init_data_that_is_none(api: Api, row: Row) -> None:
    headers = {"Authorization": f"tma {unfold(row, api.world)}"}
    async with Untouched(api.world):
        answer = await api("POST", FORMS, headers, json={"name": "Иван"})

    assert answer.status == row.status
    assert answer.json["detail"].startswith("initData: ")
    assert row.essential in answer.json["detail"]


SEND = "send Authorization"
HEADERS = [
    Row("no header", None, 401, SEND),
    Row("an empty header", b"", 401, SEND),
    Row("a space", b" ", 401, SEND),
    Row("tma alone", b"tma", 401, SIGNATURE),
    Row("tma and a space", b"tma ", 401, SIGNATURE),
    Row("Basic", b"Basic YWRtaW46YWRtaW4=", 401, SEND),
    Row("Bearer alone", b"Bearer", 401, "bearer token"),
    Row("Bearer with a wrong token", b"Bearer abc", 401, "bearer token"),
    Row("Bearer that is not ASCII", "Bearer жетон".encode(), 401, "bearer token"),
    Row("Bearer that is not UTF-8", b"Bearer \xff\xfe", 401, "bearer token"),
    Row("initData that is not UTF-8", b"tma user=\xff&auth_date=1&hash=\xff", 401, "initData"),
    Row("a hash that is not UTF-8", b"tma auth_date=1&hash=\xff\xfe", 401, "initData"),
    Row("no scheme", b"query_id=AAE&hash=0", 401, SEND),
    Row("9 KB", b"tma " + b"a" * 9_000, 400),
]


@pytest.mark.parametrize("row", HEADERS, ids=str)
async def test_an_authorisation_that_is_none(api: Api, row: Row) -> None:
    headers = [] if row.given is None else [("Authorization", row.given)]
    async with Untouched(api.world):
        answer = await knock(api.world, "GET", f"{FORMS}/{GUEST}", headers)

    assert answer.status == row.status
    if row.status == 401:
        assert row.essential in answer.json["detail"]
        assert answer.json["type"] == "urn:bal-bot:problem:unauthorized"


GOOD = [
    Row("as it is", good, 200),
    Row("fields that nobody knows yet, signed", lambda world: good(world, start_param="x", is_new="1"), 200),
    Row("without the signature field", lambda world: good(world, signature=None), 200),
    Row("almost 24 hours old", lambda world: good(world, age=DAY - 60), 200),
    Row("of half a minute ahead", lambda world: good(world, age=-30), 200),
    Row("the greatest id", lambda world: sign_init_data(world.token, 2**52 - 1), 200),
    Row("8 KB", lambda world: good(world, start_param="x" * 7_500), 200),
]


@pytest.mark.parametrize("row", GOOD, ids=str)
async def test_controls_that_open_the_door(api: Api, row: Row) -> None:
    user_id = 2**52 - 1 if "greatest" in row.what else GUEST
    answer = await api("GET", f"{FORMS}/{user_id}", {"Authorization": f"tma {unfold(row, api.world)}"})

    assert answer.status == row.status


@pytest.mark.parametrize("scheme", ["tma", "TMA", "Tma  "])
async def test_a_scheme_has_no_case(api: Api, scheme: str) -> None:
    answer = await api("GET", f"{FORMS}/{GUEST}", {"Authorization": f"{scheme} {good(api.world)}"})
    assert answer.status == 200
