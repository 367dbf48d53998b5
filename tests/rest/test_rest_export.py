"""GET /api/form-data/export: the guest list as CSV and XLSX, all of it, safe to open."""

import asyncio
import csv
import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from rest.rest_parts import FORMS, Api
from world import example

from bot.services import forms as form_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 23
PAGE = 10
FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")')
HEADER = {
    "ru": ["id", "status", "submitted_at", "user_id", "Имя и фамилия", "Электронная почта", "Телефон", "Билет",
           "Сколько билетов", "Пожелания: Питание", "Пожелания: Доступная среда"],
    "en": ["id", "status", "submitted_at", "user_id", "First and last name", "E-mail", "Phone", "Ticket",
           "How many tickets", "Preferences: Dietary requirements", "Preferences: Accessibility needs"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_service, "EXPORT_PAGE", PAGE)


async def stored(api: Api, word: str, **answers: Any) -> dict[str, Any]:
    _user_id, guest = api.guest()
    return await api.form(guest, **({"name": f"{word} Иванов"} | answers))


async def export(api: Api, kind: str, **query: str) -> bytes:
    asked = "&".join(f"{name}={value}" for name, value in ({"format": kind} | query).items())
    answer = await api("GET", f"{FORMS}/export?{asked}", api.ada)
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="forms.{kind}"'
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.body


def read_csv(body: bytes, delimiter: str) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("lang", "delimiter"), [("ru", ";"), ("en", ",")])
async def test_csv_has_the_language_s_delimiter_and_titles(api: Api, lang: str, delimiter: str) -> None:
    form = await stored(api, f"Csv{lang}")

    header, row = read_csv(await export(api, "csv", lang=lang, q=f"Csv{lang}"), delimiter)

    assert header == HEADER[lang]
    submitted = form["submitted_at"][:19].replace("T", " ")
    expected = [str(form["id"]), "submitted", submitted, str(form["user_id"]), f"Csv{lang} Иванов", "ivan@example.com"]
    assert row == [*expected, "'+79991234567", "VIP", "2", "Вегетарианец", "Нет"]


async def test_csv_is_the_default_and_the_browser_s_language_counts(api: Api) -> None:
    answer = await api("GET", f"{FORMS}/export?q=nobody-is-called-so", api.ada, headers={"Accept-Language": "en-GB,ru"})

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert read_csv(answer.body, ",") == [HEADER["en"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_all_rows_over_several_pages(api: Api, kind: str) -> None:
    word = f"Pages{kind}"
    forms = await asyncio.gather(*(stored(api, word) for _ in range(MANY)))
    await stored(api, "Somebodyelse")

    body = await export(api, kind, q=word)

    rows = (
        read_csv(body, ";")[1:] if kind == "csv" else [list(row) for row in sheet(body).iter_rows(2, values_only=True)]
    )
    assert [int(row[0]) for row in rows] == sorted((form["id"] for form in forms), reverse=True)


async def test_csv_cells_are_no_formulas_and_keep_commas_and_quotes(api: Api) -> None:
    needs = (*FORMULAS, 'a;b,c "d"')
    for number, text in enumerate(needs):
        await stored(api, f"Formula{number}", preferences={"accessibility_needs": text})

    rows = read_csv(await export(api, "csv", q="Formula"), ";")[1:]

    cells = [row[-1] for row in reversed(rows)]
    assert cells == [*(f"'{text}" for text in FORMULAS), needs[-1]]


def sheet(body: bytes) -> Any:
    return load_workbook(io.BytesIO(body)).active


async def test_xlsx_is_typed_frozen_and_without_formulas(api: Api) -> None:
    preferences = {"dietary_requirements": FORMULAS[0], "accessibility_needs": FORMULAS[1]}
    form = await stored(api, "Excel", preferences=preferences, quantity=3)

    page = sheet(await export(api, "xlsx", q="Excel", lang="en"))

    header, row = page.iter_rows()
    assert [cell.value for cell in header] == HEADER["en"]
    assert all(cell.font.bold for cell in header)
    assert page.freeze_panes == "A2"
    assert [cell.data_type for cell in row] == ["n", "s", "d", "n", "s", "s", "s", "s", "n", "s", "s"]
    assert (row[0].value, row[1].value, row[3].value) == (form["id"], "submitted", form["user_id"])
    seconds = datetime.fromisoformat(form["submitted_at"]).replace(tzinfo=None) - row[2].value
    assert abs(seconds.total_seconds()) < 1
    assert [cell.value for cell in row[6:]] == ["+79991234567", "VIP", 3, *FORMULAS[:2]]


async def test_a_draft_s_missing_answers_are_empty_cells(api: Api) -> None:
    answer = await api("POST", FORMS, api.guest()[1], json={"name": "Halfdone"})

    row = read_csv(await export(api, "csv", q="Halfdone"), ";")[1]
    cells = [cell.value for cell in list(sheet(await export(api, "xlsx", q="Halfdone")).iter_rows())[1]]

    assert row == [str(answer.json["id"]), "draft", "", str(answer.json["user_id"]), "Halfdone", *[""] * 6]
    assert cells == [answer.json["id"], "draft", None, answer.json["user_id"], "Halfdone", *[None] * 6]


async def test_filters_are_the_list_s(api: Api) -> None:
    _user_id, guest = api.guest()
    form = await api.form(guest, name="Filtered")
    await api("PUT", f"{FORMS}/{form['id']}", api.admin, json={"status": "approved"})
    await api.form(guest, name="Filtered")

    rows = read_csv(await export(api, "csv", q="filtered", status="approved"), ";")[1:]

    assert [row[:2] for row in rows] == [[str(form["id"]), "approved"]]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("format=pdf", {"format": ["not_a_choice"]}),
        ("format=", {"format": ["not_a_choice"]}),
        ("format=CSV", {"format": ["not_a_choice"]}),
        ("status=lost", {"status": ["not_a_choice"]}),
        ("q=%00", {"q": ["bad_characters"]}),
    ],
)
async def test_what_cannot_be_exported(api: Api, query: str, errors: object) -> None:
    answer = await api("GET", f"{FORMS}/export?{query}", api.admin)

    assert (answer.status, answer.json["errors"]) == (422, errors)


async def test_an_export_never_holds_an_erased_form(api: Api) -> None:
    form = await stored(api, "Erased")
    await api("DELETE", f"{FORMS}/{form['id']}", api.admin)

    assert len(read_csv(await export(api, "csv", q="erased"), ";")) == 1
    assert example()["email"].encode() not in await export(api, "csv", q="erased")
