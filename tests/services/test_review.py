"""Decisions: made, taken back, made by two admins at once, made for hundreds together."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from services.service_parts import ADA, ADA_USER, BOB, BOB_USER, NOON, House, at_once
from sqlalchemy import update

from bot.actor import API, Actor, Role
from bot.errors import AnswersInvalid, Forbidden, FormNotFound, TransitionNotAllowed, UndoTooLate
from bot.services import Card, Decision, FormFilter, FormRecord
from bot.services import review as review_module
from bot.services.statuses import Status
from bot.submission import Submission
from db.forms import FormRepository, to_record
from db.tables import forms

APPROVE = Decision(Status.APPROVED)
REJECT = Decision(Status.REJECTED, reason="no_places")
CHANGES = Decision(Status.NEEDS_CHANGES, note="Имя полностью", fields=("name", "phone"))


async def notices(house: House) -> list[Any]:
    """What the guests will be told: [(guest, about)], in order."""
    rows = await house.rows("SELECT chat_id, params FROM outbox WHERE kind = 'notice' ORDER BY id")
    return [(chat_id, _json(params)["about"]) for chat_id, params in rows]


def _json(value: Any) -> Mapping[str, Any]:
    import json  # noqa: PLC0415

    return json.loads(value) if isinstance(value, str) else value


async def history(house: House, form_id: int) -> list[tuple[Any, ...]]:
    query = "SELECT actor_id, action, from_status, to_status FROM form_events WHERE form_id = :id ORDER BY id"
    return await house.rows(query, id=form_id)


@pytest.mark.parametrize("decision", [APPROVE, REJECT, CHANGES])
async def test_a_decision(house: House, decision: Decision) -> None:
    form = await house.form()

    card = await house.services.review.decide(ADA, ADA_USER, form.id, decision)

    assert (card.form.status, card.form.version) == (decision.status, 2)
    assert card.guest is not None
    assert card.guest.first_name == "Гость"
    assert card.decision is not None
    assert card.decision.event.note == decision.note
    assert card.decision.event.details == (decision.details or None)
    assert card.decision.actor == ADA_USER
    assert card.undo_until == NOON + timedelta(seconds=60)
    assert card == await house.services.review.card(BOB, form.id)
    assert await notices(house) == [(form.user_id, decision.status)]
    assert (await history(house, form.id))[-1] == (ADA.id, "moved", "submitted", decision.status)


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        (Decision(Status.CANCELLED), Forbidden),
        (Decision(Status.SUBMITTED), Forbidden),
        (Decision(Status.REJECTED, reason="nonsense"), AnswersInvalid),
        (Decision(Status.REJECTED, note="x" * 1001), AnswersInvalid),
    ],
)
async def test_no_decision(house: House, decision: Decision, error: type[Exception]) -> None:
    form = await house.form()
    with pytest.raises(error):
        await house.services.review.decide(ADA, ADA_USER, form.id, decision)
    assert (await house.status(form.id), await notices(house)) == ("submitted", [])


@pytest.mark.parametrize("status", ["draft", "approved", "cancelled"])
async def test_what_does_not_wait_is_not_decided(house: House, status: str) -> None:
    form = await house.form(status)
    with pytest.raises(TransitionNotAllowed) as raised:
        await house.services.review.decide(BOB, None, form.id, REJECT)
    assert raised.value.current == status


async def test_guests_decide_nothing_and_nobody_decides_what_is_gone(house: House) -> None:
    form, guest, review = await house.form(), Actor(1, Role.GUEST), house.services.review
    for call in (
        review.decide(guest, None, form.id, APPROVE),
        review.undo(guest, form.id),
        review.card(guest, form.id),
        review.approve_all(guest, None, FormFilter()),
        review.history(guest, form.id),
    ):
        with pytest.raises(Forbidden):
            await call
    await house.services.forms.delete(ADA, form.id)
    for gone in (review.decide(ADA, None, form.id, APPROVE), review.undo(ADA, form.id), review.card(ADA, form.id)):
        with pytest.raises(FormNotFound):
            await gone


class TestUndo:
    async def decided(self, house: House) -> FormRecord:
        return (await house.services.review.decide(ADA, ADA_USER, (await house.form()).id, APPROVE)).form

    async def test_in_time_the_guest_hears_nothing(self, house: House) -> None:
        form = await self.decided(house)
        house.clock.pass_(60)

        card = await house.services.review.undo(ADA, form.id)

        assert (card.form.status, card.decision, card.undo_until) == ("submitted", None, None)
        assert await notices(house) == []
        assert (await history(house, form.id))[-1] == (ADA.id, "undone", "approved", "submitted")
        with pytest.raises(TransitionNotAllowed):
            await house.services.review.undo(ADA, form.id)
        await house.services.review.decide(BOB, BOB_USER, form.id, REJECT)
        assert await notices(house) == [(form.user_id, "rejected")]

    async def test_a_notice_that_is_under_way_is_followed_by_another(self, house: House) -> None:
        form = await self.decided(house)
        assert len(await house.services.outbox.claim(10)) == 1

        await house.services.review.undo(ADA, form.id)

        assert await notices(house) == [(form.user_id, "approved"), (form.user_id, "undone")]

    async def test_an_older_notice_stays(self, house: House) -> None:
        form = (await house.services.review.decide(ADA, None, (await house.form()).id, REJECT)).form
        house.clock.pass_(5)
        await house.edit(form, name="Иван Второй")
        await house.services.review.decide(ADA, None, form.id, APPROVE)

        await house.services.review.undo(ADA, form.id)

        assert await notices(house) == [(form.user_id, "rejected")]

    async def test_too_late(self, house: House) -> None:
        form = await self.decided(house)
        house.clock.pass_(60.001)
        with pytest.raises(UndoTooLate):
            await house.services.review.undo(ADA, form.id)
        assert (await house.services.review.card(ADA, form.id)).undo_until is None
        assert await house.status(form.id) == "approved"

    async def test_another_admin_s(self, house: House) -> None:
        form = await self.decided(house)
        for other in (BOB, API):
            with pytest.raises(Forbidden):
                await house.services.review.undo(other, form.id)
        assert await house.status(form.id) == "approved"

    async def test_after_the_guest_has_edited(self, house: House) -> None:
        form = await self.decided(house)
        await house.edit(form, name="Иван Второй")
        with pytest.raises(TransitionNotAllowed):
            await house.services.review.undo(ADA, form.id)
        card = await house.services.review.card(ADA, form.id)
        assert (card.form.status, card.decision) == ("submitted", None)

    async def test_after_an_admin_has_edited(self, house: House) -> None:
        form = await self.decided(house)
        await house.edit(form, BOB, name="Иван Второй")

        card = await house.services.review.undo(ADA, form.id)

        assert (card.form.status, card.form.form_data["name"]) == ("submitted", "Иван Второй")

    async def test_twice_at_once(self, house: House, beside: House) -> None:
        form = await self.decided(house)

        results = await at_once(
            lambda: house.services.review.undo(ADA, form.id), lambda: beside.services.review.undo(ADA, form.id)
        )

        assert Counter(map(type, results)) == {Card: 1, TransitionNotAllowed: 1}


async def test_an_approval_that_comes_with_an_edit_is_told_and_shown(house: House) -> None:
    """PUT with answers and a status at once."""
    form = await house.form()
    answers = {**form.form_data, "quantity": 3}
    await house.services.forms.update(ADA, form.id, Submission(answers, "approved"))

    assert await notices(house) == [(form.user_id, "approved")]
    card = await house.services.review.card(ADA, form.id)
    assert card.decision is not None
    assert card.decision.event.actor_id == ADA.id


async def race(house: House, beside: House, form: FormRecord) -> list[Any]:
    return await at_once(
        lambda: house.services.review.decide(ADA, ADA_USER, form.id, APPROVE),
        lambda: beside.services.review.decide(BOB, BOB_USER, form.id, REJECT),
    )


async def test_of_two_admins_at_once_one_wins(house: House, beside: House) -> None:
    for _ in range(5):
        form = await house.form()
        results = await race(house, beside, form)

        assert Counter(map(type, results)) == {Card: 1, TransitionNotAllowed: 1}
        [won] = [result for result in results if isinstance(result, Card)]
        [lost] = [result for result in results if isinstance(result, TransitionNotAllowed)]
        assert lost.current == won.form.status == await house.status(form.id)
        assert (await notices(house))[-1:] == [(form.user_id, won.form.status)]
    assert len(await notices(house)) == 5


def read_before_either_writes(monkeypatch: pytest.MonkeyPatch, form: FormRecord) -> None:
    """Both have read the form as it was before: without a lock, or from a page that is old."""

    async def stale(_forms: FormRepository, _form_id: int) -> FormRecord:
        return form

    monkeypatch.setattr(FormRepository, "get_for_change", stale)


async def test_what_was_read_before_does_not_overwrite(
    house: House, beside: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await house.form()
    read_before_either_writes(monkeypatch, form)

    results = await race(house, beside, form)

    assert sorted(type(result).__name__ for result in results) == ["Card", "VersionStale"]
    assert len(await notices(house)) == 1


async def test_negative_control_without_the_guard_both_win(
    house: House, beside: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unguarded(
        self: FormRepository, form: FormRecord, values: Mapping[str, Any], at: datetime
    ) -> FormRecord | None:
        query = update(forms).where(forms.c.id == form.id).values(version=form.version + 1, updated_at=at, **values)
        columns = [forms.c[name] for name in FormRecord.__dataclass_fields__]
        row = (await self._connection.execute(query.returning(*columns))).first()
        return None if row is None else to_record(row)

    form = await house.form()
    read_before_either_writes(monkeypatch, form)
    monkeypatch.setattr(FormRepository, "change", unguarded)

    results = await race(house, beside, form)

    assert Counter(map(type, results)) == {Card: 2}
    assert len(await notices(house)) == 2


class TestBulk:
    async def test_all_that_wait_and_only_they(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(review_module, "BULK", 3)
        waiting = [await house.form(ticket_type="VIP") for _ in range(7)]
        others = [await house.form("draft"), await house.form("rejected"), await house.form(ticket_type="Student")]
        gone = await house.form(ticket_type="VIP")
        await house.services.forms.delete(ADA, gone.id)

        assert await house.services.review.approve_all(ADA, ADA_USER, FormFilter(ticket_type="VIP")) == 7

        assert [await house.status(form.id) for form in waiting] == ["approved"] * 7
        assert [await house.status(form.id) for form in others] == ["draft", "rejected", "submitted"]
        told = [guest for guest, about in await notices(house) if about == "approved"]
        assert told == [form.user_id for form in waiting]
        for form in waiting:
            assert (await history(house, form.id))[-1] == (ADA.id, "moved", "submitted", "approved")
        assert (await house.services.review.card(ADA, waiting[0].id)).form.version == 2
        assert (await house.services.review.undo(ADA, waiting[0].id)).form.status == "submitted"
        assert await house.services.review.approve_all(ADA, ADA_USER, FormFilter(status="draft", ticket_type="X")) == 0

    async def test_what_one_person_waits_for_goes_before_what_was_done_to_many(self, house: House) -> None:
        many, one = [await house.form(ticket_type="Student") for _ in range(5)], await house.form(ticket_type="VIP")
        for number, form in enumerate([*many, one]):
            await house.services.conversations.remember(-100, number, form.id, "card")
        await house.services.review.approve_all(ADA, ADA_USER, FormFilter(ticket_type="Student"))
        await house.services.review.decide(ADA, ADA_USER, one.id, APPROVE)

        first = await house.services.outbox.claim(2)

        assert [(record.kind, record.form_id) for record in first] == [("notice", one.id), ("refresh", one.id)]

    async def test_what_comes_in_meanwhile_is_left_out(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(review_module, "BULK", 2)
        waiting, late = [await house.form() for _ in range(4)], []
        move_all = FormRepository.move_all

        async def one_more(self: FormRepository, *arguments: Any, **options: Any) -> Any:
            moved = await move_all(self, *arguments, **options)
            house.clock.pass_(1)
            late.append(1)
            return moved

        monkeypatch.setattr(FormRepository, "move_all", one_more)
        task = asyncio.create_task(house.services.review.approve_all(ADA, ADA_USER, FormFilter()))
        while not late:
            await asyncio.sleep(0)
        after = await house.form()

        assert await task == len(waiting)
        assert await house.status(after.id) == "submitted"

    async def test_while_another_admin_decides_some(
        self, house: House, beside: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(review_module, "BULK", 4)
        waiting = [await house.form() for _ in range(24)]

        async def reject_some() -> int:
            decided = 0
            for form in waiting[::-1][::2]:
                try:
                    await beside.services.review.decide(BOB, BOB_USER, form.id, REJECT)
                except TransitionNotAllowed:
                    continue
                decided += 1
            return decided

        approved, rejected = await at_once(
            lambda: house.services.review.approve_all(ADA, ADA_USER, FormFilter()), reject_some
        )

        assert not isinstance(approved, BaseException), approved
        assert not isinstance(rejected, BaseException), rejected
        statuses = Counter([await house.status(form.id) for form in waiting])
        assert statuses == Counter({"approved": approved, "rejected": rejected}) - Counter()
        assert approved + rejected == 24
        assert sorted(guest for guest, _ in await notices(house)) == [form.user_id for form in waiting]
        assert Counter(about for _, about in await notices(house)) == statuses
