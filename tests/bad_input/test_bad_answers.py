"""Answers that break the questionnaire, both ways in: the codes over REST, what to mend in the chat, ru and en."""

import html
import json
import unicodedata
from typing import Any

import pytest
from bad_input.bad_input_parts import FORMS, Api, Json, Row, Untouched, example, reply_of
from world import ADA

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANGUAGES = ("ru", "en")
LABELS = {
    "": ("Анкета", "The form"),
    "name": ("Имя и фамилия", "First and last name"),
    "email": ("Электронная почта", "E-mail"),
    "phone": ("Телефон", "Phone"),
    "ticket_type": ("Билет", "Ticket"),
    "quantity": ("Сколько билетов", "How many tickets"),
    "preferences.dietary_requirements": ("Питание", "Dietary requirements"),
    "preferences.accessibility_needs": ("Доступная среда", "Accessibility needs"),
}
MENDS = {
    "required": ("не обойтись", "cannot do without"),
    "unknown_field": ("Такого вопроса в анкете нет", "There is no such question"),
    "not_an_object": ("в непонятном виде", "in a form we cannot read"),
    "not_text": ("текстом", "with text"),
    "too_short": ("не меньше 2 символов", "at least 2 characters"),
    "too_long": ("сократите", "keep it within"),
    "bad_characters": ("служебные символы", "control characters"),
    "invalid_email": ("ivan@example.com", "ivan@example.com"),
    "invalid_phone": ("Такого номера не бывает", "no such phone number"),
    "not_an_integer": ("целое число", "whole number"),
    "too_small": ("не меньше 1", "at least 1"),
    "too_big": ("не больше 10", "at most 10"),
    "not_a_choice": ("Такого варианта нет", "no such option"),
    "not_a_uuid": ("UUID", "UUID"),
    "not_a_user_id": ("Telegram", "Telegram"),
}


def but(**answers: Any) -> Json:
    return {key: value for key, value in (example() | answers).items() if value is not ...}


def preferring(**answers: Any) -> Json:
    return but(preferences=answers)


DIET, NEEDS = "preferences.dietary_requirements", "preferences.accessibility_needs"
ROWS = [
    Row("nothing at all", ({}, dict.fromkeys(("name", "email", "phone", "ticket_type", "quantity"), "required")), 422),
    *(Row(f"no {key}", (but(**{key: ...}), {key: "required"}), 422) for key in list(example())[:5]),
    *(Row(f"{key} is null", (but(**{key: None}), {key: "required"}), 422) for key in list(example())[:5]),
    *(Row(f"{key} is empty", (but(**{key: ""}), {key: "required"}), 422) for key in list(example())[:5]),
    Row("name of spaces", (but(name="   "), {"name": "required"}), 422),
    Row("name of unseen characters", (but(name="\u200b\ufeff"), {"name": "required"}), 422),
    Row("an unknown field", (but(colour="red"), {"colour": "unknown_field"}), 422),
    Row("many unknown fields", ({f"x{n}": n for n in range(30)} | example(), {"x0": "unknown_field"}), 422),
    Row("an unknown field inside", (preferring(music="вальс"), {"preferences.music": "unknown_field"}), 422),
    Row("a field of a group outside", (but(dietary_requirements="x"), {"dietary_requirements": "unknown_field"}), 422),
    Row("a path for a key", (but(**{DIET: "x"}), {DIET: "unknown_field"}), 422),
    Row("__proto__", (but(__proto__={"a": 1}), {"__proto__": "unknown_field"}), 422),
    Row("an empty key", (but(**{"": "x"}), {"": "unknown_field"}), 422),
    Row("a key of markup", (but(**{"<b>x</b>": 1}), {"<b>x</b>": "unknown_field"}), 422),
    *(Row(f"name is {v!r}", (but(name=v), {"name": "not_text"}), 422) for v in (5, 1.5, True, [], ["Иван"], {"a": 1})),
    *(Row(f"email is {v!r}", (but(email=v), {"email": "not_text"}), 422) for v in (5, False, [], {})),
    *(Row(f"phone is {v!r}", (but(phone=v), {"phone": "not_text"}), 422) for v in (79991234567, [], {})),
    *(Row(f"ticket_type is {v!r}", (but(ticket_type=v), {"ticket_type": "not_a_choice"}), 422)
      for v in ("vip", "VIP ", "Gold", 1, True, ["VIP"], {"value": "VIP"})),
    *(Row(f"quantity is {v!r}", (but(quantity=v), {"quantity": "not_an_integer"}), 422)
      for v in (2.0, 1.5, 1e300, "two", "2.0", "1e1", "0x2", True, [2], {})),
    *(Row(f"quantity is {v!r}", (but(quantity=v), {"quantity": "too_small"}), 422) for v in (0, -1, "-3", -(2**63))),
    *(Row(f"quantity is {str(v)[:25]}", (but(quantity=v), {"quantity": "too_big"}), 422)
      for v in (11, 2**31, 2**63 - 1, 2**63, 2**64 - 1, "9" * 500)),
    Row("quantity is 2^64", (but(quantity=2**64), {"quantity": "not_an_integer"}), 422),
    *(Row(f"preferences is {v!r}", (but(preferences=v), {"preferences": "not_an_object"}), 422)
      for v in (5, "x", True, ["x"], [])),
    Row("diet is a number", (preferring(dietary_requirements=5), {DIET: "not_text"}), 422),
    Row("needs is an object", (preferring(accessibility_needs={"a": 1}), {NEEDS: "not_text"}), 422),
    Row("a short name", (but(name="И"), {"name": "too_short"}), 422),
    Row("a long name", (but(name="И" * 101), {"name": "too_long"}), 422),
    Row("a long e-mail", (but(email="a" * 250 + "@example.com"), {"email": "too_long"}), 422),
    Row("a long phone", (but(phone="+7 999" + " " * 60 + "1"), {"phone": "too_long"}), 422),
    Row("a long diet", (preferring(dietary_requirements="x" * 201), {DIET: "too_long"}), 422),
    Row("a line break in the name", (but(name="Иван\nИванов"), {"name": "bad_characters"}), 422),
    Row("a tab in the name", (but(name="Иван\tИванов"), {"name": "bad_characters"}), 422),
    Row("an escape in the diet", (preferring(dietary_requirements="a\x1b[31mb"), {DIET: "bad_characters"}), 422),
    Row("a line separator", (but(name="Иван\u2028Иванов"), {"name": "bad_characters"}), 422),
    *(Row(f"e-mail {v[:20]!r}", (but(email=v), {"email": "invalid_email"}), 422)
      for v in ("vera", "vera@", "@example.com", "a@b", "a b@example.com", "a@@example.com", "a@example..com",
                "<script>@example.com", "a@example.com, b@example.com", "' OR 1=1 --", "=1+1", "a@localhost")),
    *(Row(f"phone {v!r}", (but(phone=v), {"phone": "invalid_phone"}), 422)
      for v in ("12", "+7", "привет", "+7 999 123", "+7 999 123-45-67-89-00", "=1+1", "<b>", "0000000000")),
    Row("several at once", (but(name="И", email="x", phone="1", quantity=0, colour=1),
        {"name": "too_short", "email": "invalid_email", "phone": "invalid_phone", "quantity": "too_small",
         "colour": "unknown_field"}), 422),
    Row("answers that are an array", ({"form_data": []}, {"": "not_an_object"}), 422),
    Row("answers that are text", ({"form_data": "x"}, {"": "not_an_object"}), 422),
    Row("answers beside answers", ({"form_data": example(), "name": "Вера"}, {"name": "unknown_field"}), 422),
    Row("a status that is none", (but(status="lost"), {"status": "not_a_choice"}), 422),
    Row("a status that is an admin's", (but(status="approved"), {"status": "not_a_choice"}), 422),
    Row("a status that is a number", (but(status=1), {"status": "not_text"}), 422),
    Row("a submission_id that is none", (but(submission_id="7"), {"submission_id": "not_a_uuid"}), 422),
    Row("a long note", (but(note="x" * 1001), {"note": "too_long"}), 422),
    Row("a user_id that is none", (but(user_id="7"), {"user_id": "not_a_user_id"}), 422),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_rest(api: Api, row: Row) -> None:
    body, errors = row.given
    async with Untouched(api.world):
        answer = await api("POST", FORMS, api.guest()[1], json={"status": "submitted"} | body)

    assert answer.status == row.status
    told = answer.json["errors"]
    assert {path: told.get(path) for path in errors} == {path: [code] for path, code in errors.items()}
    assert len(told) == (30 if "many" in row.what else len(errors))


def from_someone(api: Api, body: Json, language: str) -> Json:
    update = api.world.update(json.dumps(body, ensure_ascii=False), user_id=api.guest()[0])
    update["message"]["from"]["language_code"] = language
    return update


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_send_data(api: Api, row: Row, language: str) -> None:
    body, errors = row.given
    place = LANGUAGES.index(language)
    async with Untouched(api.world):
        answer = await api.world.deliver(from_someone(api, body, language))

    assert answer.status == 200
    lines = reply_of(answer).splitlines()
    for path, code in errors.items():
        label = LABELS[path][place] if path in LABELS else html.escape(path, quote=False)
        mended = [line for line in lines if line.startswith(f"• <b>{label}</b>:")]
        assert mended, (label, lines)
        assert MENDS[code][place] in mended[0]
    assert len(reply_of(answer).encode("utf-16-le")) // 2 <= 4_096


@pytest.mark.parametrize("language", LANGUAGES)
async def test_another_guest_s_id_in_send_data_is_refused(api: Api, language: str) -> None:
    """An admin's too: on behalf of others is for REST."""
    for user_id in (api.guest()[0], ADA):
        update = from_someone(api, but(user_id=7), language)
        update["message"]["from"]["id"] = user_id
        async with Untouched(api.world):
            answer = await api.world.deliver(update)

        assert {"ru": "не похоже на анкету", "en": "not a form"}[language] in reply_of(answer)


STRANGE = [
    Row("HTML", "<script>alert(1)</script> & <b>", 200),
    Row("SQL", "'; DROP TABLE forms; --", 200),
    Row("a formula", '=HYPERLINK("http://x","y")', 200),
    Row("a template", "{{ 7*7 }} ${7*7} %s {0}", 200),
    Row("markdown", "*_[x](tg://user?id=1)_*`", 200),
    Row("an emoji of seven code points", "👩‍❤️‍💋‍👨", 200),
    Row("Arabic", "مرحبا بكم", 200),
    Row("backslashes", "\\u0000 \\n \\", 200),
    Row("a combining pile", "Z" + "\u0301" * 50, 200),
]


@pytest.mark.parametrize("row", STRANGE, ids=str)
async def test_controls_strange_text_is_kept_as_it_is(api: Api, row: Row) -> None:
    """Nothing is cleaned away that a guest may mean: whoever shows it escapes it."""
    user_id, guest = api.guest()
    answers = preferring(dietary_requirements=row.given)
    forms, events = (await api.world.counts())[:2]

    rest = await api("POST", FORMS, guest, json={"form_data": answers, "status": "submitted"})
    update = from_someone(api, answers, "en")
    chat = await api.world.deliver(update)

    assert rest.status == 201
    assert "is in" in reply_of(chat)
    assert (await api.world.counts())[:2] == (forms + 2, events + 2)
    for person in (user_id, update["message"]["from"]["id"]):
        kept = (await api("GET", f"{FORMS}/{person}/latest", api.admin)).json["form_data"]["preferences"]
        assert kept["dietary_requirements"] == unicodedata.normalize("NFC", row.given)


async def test_control_direction_marks_are_dropped_and_the_rest_kept(api: Api) -> None:
    """An override would turn a line of the export around."""
    form = await api.form(api.guest()[1], name="\u202eИван\u202c \u2066Иванов\u2069")
    assert form["form_data"]["name"] == "Иван Иванов"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_typed_comes_back_escaped(api: Api, language: str) -> None:
    bad = but(name="<b>Вера</b> & Ко", email="<i>")
    text = reply_of(await api.world.deliver(from_someone(api, bad, language)))

    assert "&lt;b&gt;Вера&lt;/b&gt; &amp; Ко" in text
    assert "<i>" not in text
