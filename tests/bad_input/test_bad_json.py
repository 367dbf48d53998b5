"""Bodies that are no form: over REST, and the same text through sendData."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from bad_input.bad_input_parts import DEEP, FORMS, JSON_TYPE, Api, Row, Untouched, example, knock, packed, reply_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT = 64 * 1024
SEND_DATA_LIMIT = 4_096
UNREADABLE = {"ru": "не похоже на анкету", "en": "not a form"}
NO_OBJECT = {"ru": "в непонятном виде", "en": "in a form we cannot read"}
NUL = "\\u0000"


def nested(depth: int) -> bytes:
    return b'{"name":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


NOT_JSON = [
    Row("empty", b"", 400, "not valid JSON"),
    Row("a space", b" ", 400, "not valid JSON"),
    Row("words", "привет".encode(), 400, "not valid JSON"),
    Row("half an object", b'{"name": "x"', 400, "not valid JSON"),
    Row("two objects", b"{}{}", 400, "not valid JSON"),
    Row("single quotes", b"{'name': 'x'}", 400, "not valid JSON"),
    Row("a comment", b'{"name": "x"} // x', 400, "not valid JSON"),
    Row("a form as a browser sends it", b"name=x&email=y", 400, "not valid JSON"),
    Row("NaN", b'{"quantity": NaN}', 400, "not valid JSON"),
    Row("Infinity", b'{"quantity": Infinity}', 400, "not valid JSON"),
    Row("-Infinity", b'{"quantity": -Infinity}', 400, "not valid JSON"),
    Row("1e400", b'{"quantity": 1e400}', 400, "not valid JSON"),
    Row("a BOM", b"\xef\xbb\xbf{}", 400, "not valid JSON"),
    Row("a lone surrogate", b'{"name": "\\ud800"}', 400, "not valid JSON"),
    Row("a lone surrogate in a key", b'{"\\udfff": 1}', 400, "not valid JSON"),
    Row("a raw line break", b'{"name": "a\nb"}', 400, "not valid JSON"),
    Row("NUL in an answer", f'{{"name": "a{NUL}b"}}'.encode(), 400, "U+0000"),
    Row("NUL in a key", f'{{"na{NUL}me": "x"}}'.encode(), 400, "U+0000"),
    Row("NUL in a list", f'{{"name": ["{NUL}"]}}'.encode(), 400, "U+0000"),
    Row("depth 11", nested(11), 400, "deeper than 10"),
    Row("depth 11 of arrays", b"[" * 11 + b"]" * 11, 400, "deeper than 10"),
    Row("depth 1,500", b"[" * 1_500 + b"]" * 1_500, 400, "not valid JSON"),
]
BYTES = [
    Row("invalid UTF-8", b'{"name": "\xff\xfe"}', 400, "not valid JSON"),
    Row("a surrogate in bytes", b'{"name": "\xed\xa0\x80"}', 400, "not valid JSON"),
    Row("UTF-16", '{"name": "x"}'.encode("utf-16"), 400, "not valid JSON"),
    Row("depth 30,000", b"[" * 30_000 + b"]" * 30_000, 400, "not valid JSON"),
    Row("depth 10^5", b"[" * DEEP + b"]" * DEEP, 413, f"at most {LIMIT} bytes"),
    Row("64 KiB and 1", packed({"name": "x" * (LIMIT - 11)}), 413, f"at most {LIMIT} bytes"),
    Row("1 MB", b" " * 1_000_000, 413, f"at most {LIMIT} bytes"),
]
NO_OBJECTS = [
    Row("null", b"null", 422),
    Row("an array", b"[]", 422),
    Row("an array of forms", packed([example()]), 422),
    Row("a string", b'"name"', 422),
    Row("a number", b"5", 422),
    Row("true", b"true", 422),
]


@pytest.mark.parametrize("row", NOT_JSON + BYTES, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_rest(api: Api, method: str, row: Row) -> None:
    _, guest = api.guest()
    path = FORMS if method == "POST" else f"{FORMS}/1"
    async with Untouched(api.world):
        answer = await api(method, path, guest, data=row.given, headers=JSON_TYPE)

    assert answer.status == row.status
    assert row.essential in answer.json["detail"]


@pytest.mark.parametrize("row", NO_OBJECTS, ids=str)
async def test_rest_no_object(api: Api, row: Row) -> None:
    async with Untouched(api.world):
        answer = await api("POST", FORMS, api.guest()[1], data=row.given, headers=JSON_TYPE)

    assert (answer.status, answer.json["errors"]) == (row.status, {"": ["not_an_object"]})


def from_someone(api: Api, data: str, language: str) -> dict[str, Any]:
    update = api.world.update(data, user_id=api.guest()[0])
    update["message"]["from"]["language_code"] = language
    return update


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("row", NOT_JSON, ids=str)
async def test_send_data(api: Api, row: Row, language: str) -> None:
    async with Untouched(api.world):
        answer = await api.world.deliver(from_someone(api, row.given.decode(), language))

    assert answer.status == 200
    assert UNREADABLE[language] in reply_of(answer)
    assert answer.json["reply_markup"]["keyboard"], "the way back to the form"


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("row", NO_OBJECTS, ids=str)
async def test_send_data_no_object(api: Api, row: Row, language: str) -> None:
    async with Untouched(api.world):
        answer = await api.world.deliver(from_someone(api, row.given.decode(), language))

    assert NO_OBJECT[language] in reply_of(answer)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("letter", ["x", "ж"])
async def test_send_data_over_its_limit(api: Api, letter: str, language: str) -> None:
    frame = len(packed({"name": ""}))
    data = packed({"name": letter * ((SEND_DATA_LIMIT - frame) // len(letter.encode()) + 1)}).decode()
    assert SEND_DATA_LIMIT < len(data.encode()) <= SEND_DATA_LIMIT + 2
    async with Untouched(api.world):
        answer = await api.world.deliver(from_someone(api, data, language))

    assert "4096" in reply_of(answer).replace("\u00a0", "").replace(",", "")


async def test_send_data_at_its_limit_is_read(api: Api) -> None:
    data = packed(example()).decode()
    padded = data + " " * (SEND_DATA_LIMIT - len(data.encode()))
    answer = await api.world.deliver(from_someone(api, padded, "en"))

    assert "is in" in reply_of(answer)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_chunked_body_over_the_limit(api: Api) -> None:
    async with Untouched(api.world):
        body = chunks(*[b" " * 1024] * (LIMIT // 1024), b"{}")
        answer = await api("POST", FORMS, api.guest()[1], data=body, headers=JSON_TYPE)

    assert (answer.status, answer.json["detail"]) == (413, f"at most {LIMIT} bytes")


async def test_controls_at_the_limits(api: Api) -> None:
    _, guest = api.guest()
    for body in (b"{}" + b" " * (LIMIT - 2), chunks(b"{", b'"name":', b'"\xd0', b'\x98\xd0\xb2\xd0\xb0\xd0\xbd"}')):
        assert (await api("POST", FORMS, guest, data=body, headers=JSON_TYPE)).status == 201
    deep = await api("POST", FORMS, guest, data=nested(10), headers=JSON_TYPE)
    assert (deep.status, deep.json["errors"]) == (422, {"name": ["not_text"]})


def compressed(data: bytes) -> tuple[bytes, str]:
    return gzip.compress(data), "gzip"


@pytest.mark.parametrize(
    "row",
    [
        Row("garbage said to be gzip", (b"garbage", "gzip"), 400),
        Row("half of a gzip", (gzip.compress(packed(example()))[:-20], "gzip"), 400),
        Row("garbage said to be deflate", (b"garbage", "deflate"), 400),
        Row("a bomb", compressed(b" " * 50_000_000), 413),
    ],
    ids=str,
)
async def test_what_is_not_compressed_as_it_says(api: Api, row: Row) -> None:
    _, guest = api.guest()
    data, encoding = row.given
    headers = [("Authorization", guest["Authorization"].encode()), ("Content-Type", b"application/json")]
    async with Untouched(api.world):
        answer = await knock(api.world, "POST", FORMS, [*headers, ("Content-Encoding", encoding.encode())], data)

    assert answer.status == row.status


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        (None, 415),
        ("", 415),
        ("text/plain", 415),
        ("text/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/merge-patch+json", 415),
        ("application/jsonx", 415),
        ("garbage", 415),
        ("application/json", 422),
        ("application/json; charset=utf-8", 422),
        ("application/json; charset=klingon", 422),
        ("APPLICATION/JSON", 422),
    ],
)
async def test_content_types(api: Api, media_type: str | None, status: int) -> None:
    _, guest = api.guest()
    headers = [("Authorization", guest["Authorization"].encode())]
    if media_type is not None:
        headers.append(("Content-Type", media_type.encode()))
    async with Untouched(api.world):
        answer = await knock(api.world, "POST", FORMS, headers, b'{"quantity": 11}')

    assert answer.status == status


IDEMPOTENCY = [
    Row("an empty key", b"", 400),
    Row("a key of spaces", b"   ", 400),
    Row("256 characters", b"x" * 256, 400),
    Row("not ASCII", "ключ".encode(), 400),
    Row("not UTF-8", b"\xff\xfe", 400),
    Row("a control character", b"a\x07b", 400),
]


@pytest.mark.parametrize("row", IDEMPOTENCY, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_idempotency_keys_that_are_none(api: Api, method: str, row: Row) -> None:
    _, guest = api.guest()
    headers = [("Authorization", guest["Authorization"].encode()), ("Content-Type", b"application/json")]
    path = FORMS if method == "POST" else f"{FORMS}/1"
    async with Untouched(api.world):
        answer = await knock(api.world, method, path, [*headers, ("Idempotency-Key", row.given)], packed(example()))

    assert answer.status == row.status


@pytest.mark.parametrize("key", ["x", "x" * 255, "~ a key of words ~"])
async def test_controls_of_idempotency_keys(api: Api, key: str) -> None:
    answer = await api("POST", FORMS, api.guest()[1], json={}, headers={"Idempotency-Key": key})
    assert answer.status == 201


PLACES: list[tuple[str, int]] = [
    ("0", 404),
    (str(2**52), 404),
    (str(2**63 - 1), 404),
    (str(2**63), 404),
    (str(10**30), 404),
    ("9" * 5000, 404),
    ("0" * 5000 + "1", 404),
    ("-1", 404),
    ("1.0", 404),
    ("abc", 404),
    ("1abc", 404),
    ("%31", 404),
    ("1%00", 404),
    ("1%2F", 404),
    ("%2e%2e", 404),
    ("1;DROP TABLE forms", 404),
    ("null", 404),
    ("%D9%A1", 404),
    ("%ff", 404),
]


@pytest.mark.parametrize(("place", "status"), PLACES, ids=[place[:20] for place, _ in PLACES])
@pytest.mark.parametrize("method", ["GET", "LATEST", "PUT", "DELETE"])
async def test_ids_that_are_none(api: Api, method: str, place: str, status: int) -> None:
    path = f"{FORMS}/{place}".replace(" ", "%20") + ("/latest" if method == "LATEST" else "")
    _, guest = api.guest()
    headers = [("Authorization", guest["Authorization"].encode()), ("Content-Type", b"application/json")]
    async with Untouched(api.world):
        answer = await knock(
            api.world,
            "GET" if method == "LATEST" else method,
            path,
            headers,
            packed(example()) if method == "PUT" else b"",
        )

    assert answer.status == status
    assert answer.json["type"] == "urn:bal-bot:problem:not-found"


async def test_keys_that_stand_twice_the_last_counts(api: Api) -> None:
    """RFC 8259, 4 leaves it open; every way in does the same."""
    body = b'{"name": "First", "name": "Last"}'
    answer = await api("POST", FORMS, api.guest()[1], data=body, headers=JSON_TYPE)

    assert (answer.status, answer.json["form_data"]) == (201, {"name": "Last"})
    twice = json.dumps(example())[:-1] + ', "name": "Last One"}'
    update = from_someone(api, twice, "en")
    await api.world.deliver(update)
    latest = await api("GET", f"{FORMS}/{update['message']['from']['id']}/latest", api.admin)
    assert latest.json["form_data"]["name"] == "Last One"
