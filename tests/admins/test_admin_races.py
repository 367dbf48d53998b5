"""Two admins press at once: of two decisions one counts, and the other admin is told whose."""

import asyncio
from typing import Any

import pytest
from admins.admin_parts import BORIS, NAMES, Desk, at_once, buttons
from world import ADA

from bot.handlers import cards
from bot.services import Decision, review
from bot.services.statuses import Status

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROUNDS = 6


async def race(desk: Desk, number: int) -> dict[int, str]:
    """Ada approves and Boris rejects at the same moment, each on their own card; what popped up for each."""
    ada, boris = desk.seat(ADA), desk.seat(BORIS)
    card, theirs = await asyncio.gather(ada.card(number), boris.card(number))
    await boris.tap(theirs, "button-reject")
    refusal = next(text for text in buttons(await boris.now(theirs)) if "Мест больше нет" in text)
    said = await at_once(ada.tap(card, "button-approve"), boris.press(theirs, refusal))
    return dict(zip((ADA, BORIS), said, strict=True))


def _of_any_version(status: Status, *, seen: int | None, **given: Any) -> Decision:
    del seen
    return Decision(status, **given)


async def decisions(desk: Desk, number: int) -> list[int]:
    return [who for who, action, _ in await desk.history(number) if action == "moved"]


async def test_of_two_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    for _ in range(ROUNDS):
        number = await desk.form()
        said = await race(desk, number)

        [winner] = await decisions(desk, number)
        loser = BORIS if winner == ADA else ADA
        assert NAMES[winner] in said[loser], said
        assert NAMES[loser] not in said[winner], said
        assert await desk.notices(number) == 1


async def test_without_the_guards_both_would_have_decided(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "check_transition", lambda *_: None)
    monkeypatch.setattr(cards, "Decision", _of_any_version)
    number = await desk.form()
    await race(desk, number)
    await desk.quiet()
    assert sorted(await decisions(desk, number)) == [ADA, BORIS]
    assert await desk.notices(number) == 2
