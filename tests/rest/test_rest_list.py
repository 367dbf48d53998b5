"""GET /api/form-data/: paging through everything while more comes in, and the filters."""

import asyncio
import base64
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from rest.rest_parts import FORMS, Api, Headers
from sqlalchemy import update
from world import Json, example

from db.tables import forms

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 250
TOGETHER = 25


async def store(api: Api, number: int, **answers: object) -> int:
    """A form on behalf of a new guest, its number."""
    user_id, _ = api.guest()
    body = {"form_data": example() | {"quantity": number % 10 + 1} | answers, "status": "submitted", "user_id": user_id}
    answer = await api("POST", FORMS, api.admin, json=body)
    assert answer.status == 201, answer.body
    return int(answer.json["id"])


async def pages(api: Api, who: Headers, path: str = FORMS, **query: object) -> list[list[Json]]:
    found, cursor = [], None
    while True:
        asked = urlencode(query | ({"cursor": cursor} if cursor else {}))
        page = (await api("GET", f"{path}?{asked}", who)).json
        found.append(page["items"])
        if (cursor := page["next"]) is None:
            return found


async def test_250_forms_without_gap_or_duplicate_while_new_ones_arrive(api: Api) -> None:
    word = "paging"
    stored: list[int] = []
    for start in range(0, MANY, TOGETHER):
        stored += await asyncio.gather(
            *(store(api, number, name=f"{word} {number}") for number in range(start, start + TOGETHER))
        )
    found: list[int] = []
    cursor = ""
    while cursor is not None:
        page = (await api("GET", f"{FORMS}?limit=37&q={word}&cursor={cursor}", api.admin)).json
        found += [form["id"] for form in page["items"]]
        cursor = page["next"]
        await store(api, 1, name=f"{word} late")

    assert found == sorted(stored, reverse=True)
    assert len(found) == MANY


async def test_the_same_paging_without_a_filter_and_of_one_user(api: Api) -> None:
    user_id, guest = api.guest()
    forms = [(await api.form(guest))["id"] for _ in range(5)]

    mine = await pages(api, guest, f"{FORMS}/{user_id}", limit=2)
    everyone = await pages(api, api.ada, limit=100)

    assert [[form["id"] for form in page] for page in mine] == [forms[:2:-1], forms[2:0:-1], forms[:1]]
    numbers = [form["id"] for page in everyone for form in page]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == (await api.world.rows("SELECT count(*) FROM forms WHERE deleted_at IS NULL"))[0][0]


async def test_a_last_page_that_is_full_has_no_next(api: Api) -> None:
    user_id, guest = api.guest()
    for _ in range(4):
        await api.form(guest)

    assert [len(page) for page in await pages(api, guest, f"{FORMS}/{user_id}", limit=2)] == [2, 2]


@pytest.mark.parametrize(
    ("limit", "code"),
    [("0", "too_small"), ("101", "too_big"), ("1000000", "too_big"), ("-1", "too_small"), ("", "not_an_integer"),
     ("two", "not_an_integer"), ("1.5", "not_an_integer"), ("9" * 5000, "too_big"), ("٣", "not_an_integer")],
)  # fmt: skip
async def test_limits_that_are_none(api: Api, limit: str, code: str) -> None:
    answer = await api("GET", f"{FORMS}?" + urlencode({"limit": limit}), api.admin)

    assert (answer.status, answer.json["errors"]) == (422, {"limit": [code]})


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!!!", "%00", "%ff%fe", "\ud83d".encode("utf-8", "surrogatepass").hex(), packed("abc"), packed("-5"),
     packed("-" + "9" * 40), packed("1_0"), packed("1.5"), packed(" 7 ")],
)  # fmt: skip
async def test_cursors_that_are_none(api: Api, cursor: str) -> None:
    answer = await api("GET", f"{FORMS}?cursor={cursor}", api.admin)

    assert (answer.status, answer.json["errors"]) == (422, {"cursor": ["not_a_cursor"]})


@pytest.mark.parametrize("digits", [30, 5000])
async def test_a_cursor_beyond_every_form_is_the_first_page(api: Api, digits: int) -> None:
    form = await api.form(api.guest()[1])
    answer = await api("GET", f"{FORMS}?limit=1&cursor={packed('9' * digits)}", api.admin)

    assert [found["id"] for found in answer.json["items"]] == [form["id"]]


class TestFilters:
    async def numbers(self, api: Api, **query: str) -> list[int]:
        return [form["id"] for page in await pages(api, api.ada, **query) for form in page]

    async def test_status(self, api: Api) -> None:
        user_id, guest = api.guest()
        forms = {status: (await api.in_status(user_id, guest, status))["id"] for status in ("draft", "approved")}

        approved = await self.numbers(api, status="approved", limit="100")

        assert forms["approved"] in approved
        assert forms["draft"] not in approved
        statuses = {form["status"] for page in await pages(api, api.ada, status="draft") for form in page}
        assert statuses == {"draft"}

    @pytest.mark.parametrize("status", ["lost", "Approved", "approved'--", "\x00"])
    async def test_a_status_that_is_none(self, api: Api, status: str) -> None:
        answer = await api("GET", f"{FORMS}?" + urlencode({"status": status}), api.admin)
        assert (answer.status, answer.json["errors"]) == (422, {"status": ["not_a_choice"]})

    @pytest.mark.parametrize(
        ("q", "found"),
        [
            ("ЁЛКИНА", True),
            ("ёлкина", True),
            ("ёЛк", True),
            ("аграфена", True),
            ("аграфена ёлкина", True),
            ("ёлкина   аграфена", True),
            ("4951234567", True),
            ("74951234567", True),
            ("495123", True),
            ("agrafena", True),
            ("AGRAFENA@bal.example.org", True),
            ("bal.example", True),
            ("student", True),
            ("безлактозное", True),
            ("100%", True),
            ("a_b", True),
            ("100_", False),
            ("1%0", False),
            ("a%b", False),
            ("aXb", False),
            ("\\", False),
            ("' OR 1=1 --", False),
            ("аграфена петрова", False),
        ],
    )
    async def test_words(self, api: Api, q: str, *, found: bool) -> None:
        form = await self._agrafena(api)
        assert (form in await self.numbers(api, q=q, limit="100")) is found

    async def _agrafena(self, api: Api) -> int:
        stored = getattr(api, "agrafena", None)
        if stored is None:
            preferences = {"dietary_requirements": "Безлактозное, 100% a_b"}
            contacts = {"email": "agrafena@bal.example.org", "phone": "8 (495) 123-45-67"}
            stored = await store(
                api, 1, name="Аграфена Ёлкина", ticket_type="Student", preferences=preferences, **contacts
            )
            api.agrafena = stored  # type: ignore[attr-defined] # made once a module
        return int(stored)

    async def test_both_at_once(self, api: Api) -> None:
        form = await self._agrafena(api)
        assert form in await self.numbers(api, q="ёлкина", status="submitted")
        assert form not in await self.numbers(api, q="ёлкина", status="rejected")

    async def test_a_phone_s_tail_or_a_number_finds_the_form(self, api: Api) -> None:
        form = await store(api, 1, name="Родион", phone="+7 926 555-19-84")
        for q in ("8 926 555-19-84", "+7(926)5551984", "555 19 84", "19-84", str(form), f"№ {form}", f"#{form}"):
            assert form in await self.numbers(api, q=q, limit="100"), q
        assert form not in await self.numbers(api, q="555 19 85", limit="100")

    async def test_ticket_type(self, api: Api) -> None:
        vip, student = [await store(api, 1, name="Ticket", ticket_type=kind) for kind in ("VIP", "Student")]

        found = await self.numbers(api, q="ticket", ticket_type="VIP")

        assert vip in found
        assert student not in found

    async def test_since_and_until(self, api: Api) -> None:
        late, early = [await store(api, 1, name="Moments") for _ in range(2)]
        draft = (await api("POST", FORMS, api.guest()[1], json={"name": "Moments"})).json["id"]
        # The day of each is another one in Moscow than in Greenwich.
        await self._submitted(api, early, datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
        await self._submitted(api, late, datetime(2026, 11, 24, 20, 59, 59, tzinfo=UTC))

        async def found(**query: str) -> set[int]:
            return set(await self.numbers(api, q="moments", **query))

        assert await found() == {early, late, draft}
        assert await found(since="2026-11-24", until="2026-11-24") == {early, late}
        assert await found(until="2026-11-23") == await found(since="2026-11-25") == set()
        assert await found(since="2026-11-24T00:30", until="2026-11-24T23:59:59") == {early}
        assert await found(since="2026-11-24T00:30:01") == {late}
        assert await found(since="2026-11-23T21:30:01Z", until="2026-11-25T00:00:00+03:00") == {late}

    async def _submitted(self, api: Api, form: int, at: datetime) -> None:
        async with api.world.database.write() as connection:
            await connection.execute(update(forms).where(forms.c.id == form).values(submitted_at=at))

    @pytest.mark.parametrize("name", ["since", "until"])
    @pytest.mark.parametrize(
        "text", ["soon", "2026-13-01", "2026-02-30", "24.11.2026", "20261124", "2026-11-24T", "0001-01-01",
                 "9999-12-31", "2026-11-24T25:00", "2026-11-24T10:00 03:00", "٢٠٢٦-11-24", "\x00"],
    )  # fmt: skip
    async def test_a_moment_that_is_none(self, api: Api, name: str, text: str) -> None:
        answer = await api("GET", f"{FORMS}?" + urlencode({name: text}), api.admin)
        assert (answer.status, answer.json["errors"]) == (422, {name: ["invalid_date"]})

    async def test_all_that_is_wrong_is_told_at_once(self, api: Api) -> None:
        query = {"status": "lost", "ticket_type": "vip", "since": "soon", "until": "late", "q": "x" * 201}
        answer = await api("GET", f"{FORMS}?" + urlencode(query), api.admin)
        assert (answer.status, set(answer.json["errors"])) == (422, set(query))

    @pytest.mark.parametrize(
        ("q", "code"), [("x" * 201, "too_long"), ("\x00", "bad_characters"), ("a\nb", "bad_characters")]
    )
    async def test_words_that_are_none(self, api: Api, q: str, code: str) -> None:
        answer = await api("GET", f"{FORMS}?" + urlencode({"q": q}), api.admin)
        assert (answer.status, answer.json["errors"]) == (422, {"q": [code]})
