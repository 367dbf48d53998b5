"""What an admin reads stays until they go on: a second press, a button that is over, an answer that comes meanwhile."""

import pytest
from admins.admin_parts import Desk, Seat, at_once, buttons
from world import Json, example, until

from bot.services.statuses import Status

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def review_of(seat: Seat, name: str) -> Json:
    """The review of the waiting forms of a name, whose cards have all come."""
    await seat.desk.quiet()
    page = await seat.ask(f"/forms {name}", "№ ")
    await seat.tap(page, "button-filter-status")
    await seat.press(page, next(text for text in buttons(await seat.now(page)) if text.startswith("⏳")))
    await seat.tap(page, "button-review")
    return await seat.now(page)


@pytest.mark.parametrize("together", [False, True], ids=["in turn", "at once"])
async def test_a_second_tap_in_review_leaves_the_next_form_there(
    desk: Desk,
    admin: int,
    guest: int,
    together: bool,  # noqa: FBT001
) -> None:
    name, seat = f"Дважды{together}", desk.seat(admin)
    first, second = [await desk.form(guest, name=f"{name} {number}") for number in (1, 2)]
    page = await review_of(seat, name)
    data = buttons(page)[seat.label("button-approve")]
    presses = [desk.raw_press(admin, admin, page["message_id"], data) for _ in range(2)]
    said = await at_once(*presses) if together else [await press for press in presses]

    repeated = [answer for answer in said if answer.get("text") == yours(seat, first)]
    assert len(repeated) == 1, said
    assert not repeated[0].get("show_alert")
    await desk.quiet()
    assert f"№ {second} ·" in (await seat.now(page))["text"]
    await seat.tap(page, "button-approve")
    assert [await desk.status(number) for number in (first, second)] == ["approved", "approved"]


def yours(seat: Seat, number: int) -> str:
    status = {"en": "approved", "ru": "одобрена"}
    return seat.label("already-yours", number=str(number), status=status["en" if seat.user_id == 1003 else "ru"])


async def test_another_s_decision_is_shown_where_it_was_pressed(desk: Desk, admin: int, guest: int) -> None:
    """The control: who was not the one that decided is told so, loudly, and sees the card."""
    number, seat = await desk.form(guest, name="Другой админ"), desk.seat(admin)
    page = await review_of(seat, "Другой админ")
    await desk.decide(number, next(who for who in (1003, 1004) if who != admin))
    data = f"f:approve:{number}:"
    answer = await desk.raw_press(admin, admin, page["message_id"], data)
    assert answer["show_alert"]
    assert seat.label("button-approve") not in buttons(await seat.now(page))


@pytest.mark.parametrize("view", ["button-answers", "button-history"])
async def test_all_answers_stay_when_the_undo_is_over_but_not_when_they_change(
    desk: Desk, admin: int, guest: int, view: str
) -> None:
    number, seat = await desk.form(guest), desk.seat(admin)
    card = await seat.card(number)
    await desk.quiet()
    await seat.tap(card, "button-approve")
    await seat.tap(card, view)
    await desk.quiet()  # the other admin's card too: what it shows of the undo is over with this one's
    reading = (await seat.now(card))["text"]
    await desk.pass_time(number, 61)
    await until(lambda: tidied(desk, number))
    assert (await seat.now(card))["text"] == reading

    await desk.put(guest, number, form_data=example() | {"quantity": 9})
    await seat.until(card, ": 9")


async def tidied(desk: Desk, number: int) -> bool:
    """Nothing of a form waits any more."""
    waiting = "SELECT count(*) FROM outbox WHERE form_id = :id AND sent_at IS NULL AND dead_at IS NULL"
    return await desk.world.rows(waiting, id=number) == [(0,)]


async def test_an_answer_comes_under_the_card_that_was_opened_in_the_list(desk: Desk, admin: int, guest: int) -> None:
    number, seat = await desk.form(guest, name="Из списка"), desk.seat(admin)
    await seat.card(number)
    page = await seat.ask("/forms Из списка", f"№ {number}")
    await seat.press(page, f"№ {number}")
    await seat.tap(page, "button-word")
    prompt = await seat.read("/cancel", after=page["message_id"])
    await seat.ask("Вы придёте?", seat.label("word-passed", number=str(number)), prompt["message_id"])
    told = await desk.seat(guest).when_told(number, "Вы придёте?")
    await desk.seat(guest).ask("Приду обязательно", reply_to=told["message_id"])
    answer = await seat.when_told(number, "Приду обязательно")
    assert answer["reply_to_message"]["message_id"] == page["message_id"]


async def test_a_card_tells_when_its_guest_has_gone_and_when_they_are_back(desk: Desk, admin: int, guest: int) -> None:
    number, seat = await desk.form(guest), desk.seat(admin)
    card = await seat.card(number)
    await desk.quiet()
    await desk.people.block(guest)
    try:
        await seat.until(card, seat.label("card-guest-blocked"))
    finally:
        await desk.people.unblock(guest)
    await seat.when(card, lambda shown: seat.label("card-guest-blocked") not in shown["text"])
    assert await desk.status(number) == Status.SUBMITTED
