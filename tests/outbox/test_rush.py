"""A rush: a thousand forms in less than a minute; a decision for many guests at once. Telegram's limits are on."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence

import pytest
from outbox_parts import (
    GROUP,
    IN_GROUP,
    NOBODY,
    PRIVATELY,
    add_group,
    add_guests,
    drained,
    limited,
    notices,
    press,
    shown,
    submit,
    waiting,
)
from world import ADA, World, example, until

from bot.telegram import updates
from bot.telegram.limits import SendLimits

# As it is before the tests' own fixture puts another in its place.
TRAVEL = SendLimits.travel
THOUSAND = range(100_000, 101_000)


@pytest.mark.parametrize("overrides", [IN_GROUP])
async def test_a_thousand_forms_are_cards_or_counted_in_digests_and_no_limit_is_hit(world: World) -> None:
    await add_group(world)
    await world.people.faults(rate_limits=True)

    await submit(world, THOUSAND[:3])
    await drained(world, "card")
    await submit(world, THOUSAND[3:])
    await drained(world, "card", "digest")

    cards, digests = await shown(world, GROUP)
    assert await world.count("forms") == 1_000
    assert len(set(cards)) == len(cards) >= 3
    assert digests
    assert len(cards) + sum(count for count, _, _ in digests) == 1_000
    assert (await limited(world)) == 0
    # What is shown is what is stored: no form stands in two places or in none.
    folded = await world.rows("SELECT digest_id, form_id FROM outbox WHERE kind = 'card' AND digest_id IS NOT NULL")
    assert sorted([*cards, *(form_id for _, form_id in folded)]) == sorted(
        number for (number,) in await world.rows("SELECT id FROM forms")
    )
    stored = {digest: [form_id for folded_into, form_id in folded if folded_into == digest] for digest in dict(folded)}
    assert sorted(digests) == sorted((len(numbers), min(numbers), max(numbers)) for numbers in stored.values())


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", IN_GROUP)])
async def test_negative_control_without_folding_and_pace_telegram_refuses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: object, **__: object) -> int:
        return 0

    monkeypatch.setattr("bot.services.outbox.MOST_CARDS", 10**6)
    monkeypatch.setattr(SendLimits, "reserve", at_once)
    monkeypatch.setattr(SendLimits, "turn", at_once)
    await add_group(world)
    await world.people.faults(rate_limits=True)

    await submit(world, THOUSAND[:60])

    async def refused() -> bool:
        return await limited(world) > 1

    await until(refused)


@pytest.mark.parametrize("overrides", [NOBODY])
async def test_in_a_rush_every_guest_hears_that_the_form_has_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SendLimits, "travel", TRAVEL)
    guests = THOUSAND[:100]
    await rush(world, guests)

    async def heard() -> bool:
        return set((await notices(world, guests)).values()) == {1}

    await until(heard)
    assert (await limited(world)) == 0


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", NOBODY)])
async def test_negative_control_answers_that_all_travel_in_responses_are_lost(world: World) -> None:
    guests = THOUSAND[:100]
    await rush(world, guests)

    async def refused() -> bool:
        return await limited(world) > 0

    await until(refused)
    assert 0 in (await notices(world, guests)).values()


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", NOBODY)])
@pytest.mark.parametrize("patience", [10, 0], ids=["waits", "control: does not wait"])
async def test_a_stop_waits_for_the_answers_that_wait_for_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(SendLimits, "travel", TRAVEL)
    monkeypatch.setattr(updates, "FINISH_SECONDS", patience)
    guests = THOUSAND[:60]
    await rush(world, guests)
    await world.runner.cleanup()
    heard = set((await notices(world, guests)).values())
    assert heard == ({1} if patience else {0, 1})


async def rush(world: World, guests: Sequence[int]) -> None:
    """Forms sent from phones through Telegram, all at once."""
    add_guests(world, guests)
    await world.people.faults(rate_limits=True)
    form = json.dumps(example())
    await asyncio.gather(*(world.people.send_web_app_data(guest, form) for guest in guests))

    async def stored() -> bool:
        return await world.count("forms") == len(guests)

    await until(stored)


@pytest.mark.parametrize("overrides", [PRIVATELY])
async def test_one_decision_for_150_guests_reaches_each_once_and_no_limit_is_hit(world: World) -> None:
    guests = THOUSAND[:150]
    add_guests(world, guests)
    await world.people.send_text(ADA, "/start")
    await submit(world, guests)
    await drained(world, "card", "digest")
    await world.people.faults(rate_limits=True)

    await world.people.send_text(ADA, "/forms")
    await world.people.wait_for_message(ADA, "150")
    await press(world, ADA, "Open the list")
    await press(world, ADA, "Approve all")
    await press(world, ADA, "Yes")

    async def approved() -> bool:
        return await world.rows("SELECT count(*) FROM outbox WHERE kind = 'notice'") == [(150,)]

    await until(approved)
    await drained(world, "notice")
    assert Counter((await notices(world, guests, "🎉")).values()) == {1: 150}
    assert (await limited(world)) == 0
    assert await waiting(world) == 0
