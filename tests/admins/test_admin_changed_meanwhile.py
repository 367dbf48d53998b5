"""A guest changes a form that an admin is reading: nobody decides on answers that were not read."""

import pytest
from admins.admin_parts import Desk, Seat, buttons
from world import Json, example

from bot.services.statuses import Status

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def read_then_changed(desk: Desk, admin: int, guest: int) -> tuple[int, Json, dict[str, str]]:
    """A form that its guest changes after the admin has read its card: number, card, and the buttons that were read."""
    number = await desk.form(guest)
    card = await desk.seat(admin).card(number)
    await change(desk, guest, number)
    return number, card, buttons(card)


async def change(desk: Desk, guest: int, number: int) -> None:
    answer = await desk.put(guest, number, form_data=example() | {"quantity": 9})
    assert answer.status == 200, answer.body


async def press(seat: Seat, card: Json, data: str) -> Json:
    return await seat.desk.raw_press(seat.user_id, seat.chat_id, card["message_id"], data)


def changed_words(seat: Seat, number: int) -> str:
    return seat.label("changed-meanwhile", number=str(number))


async def test_an_approval_of_what_was_not_read_is_not_one(desk: Desk, admin: int, guest: int) -> None:
    seat = desk.seat(admin)
    number, card, read = await read_then_changed(desk, admin, guest)

    said = await press(seat, card, read[seat.label("button-approve")])

    assert said["text"] == changed_words(seat, number)
    assert said["show_alert"]
    assert await desk.status(number) == Status.SUBMITTED
    shown = await seat.until(card, ": 9")
    await seat.tap(shown, "button-approve")
    assert await desk.status(number) == Status.APPROVED


async def test_a_button_without_a_version_decides(desk: Desk, admin: int, guest: int) -> None:
    """The control: the same press, as an older release's card sends it."""
    number, card, read = await read_then_changed(desk, admin, guest)
    versionless = read[desk.seat(admin).label("button-approve")].rpartition(":")[0]
    await press(desk.seat(admin), card, versionless)
    assert await desk.status(number) == Status.APPROVED


async def test_a_ready_made_reason_is_for_what_was_read(desk: Desk, admin: int, guest: int) -> None:
    seat = desk.seat(admin)
    number = await desk.form(guest)
    card = await seat.card(number)
    await seat.tap(card, "button-reject")
    read = buttons(await seat.now(card))
    await change(desk, guest, number)

    said = await press(seat, card, next(data for data in read.values() if data.startswith("f:because:")))

    assert said["text"] == changed_words(seat, number)
    assert await desk.status(number) == Status.SUBMITTED


async def test_fields_to_change_are_of_what_was_read(desk: Desk, admin: int, guest: int) -> None:
    seat = desk.seat(admin)
    number = await desk.form(guest)
    card = await seat.card(number)
    await seat.tap(card, "button-changes")
    await press(seat, card, next(iter(buttons(await seat.now(card)).values())))
    read = buttons(await seat.now(card))
    await change(desk, guest, number)

    said = await press(seat, card, read[seat.label("button-send-changes")])

    assert said["text"] == changed_words(seat, number)
    assert await desk.status(number) == Status.SUBMITTED


@pytest.mark.parametrize("way", ["button-typed-reason", "button-word-changes"])
async def test_typed_words_are_about_what_was_read(desk: Desk, admin: int, guest: int, way: str) -> None:
    seat = desk.seat(admin)
    number = await desk.form(guest)
    card = await seat.card(number)
    await seat.tap(card, "button-reject" if "reason" in way else "button-changes")
    await seat.tap(card, way)
    prompt = await seat.read("/cancel", after=card["message_id"])
    await change(desk, guest, number)

    await seat.ask("Только один билет", changed_words(seat, number), reply_to=prompt["message_id"])

    assert await desk.status(number) == Status.SUBMITTED
