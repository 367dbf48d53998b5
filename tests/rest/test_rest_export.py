"""GET /api/form-data/export: the guest list as CSV and XLSX, all of it, safe to open."""

import asyncio
import csv
import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from rest.rest_parts import FORMS, Api
from world import example

from bot.services import exports as export_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 23
PAGE = 10
FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")')
HEADER = {
    "ru": ["№", "Состояние", "Прислана", "Telegram id", "Имя в Telegram", "Ник в Telegram", "Имя и фамилия",
           "Электронная почта", "Телефон", "Билет", "Сколько билетов", "Пожелания: Питание",
           "Пожелания: Доступная среда"],
    "en": ["№", "Status", "Sent", "Telegram id", "Telegram name", "Telegram username", "First and last name",
           "E-mail", "Phone", "Ticket", "How many tickets", "Preferences: Dietary requirements",
           "Preferences: Accessibility needs"],
}  # fmt: skip
STATUS = {"ru": "ждёт решения", "en": "waiting for review"}
STUDENT = {"ru": "Студенческий", "en": "Student"}
MOSCOW = ZoneInfo("Europe/Moscow")


def local(moment: str) -> datetime:
    """When something was, where the ball is."""
    return datetime.fromisoformat(moment).astimezone(MOSCOW).replace(tzinfo=None)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_service, "PAGE", PAGE)


async def stored(api: Api, word: str, **answers: Any) -> dict[str, Any]:
    _user_id, guest = api.guest()
    return await api.form(guest, **({"name": f"{word} Иванов"} | answers))


async def export(api: Api, kind: str, **query: str) -> bytes:
    asked = "&".join(f"{name}={value}" for name, value in ({"format": kind} | query).items())
    answer = await api("GET", f"{FORMS}/export?{asked}", api.ada)
    assert answer.status == 200
    day = f"{datetime.now(MOSCOW):%Y-%m-%d}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="forms-{day}.{kind}"'
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.body


def read_csv(body: bytes, delimiter: str) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("lang", "delimiter"), [("ru", ";"), ("en", ",")])
async def test_csv_has_the_language_s_delimiter_and_titles(api: Api, lang: str, delimiter: str) -> None:
    form = await stored(api, f"Csv{lang}", ticket_type="Student")

    header, row = read_csv(await export(api, "csv", lang=lang, q=f"Csv{lang}"), delimiter)

    assert header == HEADER[lang]
    assert row[:4] == [str(form["id"]), STATUS[lang], str(local(form["submitted_at"])), str(form["user_id"])]
    assert row[4:6] == ["Иван", ""]
    expected = [f"Csv{lang} Иванов", "ivan@example.com", "'+79991234567", STUDENT[lang]]
    assert row[6:] == [*expected, "2", "Вегетарианец", "Нет"]


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
    assert [cell.data_type for cell in row] == [*"nsdns", "n", *"ssssnss"]  # no username: an empty cell
    assert (row[0].value, row[1].value, row[3].value) == (form["id"], STATUS["en"], form["user_id"])
    assert abs((local(form["submitted_at"]) - row[2].value).total_seconds()) < 1
    assert [cell.value for cell in row[8:]] == ["+79991234567", "VIP", 3, *FORMULAS[:2]]
    assert page.auto_filter.ref == "A1:M2"
    assert 8 <= page.column_dimensions["H"].width <= 43


async def test_xlsx_has_a_sheet_for_each_status(api: Api) -> None:
    first, second = await stored(api, "Sheets"), await stored(api, "Sheets")
    await api("PUT", f"{FORMS}/{first['id']}", api.admin, json={"status": "approved"})
    await api("POST", FORMS, api.guest()[1], json={"name": "Sheets Draft"})

    book = load_workbook(io.BytesIO(await export(api, "xlsx", q="sheets", lang="ru")))

    assert book.sheetnames == ["Черновик", "Ждёт решения", "Одобрена"]
    rows = {sheet.title: [row[0] for row in sheet.iter_rows(2, values_only=True)] for sheet in book}
    assert (rows["Ждёт решения"], rows["Одобрена"]) == ([second["id"]], [first["id"]])
    nothing = load_workbook(io.BytesIO(await export(api, "xlsx", q="nobody-is-called-so")))
    assert [cell.value for cell in next(nothing.active.iter_rows())] == HEADER["ru"]


async def test_days_are_the_event_s(api: Api) -> None:
    form = await stored(api, "Daily")
    today = local(form["submitted_at"]).date()

    async def found(**query: object) -> int:
        asked = {name: str(value) for name, value in query.items()}
        return len(read_csv(await export(api, "csv", q="daily", **asked), ";")) - 1

    assert await found(since=today, until=today) == 1
    assert await found(until=today - timedelta(days=1)) == 0
    assert await found(since=today + timedelta(days=1)) == 0
    assert await found(since=form["submitted_at"].replace("Z", "%2B00:00")) == 1
    assert await found(ticket_type="VIP") == 1
    assert await found(ticket_type="Standard") == 0


async def test_a_draft_s_missing_answers_are_empty_cells(api: Api) -> None:
    answer = await api("POST", FORMS, api.guest()[1], json={"name": "Halfdone"})

    row = read_csv(await export(api, "csv", q="Halfdone"), ";")[1]
    cells = [cell.value for cell in list(sheet(await export(api, "xlsx", q="Halfdone")).iter_rows())[1]]

    form = answer.json
    assert row == [str(form["id"]), "черновик", "", str(form["user_id"]), "Иван", "", "Halfdone", *[""] * 6]
    assert cells == [form["id"], "черновик", None, form["user_id"], "Иван", None, "Halfdone", *[None] * 6]


async def test_filters_are_the_list_s(api: Api) -> None:
    _user_id, guest = api.guest()
    form = await api.form(guest, name="Filtered")
    await api("PUT", f"{FORMS}/{form['id']}", api.admin, json={"status": "approved"})
    await api.form(guest, name="Filtered")

    rows = read_csv(await export(api, "csv", q="filtered", status="approved"), ";")[1:]

    assert [row[:2] for row in rows] == [[str(form["id"]), "одобрена"]]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("format=pdf", {"format": ["not_a_choice"]}),
        ("format=", {"format": ["not_a_choice"]}),
        ("format=CSV", {"format": ["not_a_choice"]}),
        ("status=lost", {"status": ["not_a_choice"]}),
        ("q=%00", {"q": ["bad_characters"]}),
        ("ticket_type=Gold", {"ticket_type": ["not_a_choice"]}),
        ("since=yesterday", {"since": ["invalid_date"]}),
        ("until=2026-02-30", {"until": ["invalid_date"]}),
        ("until=9999-12-31", {"until": ["invalid_date"]}),
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
