"""The export as the chat asks for it: a file in a folder, its progress, and for whom."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from bot.actor import Actor, Role
from bot.errors import Forbidden
from bot.locales import texts_of
from bot.questionnaire import Questionnaire, load
from bot.services import Decision, ExportOrder, FormFilter, RequestKey, Services, UserRecord, create_services, exports
from bot.services.statuses import Status
from bot.submission import Submission
from db.engine import Database
from db.migrate import upgrade

NOW = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # after midnight in Moscow
ADMIN = Actor(7, Role.ADMIN)
HEAD = """
timezone = "Europe/Moscow"
[[reject_reasons]]
key = "no_places"
text = { ru = "Мест нет.", en = "No places left." }
"""
QUESTIONS = Path("tests/miniapp/every_type.toml")
ANSWERS: dict[str, Any] = {
    "name": "Вера",
    "about": "раз\nдва",
    "age": 35,
    "ticket": "b",
    "dances": ["waltz", "tango"],
    "alone": False,
    "party": {"companion": "Анна", "birthday": "1990-01-31"},
    "data_consent": True,
}


@pytest.fixture
def questionnaire(tmp_path: Path) -> Questionnaire:
    """A question of every kind, in Moscow's time."""
    head, groups, rest = QUESTIONS.read_text("utf-8").partition("[[groups]]")
    file = tmp_path / "questionnaire.toml"
    file.write_text(head + HEAD + groups + rest, "utf-8")
    return load(file)


@pytest_asyncio.fixture
async def services(database_url: str, questionnaire: Questionnaire) -> AsyncIterator[Services]:
    """Services over an empty database."""
    database = Database(database_url)
    await upgrade(database)
    made = create_services(database, questionnaire, lambda: NOW)
    yield made
    await made.forms.close()
    await database.close()


async def store(services: Services, count: int, status: str = "submitted") -> list[int]:
    """Forms of so many guests; their numbers."""
    stored = [
        await services.forms.submit(
            Actor(number, Role.GUEST),
            UserRecord(number, "=Вера", "<r>Гость</r>", "vera"),
            Submission(ANSWERS, status),
            source="mini_app",
            key=RequestKey(uuid4(), "0" * 64),
        )
        for number in range(100, 100 + count)
    ]
    return [each.form.id for each in stored]


def order(kind: str, language: str = "ru") -> ExportOrder:
    return ExportOrder(FormFilter(), kind, language, texts_of(language).plain)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_progress_and_name(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(exports, "PAGE", 2)
    monkeypatch.setattr(exports, "PROGRESS_EVERY", 0)
    await store(services, 5)
    told: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        told.append((done, total))

    exported = await services.exports.export_file(ADMIN, order(kind), tmp_path, progress)

    assert told == [(2, 5), (4, 5), (5, 5)]
    assert exported.count == 5
    assert exported.path == tmp_path / f"forms-2026-11-25.{kind}"
    assert exported.path.stat().st_size > 100


async def test_progress_is_told_once_in_a_while_only(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PAGE", 2)
    monkeypatch.setattr(exports, "PROGRESS_EVERY", 3600)
    await store(services, 5)

    async def progress(_done: int, _total: int) -> None:
        pytest.fail("not yet")

    await services.exports.export_file(ADMIN, order("csv"), tmp_path, progress)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_for_admins_only(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    guest = Actor(100, Role.GUEST)

    with pytest.raises(Forbidden):
        await services.exports.export_file(guest, order("xlsx"), folder)
    with pytest.raises(Forbidden):
        await anext(services.exports.csv(guest, order("csv")))
    assert list(folder.iterdir()) == []


async def test_cells_of_every_kind(services: Services, tmp_path: Path) -> None:
    await store(services, 1)

    xlsx = await services.exports.export_file(ADMIN, order("xlsx"), tmp_path)
    csv = await services.exports.export_file(ADMIN, order("csv", "en"), tmp_path)

    _, row = load_workbook(xlsx.path).active.iter_rows()  # type: ignore[union-attr] # a sheet, not a chart
    assert [cell.value for cell in row[2:]] == [
        datetime(2026, 11, 25, 0, 30), 100, "=Вера <r>Гость</r>", "t.me/vera",  # noqa: DTZ001 - as a spreadsheet has it
        "Вера", "раз\nдва", None, None, 35, "Б", "Вальс, Танго", False, "Анна",
        datetime(1990, 1, 31), True, None,  # noqa: DTZ001
    ]  # fmt: skip
    assert "".join(cell.data_type for cell in row) == "nsdnssssnnnssbsdbn"
    assert row[15].number_format == "dd.mm.yyyy"
    lines = csv.path.read_text("utf-8-sig").replace("\r\n", "\n").partition("\n")[2]
    own = "1,Waiting for review,2026-11-25 00:30:00,100,'=Вера <r>Гость</r>,t.me/vera"
    assert lines == f'{own},Вера,"раз\nдва",,,35,B,"Waltz, Tango",no,Анна,1990-01-31,yes,\n'


async def test_the_decision_that_stands_is_told_in_words(services: Services, tmp_path: Path) -> None:
    rejected, returned, approved, resubmitted = await store(services, 4)
    changes = Decision(Status.NEEDS_CHANGES, note="проверьте", fields=("phone", "party.companion", "gone"))
    decisions = {
        rejected: Decision(Status.REJECTED, reason="no_places"),
        returned: changes,
        approved: Decision(Status.APPROVED),
        resubmitted: changes,
    }
    for number, decision in decisions.items():
        await services.review.decide(ADMIN, UserRecord(7, "Ада"), number, decision)
    await services.forms.update(Actor(103, Role.GUEST), resubmitted, Submission(ANSWERS))

    exported = await services.exports.export_file(ADMIN, order("xlsx"), tmp_path)

    rows = [row for sheet in load_workbook(exported.path) for row in sheet.iter_rows(2, values_only=True)]
    assert {row[0]: (row[1], row[-1]) for row in rows} == {
        rejected: ("Отклонена", "Мест нет."),
        returned: ("Нужны изменения", "Телефон, Кто с вами, gone: проверьте"),
        approved: ("Одобрена", None),
        resubmitted: ("Ждёт решения", None),
    }
