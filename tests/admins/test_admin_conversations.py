"""A word to a guest through the bot, and what comes back."""

import pytest
from admins.admin_parts import BORIS, Desk, Seat, buttons
from world import ADA, IVAN, VERA, Json

from bot.actor import API
from bot.web.keys import SERVICES

pytestmark = pytest.mark.asyncio(loop_scope="module")
OTHER = {ADA: BORIS, BORIS: ADA}
PEOPLE = pytest.mark.parametrize(("admin", "guest"), [(ADA, IVAN), (BORIS, VERA)])
FRAME = {IVAN: "Организаторы пишут об анкете", VERA: "The organisers write about form"}


async def word(desk: Desk, admin: int, guest: int, text: str) -> tuple[int, Json, Json]:
    """The admin's word about a new form: its number, its card, what the guest reads."""
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-word")
    prompt = await seat.read("/cancel", after=card["message_id"])
    assert (await seat.ask(text, reply_to=prompt["message_id"]))["text"] == seat.label(
        "word-passed", number=str(number)
    )
    told = await desk.seat(guest).when_told(number, text)
    assert FRAME[guest] in told["text"]
    await desk.quiet()
    return number, card, told


@pytest.mark.parametrize("replied", [True, False], ids=["in reply", "as the next message"])
async def test_there_and_back_and_there_again(desk: Desk, admin: int, guest: int, replied: bool) -> None:  # noqa: FBT001
    number, card, told = await word(desk, admin, guest, "Будете <вдвоём> & с детьми? 🎄")
    seat, other, at_home = desk.seat(admin), desk.seat(OTHER[admin]), desk.seat(guest)
    theirs = await other.card(number)

    said = await at_home.ask("Да, <b>вдвоём</b> & с ёлкой", reply_to=told["message_id"] if replied else None)
    assert said["text"] == at_home.label("word-answered")
    for place, under in ((seat, card), (other, theirs)):
        answer = await place.read("Да, <b>вдвоём</b> & с ёлкой", after=under["message_id"])
        assert answer["reply_to_message"]["message_id"] == under["message_id"]
        assert f"№ {number}" in answer["text"]

    await desk.quiet()
    await other.ask("Тогда ждём!", other.label("word-passed", number=str(number)), answer["message_id"])
    await at_home.when_told(number, "Тогда ждём!")
    await other.tap(answer, "button-open-form", number=str(number))
    opened = await other.card(number, after=answer["message_id"])
    assert other.label("button-approve") in buttons(opened)
    told_of = [(who, action) for who, action, _ in await desk.history(number)]
    assert told_of == [(guest, "created"), (admin, "word"), (guest, "answer"), (OTHER[admin], "word")]


@PEOPLE
async def test_a_picture_or_too_many_words_are_refused_kindly(desk: Desk, admin: int, guest: int) -> None:
    number, _, told = await word(desk, admin, guest, "Пришлите, пожалуйста, имя спутника")
    at_home = desk.seat(guest)
    assert await at_home.photo(told) == at_home.label("text-only")
    long = await at_home.ask("😀" * 1_001, reply_to=told["message_id"])
    assert "2" in long["text"]
    assert [action for _, action, _ in await desk.history(number)] == ["created", "word"]

    await at_home.ask("😀" * 1_000, at_home.label("word-answered"), told["message_id"])
    answer = await desk.seat(admin).when_told(number, "😀" * 1_000)
    assert answer, "nothing is cut off"


async def test_an_old_prompt_waits_for_a_reply_only(desk: Desk) -> None:
    number = await desk.form()
    ada = desk.seat(ADA)
    card = await ada.card(number)
    await ada.tap(card, "button-word")
    await ada.read("/cancel", after=card["message_id"])
    await desk.age_messages(ADA, minutes=16)
    assert (await ada.ask("это никому"))["text"] == ada.label("fallback-admin")
    assert [action for _, action, _ in await desk.history(number)] == ["created"]


async def asked(seat: Seat, number: int, *taps: str) -> Json:
    """The admin is asked for words about a form, and has not written any: the prompt."""
    card = await seat.card(number)
    for tap in taps:
        await seat.tap(card, tap)
    return await seat.when_told(number, "/cancel")


async def test_a_prompt_left_behind_takes_no_words_meant_for_another(desk: Desk, admin: int, guest: int) -> None:
    left, meant, seat = await desk.form(guest), await desk.form(guest), desk.seat(admin)
    await asked(seat, left, "button-reject", "button-typed-reason")
    await asked(seat, meant, "button-word")
    await seat.ask("До встречи!", seat.label("word-passed", number=str(meant)))
    assert (await seat.ask("Спасибо"))["text"] == seat.label("fallback-admin")
    assert await desk.status(left) == "submitted"
    assert [action for _, action, _ in await desk.history(left)] == ["created"]


@pytest.mark.parametrize("turn", ["button-back", "button-history", "/my", "another card"])
async def test_who_turns_away_is_asked_no_more(desk: Desk, admin: int, guest: int, turn: str) -> None:
    number, seat = await desk.form(guest), desk.seat(admin)
    prompt = await asked(seat, number, "button-reject", "button-typed-reason")
    if turn == "another card":
        await seat.tap(await seat.card(await desk.form(guest)), "button-approve")
    elif turn.startswith("/"):
        await seat.ask(turn)
    else:
        await seat.tap(await seat.card(number), "button-back")
        if turn != "button-back":
            await seat.tap(await seat.card(number), turn)
    assert (await seat.ask("Спасибо"))["text"] == seat.label("fallback-admin")
    closed = await seat.ask("Мест нет", reply_to=prompt["message_id"])
    assert closed["text"] == seat.label("prompt-closed")
    assert await desk.status(number) == "submitted"


async def test_who_reads_on_about_the_form_is_still_asked(desk: Desk, admin: int, guest: int) -> None:
    """The control: the same words, with nothing in between but a look at the answers."""
    number, seat = await desk.form(guest), desk.seat(admin)
    await asked(seat, number, "button-word")
    await seat.tap(await seat.card(number), "button-answers")
    await seat.ask("Ждём!", seat.label("word-passed", number=str(number)))


async def test_a_word_delivered_twice_arrives_once(desk: Desk, admin: int, guest: int) -> None:
    number, seat, at_home = await desk.form(guest), desk.seat(admin), desk.seat(guest)
    await asked(seat, number, "button-word")
    await again(desk, admin, "Ждём вас к шести")
    told = await at_home.when_told(number, "Ждём вас к шести")
    await again(desk, guest, "Будем к семи", told["message_id"])
    await desk.quiet()
    said = [(who, action) for who, action, _ in await desk.history(number)]
    assert said == [(guest, "created"), (admin, "word"), (guest, "answer")]
    assert sum("Ждём вас к шести" in message["text"] for message in at_home.messages()) == 1
    # The control: the same words in another message are said twice.
    await desk.raw_reply(guest, guest, told["message_id"], "Будем к семи")
    assert [action for _, action, _ in await desk.history(number)] == ["created", "word", "answer", "answer"]


async def again(desk: Desk, user_id: int, text: str, reply_to: int = 0) -> None:
    """The same message in two updates; the answer is the same."""
    update = desk.update_of(user_id, user_id, reply_to, text)
    first = await desk.world.deliver(update)
    second = await desk.world.deliver(update | {"update_id": next(desk.world.update_ids)})
    assert first.json["text"] == second.json["text"]


async def test_after_a_deletion_nobody_is_written_to(desk: Desk) -> None:
    number, card, told = await word(desk, ADA, IVAN, "Вопрос")
    await desk.seat(IVAN).ask("Ответ", desk.seat(IVAN).label("word-answered"), told["message_id"])
    answer = await desk.seat(ADA).read("Ответ", after=card["message_id"])
    await desk.quiet()
    await desk.delete(IVAN, number)

    gone = await desk.seat(IVAN).ask("Ещё ответ", reply_to=told["message_id"])
    assert gone["text"] == desk.seat(IVAN).label("form-gone")
    gone = await desk.seat(ADA).ask("Ещё вопрос", reply_to=answer["message_id"])
    assert gone["text"] == desk.seat(ADA).label("form-gone")
    [(notes,)] = await desk.world.rows("SELECT count(note) FROM form_events WHERE form_id = :id", id=number)
    assert notes == 0


@PEOPLE
async def test_a_word_to_a_guest_who_has_blocked_the_bot_comes_back(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await desk.people.block(guest)
    try:
        await seat.tap(card, "button-word")
        prompt = await seat.read("/cancel", after=card["message_id"])
        await seat.say("Вы где?", prompt["message_id"])
        told = await seat.when_told(number, {ADA: "was not delivered", BORIS: "не доставлено"}[admin])
        assert told["reply_to_message"]["message_id"] == card["message_id"]
        assert await desk.world.rows("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL") == [(1,)]
    finally:
        await desk.people.unblock(guest)
        await desk.world.app[SERVICES].outbox.dismiss_undelivered(API)
        desk.excused.add("Forbidden: bot was blocked by the user")
