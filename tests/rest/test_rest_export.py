"""GET /api/form-data/export: the guest list as CSV and XLSX, all of it, in words, safe to open."""

import asyncio
import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook
from rest.rest_parts import FORMS, Api
from world import example

from bot.services import exports

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 23
PAGE = 10
MOSCOW = ZoneInfo("Europe/Moscow")
FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")')
# The first is markup to xlsxwriter, and broke the whole file; the others cannot stand in XML as they are.
HOSTILE = ("<r><b></r>", "a & b < c > d", "_x0041_", "last\uffff", "]]>")
HEADER = {
    "ru": ["№", "Статус", "Отправлена", "Telegram ID", "Имя в Telegram", "Ник в Telegram", "Имя и фамилия",
           "Электронная почта", "Телефон", "Билет", "Сколько билетов", "Пожелания: Питание",
           "Пожелания: Доступная среда", "Комментарий к решению"],
    "en": ["No.", "Status", "Submitted", "Telegram ID", "Telegram name", "Telegram username", "First and last name",
           "E-mail", "Phone", "Ticket", "How many tickets", "Preferences: Dietary requirements",
           "Preferences: Accessibility needs", "Note on the decision"],
}  # fmt: skip
SHEETS = {
    "ru": ["Ждёт решения", "Нужны изменения", "Одобрена", "Отклонена", "Отменена", "Черновик"],
    "en": ["Waiting for review", "Needs changes", "Approved", "Rejected", "Cancelled", "Draft"],
}
STATUSES = ("submitted", "needs_changes", "approved", "rejected", "cancelled", "draft")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", PAGE)


async def stored(api: Api, word: str, **answers: Any) -> dict[str, Any]:
    _user_id, guest = api.guest()
    return await api.form(guest, **({"name": f"{word} Иванов"} | answers))


async def export(api: Api, kind: str, **query: str) -> bytes:
    answer = await api("GET", f"{FORMS}/export?" + urlencode({"format": kind} | query), api.ada)
    assert answer.status == 200
    name = rf'attachment; filename="forms-\d{{4}}-\d\d-\d\d\.{kind}"'
    assert re.fullmatch(name, answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.body


def read_csv(body: bytes, delimiter: str) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_xlsx(body: bytes) -> Workbook:
    return load_workbook(io.BytesIO(body))


def local(form: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(form["submitted_at"]).astimezone(MOSCOW).replace(tzinfo=None)


@pytest.mark.parametrize(("lang", "delimiter", "ticket"), [("ru", ";", "Студенческий"), ("en", ",", "Student")])
async def test_csv_speaks_the_reader_s_language(api: Api, lang: str, delimiter: str, ticket: str) -> None:
    form = await stored(api, f"Csv{lang}", ticket_type="Student")

    header, row = read_csv(await export(api, "csv", lang=lang, q=f"Csv{lang}"), delimiter)

    assert header == HEADER[lang]
    own = [str(form["id"]), SHEETS[lang][0], local(form).isoformat(" ", "seconds"), str(form["user_id"]), "Иван", ""]
    answers = [f"Csv{lang} Иванов", "ivan@example.com", "+79991234567", ticket, "2", "Вегетарианец", "Нет"]
    assert row == [*own, *answers, ""]


async def test_csv_is_the_default_and_the_browser_s_language_counts(api: Api) -> None:
    answer = await api("GET", f"{FORMS}/export?q=nobody-is-called-so", api.ada, headers={"Accept-Language": "en-GB,ru"})

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert read_csv(answer.body, ",") == [HEADER["en"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("count", [MANY, PAGE])
async def test_all_rows_over_several_pages(api: Api, kind: str, count: int) -> None:
    word = f"Pages{kind}{count}"
    forms = await asyncio.gather(*(stored(api, word) for _ in range(count)))
    await stored(api, "Somebodyelse")

    body = await export(api, kind, q=word)

    rows: list[Any] = read_csv(body, ";")[1:] if kind == "csv" else list(values(read_xlsx(body)))[1:]
    assert [int(row[0]) for row in rows] == sorted((form["id"] for form in forms), reverse=True)


def values(book: Workbook) -> Any:
    return book.worksheets[0].iter_rows(values_only=True)


async def test_csv_cells_are_no_formulas_and_keep_commas_and_quotes(api: Api) -> None:
    needs = (*FORMULAS, 'a;b,c "d"')
    for number, text in enumerate(needs):
        await stored(api, f"Formula{number}", preferences={"accessibility_needs": text})

    rows = read_csv(await export(api, "csv", q="Formula"), ";")[1:]

    cells = [row[-2] for row in reversed(rows)]
    assert cells == [*(f"'{text}" for text in FORMULAS), needs[-1]]


async def test_xlsx_is_typed_frozen_filtered_and_without_formulas(api: Api) -> None:
    preferences = {"dietary_requirements": FORMULAS[0], "accessibility_needs": FORMULAS[1]}
    form = await stored(api, "Excel", preferences=preferences, quantity=3)

    [page] = read_xlsx(await export(api, "xlsx", q="Excel", lang="en")).worksheets

    header, row = page.iter_rows()
    assert [cell.value for cell in header] == HEADER["en"]
    assert all(cell.font.bold for cell in header)
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:N2")
    assert page.column_dimensions["G"].width > page.column_dimensions["A"].width > 0
    assert [cell.data_type for cell in row] == list("nsdnsnssssnssn")
    assert (row[0].value, row[1].value, row[3].value) == (form["id"], "Waiting for review", form["user_id"])
    assert abs(row[2].value - local(form)) < timedelta(seconds=1)
    assert row[2].number_format == "yyyy-mm-dd hh:mm"
    assert [cell.value for cell in row[8:]] == ["+79991234567", "VIP", 3, *FORMULAS[:2], None]


async def test_xlsx_holds_any_text(api: Api) -> None:
    for number, text in enumerate(HOSTILE):
        await stored(api, f"Hostile{number}", preferences={"accessibility_needs": text})

    rows = list(values(read_xlsx(await export(api, "xlsx", q="Hostile"))))[1:]

    # openpyxl leaves the escapes as they stand (ECMA-376, 22.9.2.19).
    shown = ["_x005F_x0041_" if text == "_x0041_" else text.replace("\uffff", "_xFFFF_") for text in HOSTILE]
    assert [row[-2] for row in reversed(rows)] == shown


@pytest.mark.parametrize("lang", ["ru", "en"])
async def test_xlsx_has_a_sheet_for_each_status_that_has_forms(api: Api, lang: str) -> None:
    forms = {status: await api.in_status(*api.guest(), status) for status in reversed(STATUSES)}
    newest = min(form["id"] for form in forms.values())

    book = read_xlsx(await export(api, "xlsx", lang=lang))

    assert book.sheetnames == SHEETS[lang]
    for sheet, status in zip(book.worksheets, STATUSES, strict=True):
        header, *rows = sheet.iter_rows(values_only=True)
        assert list(header) == HEADER[lang]
        assert {row[1] for row in rows} == {sheet.title}
        assert [row[0] for row in rows if row[0] >= newest] == [forms[status]["id"]]


async def test_xlsx_without_forms_has_one_sheet_with_the_header(api: Api) -> None:
    book = read_xlsx(await export(api, "xlsx", q="nobody-is-called-so"))

    assert book.sheetnames == ["Анкеты"]
    assert list(values(book)) == [tuple(HEADER["ru"])]


async def test_a_draft_s_missing_answers_are_empty_cells(api: Api) -> None:
    answer = await api("POST", FORMS, api.guest()[1], json={"name": "Halfdone"})
    number, user_id = answer.json["id"], answer.json["user_id"]

    row = read_csv(await export(api, "csv", q="Halfdone"), ";")[1]
    _, cells = values(read_xlsx(await export(api, "xlsx", q="Halfdone")))

    assert row == [str(number), "Черновик", "", str(user_id), "Иван", "", "Halfdone", *[""] * 7]
    assert cells == (number, "Черновик", None, user_id, "Иван", None, "Halfdone", *[None] * 7)


async def test_filters_are_the_list_s(api: Api) -> None:
    _user_id, guest = api.guest()
    form = await api.form(guest, name="Filtered", ticket_type="Student")
    other = await api.form(guest, name="Filtered")
    for changed in (form, other):
        await api("PUT", f"{FORMS}/{changed['id']}", api.admin, json={"status": "approved"})
    await api.form(guest, name="Filtered", ticket_type="Student")
    today = f"{local(form):%Y-%m-%d}"

    rows = read_csv(
        await export(api, "csv", q="filtered", status="approved", ticket_type="Student", since=today, until=today), ";"
    )

    assert [row[:2] for row in rows[1:]] == [[str(form["id"]), "Одобрена"]]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("format=pdf", {"format": ["not_a_choice"]}),
        ("format=", {"format": ["not_a_choice"]}),
        ("format=CSV", {"format": ["not_a_choice"]}),
        ("status=lost", {"status": ["not_a_choice"]}),
        ("q=%00", {"q": ["bad_characters"]}),
        ("ticket_type=Gold&since=soon", {"ticket_type": ["not_a_choice"], "since": ["invalid_date"]}),
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
