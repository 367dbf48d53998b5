"""/stats: exact numbers of a small set that was counted by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from services.service_parts import ADA, House
from sqlalchemy import update

from bot.actor import Actor, Role
from bot.errors import Forbidden
from bot.questionnaire import load
from bot.services import RequestKey, Statistics
from bot.submission import Submission
from db.records import UserRecord
from db.tables import forms

EVERYTHING = """\
key = "ball"
version = 1
languages = ["en"]
timezone = "Asia/Kathmandu" # UTC+05:45
title = { en = "Ball" }

[[groups]]
key = "wishes"
label = { en = "Wishes" }

[[fields]]
key = "dances"
type = "multi_choice"
stats = true
label = { en = "Dances" }
choices = [
    { value = "Waltz", label = { en = "Waltz" } },
    { value = "Polka", label = { en = "Polka" } },
    { value = "Tango", label = { en = "Tango" } },
]

[[fields]]
key = "carriage"
type = "boolean"
stats = true
group = "wishes"
label = { en = "Carriage" }

[[fields]]
key = "children"
type = "integer"
stats = true
group = "wishes"
label = { en = "Children" }

[[fields]]
key = "secret"
type = "text"
label = { en = "Secret" }
"""


def answers(statistics: Statistics) -> Mapping[str, dict[str | bool, int]]:
    return {answers.field.path: dict(answers.counts) for answers in statistics.answers}


async def collected(house: House) -> Statistics:
    return await house.services.statistics.collect(ADA)


async def test_the_ball(house: House) -> None:
    def wishes(diet: str | None) -> dict[str, Any] | None:
        return {"dietary_requirements": diet} if diet else None

    house.clock.now = datetime(2026, 12, 1, 20, 59, 59, tzinfo=UTC)  # a second to midnight in Moscow
    await house.form(ticket_type="VIP", quantity=2, preferences=wishes("Вегетарианец"))
    house.clock.pass_(1)
    await house.form("approved", ticket_type="VIP", quantity=3, preferences=wishes("  вегетарианец "))
    await house.form("approved", ticket_type="Student", quantity=1, preferences=wishes("ВЕГЕТАРИАНЕЦ"))
    await house.form("rejected", ticket_type="Student", quantity=5, preferences=wishes("Веган"))
    house.clock.now = datetime(2026, 12, 4, 12, tzinfo=UTC)
    await house.form("needs_changes", ticket_type="Standard", quantity=4, preferences=wishes("Без глютена"))
    await house.form("cancelled", ticket_type="VIP", quantity=10, preferences=None)
    await house.form("draft", ticket_type="VIP", quantity=7, preferences=None)
    gone = await house.form("approved", ticket_type="VIP", quantity=9)
    await house.services.forms.delete(ADA, gone.id)
    house.clock.pass_(86_400)

    found = await collected(house)

    statuses = {"submitted": 1, "approved": 2, "rejected": 1, "needs_changes": 1, "cancelled": 1, "draft": 1}
    assert found.by_status == statuses
    assert (found.started, found.submitted, found.approved) == (7, 6, 2)
    assert found.days == [
        (date(2026, 12, 1), 1),
        (date(2026, 12, 2), 3),
        (date(2026, 12, 3), 0),
        (date(2026, 12, 4), 2),
        (date(2026, 12, 5), 0),
    ]
    folded = {path: {str(answer).casefold(): n for answer, n in each.items()} for path, each in answers(found).items()}
    assert folded == {
        "ticket_type": {"vip": 2, "student": 1, "standard": 1},
        "preferences.dietary_requirements": {"вегетарианец": 3, "без глютена": 1},
        "preferences.accessibility_needs": {},
    }
    assert list(answers(found)["ticket_type"]) == ["VIP", "Standard", "Student"], "as many: in the order of letters"
    [(field, sums)] = found.sums
    assert field.path == "quantity"
    assert sums == {
        "submitted": 2,
        "approved": 4,
        "rejected": 5,
        "needs_changes": 4,
        "cancelled": 10,
        "draft": 7,
    }


async def test_nothing_yet(house: House) -> None:
    found = await collected(house)
    assert (found.by_status, found.started, found.submitted, found.approved, found.days) == ({}, 0, 0, 0, [])
    assert all(counts == {} for counts in answers(found).values())
    assert [dict(sums) for _, sums in found.sums] == [{}]


async def test_every_type_that_is_counted_and_days_of_an_odd_time_zone(house: House, tmp_path: Path) -> None:
    (tmp_path / "questionnaire.toml").write_text(EVERYTHING)
    odd = House(house.database, load(tmp_path / "questionnaire.toml"))
    odd.clock.now = datetime(2026, 12, 1, 18, 14, 59, tzinfo=UTC)
    await fill(odd, {"dances": ["Waltz", "Polka"], "wishes": {"carriage": True, "children": -2}, "secret": "s"})
    odd.clock.pass_(1)
    await fill(odd, {"dances": ["Polka"], "wishes": {"carriage": False, "children": 5}})
    older = await fill(odd, {"dances": ["Tango", "Polka"], "wishes": {"carriage": True}})
    await fill(odd, {})

    found = await collected(odd)

    assert found.days == [(date(2026, 12, 1), 1), (date(2026, 12, 2), 3)]
    assert answers(found) == {
        "dances": {"Polka": 3, "Waltz": 1, "Tango": 1},
        "wishes.carriage": {True: 2, False: 1},
    }
    assert [dict(sums) for _, sums in found.sums] == [{"submitted": 3}]

    # As an older questionnaire might have asked it.
    words = update(forms).where(forms.c.id == older).values(form_data={"dances": "All", "wishes": {"children": "two"}})
    async with house.database.write() as connection:
        await connection.execute(words)
    found = await collected(odd)
    assert answers(found)["dances"] == {"Polka": 2, "Waltz": 1, "All": 1}
    assert [dict(sums) for _, sums in found.sums] == [{"submitted": 3}]


async def fill(house: House, given: dict[str, Any]) -> int:
    """A form of answers of one's own; its number."""
    user_id = next(house.numbers)
    key = RequestKey(uuid4(), "0" * 64)
    guest = Actor(user_id, Role.GUEST)
    stored = await house.services.forms.submit(
        guest, UserRecord(user_id, "Гость"), Submission(given, "submitted"), source="api", key=key
    )
    return stored.form.id


async def test_guests_see_none(house: House) -> None:
    with pytest.raises(Forbidden):
        await house.services.statistics.collect(Actor(1, Role.GUEST))
