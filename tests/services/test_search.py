"""What an admin types, and which form is found; nothing of a deleted form is."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from services.service_parts import ADA, House
from sqlalchemy import make_url

from bot.questionnaire import searchable
from bot.services import FormFilter, FormRecord
from bot.services.search import searched
from db.forms import FormRepository

ODD = r"""50% a_b c*d e[f]g "h" i'j \k ?l вяз*ёж"""
SECRET = "Нелюдимова-Аграфена"


@dataclass
class Guests:
    """Three forms; `odd` is full of signs that mean something to some database."""

    house: House
    olga: FormRecord
    ivan: FormRecord
    odd: FormRecord

    async def found(self, text: str, **wanted: Any) -> set[str]:
        names = {self.olga.id: "olga", self.ivan.id: "ivan", self.odd.id: "odd"}
        return {names[number] for number in await find(self.house, text, **wanted)}


async def find(house: House, text: str, **wanted: Any) -> list[int]:
    search = searched(FormFilter(**wanted), text)
    page = await house.services.lists.page(ADA, search)
    assert page.total == len(page.items)
    return [form.id for form in page.items]


@pytest_asyncio.fixture
async def guests(house: House) -> Guests:
    """Numbers begin at 17, as those that are searched for."""
    for _ in range(16):
        await house.services.forms.delete(ADA, (await house.form()).id)
    olga = await house.form(
        name="Ольга Ёлкина", email="olga@bal.example.org", phone="8 (495) 123-45-67", ticket_type="Student"
    )
    ivan = await house.form(name="Иван Ли", email="Ivan.Lee@Example.com", phone="+44 20 7946 0017")
    wishes = {"dietary_requirements": ODD, "accessibility_needs": "Нет"}
    odd = await house.form(name="Зоя Лиственная", email="zoe@example.net", phone="+7 916 555-44-33", preferences=wishes)
    assert olga.id == 17
    return Guests(house, olga, ivan, odd)


FOUND = {
    "Ёлкина": "olga", "елкина": "olga", "ЁЛКИНА": "olga", "Елк": "olga", "лкин": "olga",
    "Е\u0308лкина": "olga", "ольга елкина": "olga", "  Елкина   Ольга ": "olga", "ольга ли": "",
    "ольга иван": "", "ли": "ivan odd", "иван ли": "ivan", "лк": "olga", "зю": "",
    "и": "olga ivan odd", "Ольга 4567": "olga",
    "4567": "olga", "45-67": "olga", "123 45 67": "olga", "84951234567": "olga", "4951234567": "olga",
    "+7 (495) 123-45-67": "olga", "8 495 123-45-67": "olga", "8(495)1234568": "",
    "+44 20 7946 0017": "ivan", "020 7946 0017": "ivan", "442079": "ivan",
    "olga@bal": "olga", "OLGA@BAL.EXAMPLE.ORG": "olga", "bal.example": "olga", "ivan.lee": "ivan",
    "example.com": "ivan", "student": "olga",
    "17": "olga ivan", "№17": "olga", "№ 17": "olga", "#17": "olga", "№18": "ivan", "№170": "",
    "№999999999999999999": "", "9" * 40: "", "018": "ivan", "ivan 17": "ivan",
    "50%": "odd", "5%": "", "%": "odd", "a_b": "odd", "a_": "odd", "axb": "", "_": "odd",
    "c*d": "odd", "c*": "odd", "*": "odd", "c*g": "", "з*еж": "odd", "вяз*еж": "odd", "вяз*жж": "",
    "e[f]g": "odd", "[f]": "odd", "[a-z]": "", "e[": "odd", "efg": "", "?l": "odd", "?": "odd",
    "?ван": "", '"h"': "odd", '"': "odd", '"иван"': "", "i'j": "odd", "'": "odd", "\\k": "odd",
    "\\": "odd", "/": "", "a/b": "", "' OR 1=1 --": "", "search_text:иван": "", "иван OR ольга": "",
    "иван*": "", "^иван": "", "-": "", "кракозябра": "", "": "olga ivan odd",
    "   ": "olga ivan odd",
}  # fmt: skip


async def test_what_is_typed(guests: Guests) -> None:
    found = {text: await guests.found(text) for text in FOUND}
    assert found == {text: set(names.split()) for text, names in FOUND.items()}


async def test_together_with_the_other_filters(guests: Guests) -> None:
    assert await guests.found("17", ticket_type="Student") == {"olga"}
    assert await guests.found("17", status="approved") == set()
    assert await guests.found("и", status="submitted", ticket_type="VIP") == {"ivan", "odd"}


async def test_after_an_edit_the_new_is_found_and_not_the_old(guests: Guests) -> None:
    await guests.house.edit(guests.olga, name="Ольга Новосёлова")

    assert await guests.found("елкина") == set()
    assert await guests.found("новоселова") == {"olga"}
    assert await guests.found("4951234567") == {"olga"}


async def test_a_decision_changes_nothing(guests: Guests) -> None:
    await guests.house.services.review.approve_all(ADA, None, FormFilter())
    assert await guests.found("елкина", status="approved") == {"olga"}


async def test_a_deleted_form_is_found_nowhere(guests: Guests) -> None:
    await guests.house.services.forms.delete(ADA, guests.olga.id)

    for text in ("елкина", "17", "№17", "лк", "4567", "olga@", "student"):
        assert "olga" not in await guests.found(text)
    assert await guests.house.rows("SELECT search_text FROM forms WHERE id = 17") == [("",)]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_its_words_are_in_no_byte_of_the_file_and_no_entry_of_the_index(house: House) -> None:
    kept, again = await house.form(name="Зоя Лиственная"), await house.form(name="Зоя Третья")
    before = await index_bytes(house)
    gone = await house.form(name=SECRET)
    await house.edit(gone, name=SECRET + "-Вторая")
    await house.database.overwrite_deleted()
    assert SECRET.encode() in file_bytes(house)
    assert "нел" in terms(house)

    await house.services.forms.delete(ADA, gone.id)

    assert SECRET.encode() not in file_bytes(house)
    assert searchable(SECRET).encode() not in file_bytes(house)
    assert "нел" not in terms(house)
    assert await index_bytes(house) <= before
    assert await find(house, "зоя") == [again.id, kept.id]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_negative_control_an_index_that_is_not_tidied_keeps_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_forms: FormRepository) -> None: ...

    monkeypatch.setattr(FormRepository, "optimize_search", nothing)
    await house.form(name="Зоя Лиственная")
    before = await index_bytes(house)

    await house.services.forms.delete(ADA, (await house.form(name=SECRET)).id)

    assert await index_bytes(house) > before


async def index_bytes(house: House) -> int:
    """How much the index holds, whether it shows it or not."""
    [(size,)] = await house.rows("SELECT sum(length(block)) FROM forms_search_data WHERE id > 10")
    return int(size)


def file_bytes(house: House) -> bytes:
    """The database file and its log."""
    return b"".join(Path(path).read_bytes() for path in (name(house), name(house) + "-wal") if Path(path).exists())


def terms(house: House) -> set[str]:
    """Every trigram that the index knows."""
    connection = sqlite3.connect(name(house))
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, forms_search, row)")
        return {term for (term,) in connection.execute("SELECT term FROM terms")}
    finally:
        connection.close()


def name(house: House) -> str:
    return str(make_url(house.database.engine.url).database)
