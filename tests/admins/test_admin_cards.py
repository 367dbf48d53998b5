"""A form's card, and every decision that is made on it."""

import re

import pytest
from admins.admin_parts import BORIS, EVE, Desk, buttons
from rest.rest_parts import FORMS
from world import ADA, IVAN, VERA, Json

from bot.handlers.desk import Desk as BotsDesk
from bot.services import consequences

pytestmark = pytest.mark.asyncio(loop_scope="module")
ADMINS = pytest.mark.parametrize(("admin", "guest"), [(ADA, IVAN), (BORIS, VERA)])
OTHER = {ADA: BORIS, BORIS: ADA}
WHO = {ADA: "Ada", BORIS: "Борис"}
MOMENT = {ADA: r"\d\d \w{3} \d{4} \d\d:\d\d", BORIS: r"\d\d\.\d\d\.\d{4} \d\d:\d\d"}
APPROVED = {ADA: "✅ Approved: ", BORIS: "✅ Одобрено: "}
REJECTED = {ADA: "❌ Rejected: ", BORIS: "❌ Отклонено: "}
CHANGES = {ADA: "✏️ Asked for changes: ", BORIS: "✏️ Отправлено на доработку: "}
NOTICE = {
    "approved": {IVAN: "одобрена. Ждём вас!", VERA: "is approved. We look forward"},
    "rejected": {IVAN: "К сожалению, анкета", VERA: "Unfortunately, form"},
    "needs_changes": {IVAN: "нужно немного изменить", VERA: "needs a small change"},
    "undone": {IVAN: "пока отозвано", VERA: "is withdrawn for now"},
}


async def notice(desk: Desk, guest: int, form_id: int, about: str) -> Json:
    """What the guest reads, in the guest's own language."""
    message = await desk.seat(guest).when_told(form_id, NOTICE[about][guest])
    assert NOTICE[about][guest] in message["text"]
    return message


@ADMINS
async def test_a_form_reaches_each_admin_as_a_card_in_their_language(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest, name="Анна <b>Каренина</b> & Co")
    card = await desk.seat(admin).card(number)

    shown, text = card["text"], desk.seat(admin).label
    title = {ADA: f"⏳ Form № {number} · waiting for review", BORIS: f"⏳ Анкета № {number} · ждёт решения"}
    assert shown.startswith(title[admin])
    assert "Анна <b>Каренина</b> & Co" in shown
    assert f"{ {ADA: 'Ticket', BORIS: 'Билет'}[admin] }: VIP" in shown
    assert f"{ {ADA: 'How many tickets', BORIS: 'Сколько билетов'}[admin] }: 2" in shown
    assert "Вегетарианец" in shown
    assert "ivan@example.com" not in shown, "the card shows only the answers that matter"
    names = ("approve", "reject", "changes", "answers", "history", "word")
    assert list(buttons(card)) == [text(f"button-{name}") for name in names]


@ADMINS
async def test_an_approval_shows_everywhere_who_and_when_and_the_guest_knows(
    desk: Desk, admin: int, guest: int
) -> None:
    number = await desk.form(guest)
    seat, other = desk.seat(admin), desk.seat(OTHER[admin])
    card, theirs = await seat.card(number), await other.card(number)

    assert f"№ {number}" in await seat.tap(card, "button-approve")

    for place, message in ((seat, card), (other, theirs)):
        shown = await place.until(message, APPROVED[place.user_id])
        line = APPROVED[place.user_id] + WHO[admin] + ", " + MOMENT[place.user_id]
        assert re.search(line, shown["text"]), shown["text"]
        assert place.label("button-approve") not in buttons(shown)
    await notice(desk, guest, number, "approved")
    assert await desk.history(number) == [(guest, "created", "submitted"), (admin, "moved", "approved")]
    assert await desk.notices(number) == 1


async def test_the_pressed_card_shows_its_decision_at_once_and_is_edited_once(
    desk: Desk, admin: int, guest: int
) -> None:
    number, seat = await desk.form(guest), desk.seat(admin)
    card = await seat.card(number)
    await desk.quiet()
    for press, shows in (("button-approve", APPROVED[admin]), ("button-undo", seat.label("button-approve"))):
        await seat.tap(card, press)
        shown = await seat.now(card)
        assert shows in shown["text"] + "".join(buttons(shown))
    await seat.tap(card, "button-approve")
    await desk.quiet()
    assert len(await edits(desk, card)) == 3

    await desk.pass_time(number, 61)
    await seat.when(card, lambda shown: seat.label("button-undo") not in buttons(shown))


async def test_a_card_that_could_not_be_edited_by_hand_is_edited_by_the_outbox(
    desk: Desk, admin: int, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, seat = await desk.form(guest), desk.seat(admin)
    card = await seat.card(number)
    await desk.quiet()

    async def refused(*_arguments: object) -> str:
        return "busy"

    with monkeypatch.context() as patch:
        patch.setattr(BotsDesk, "show", refused)
        await seat.tap(card, "button-approve")
    assert APPROVED[admin] not in (await seat.now(card))["text"]
    await seat.until(card, APPROVED[admin])


async def edits(desk: Desk, message: Json) -> list[Json]:
    """The edits of a message."""
    place = (message["chat"]["id"], message["message_id"])
    calls = await desk.people.calls("editMessageText", limit=100_000)
    return [call for call in calls if (int(call["params"]["chat_id"]), int(call["params"]["message_id"])) == place]


@ADMINS
async def test_who_presses_too_late_is_told_by_whom_and_how_long_ago(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat, other = desk.seat(admin), desk.seat(OTHER[admin])
    card, theirs = await seat.card(number), await other.card(number)
    await seat.tap(card, "button-approve")
    await desk.quiet()
    await desk.pass_time(number, 300)

    answer = await desk.raw_press(other.user_id, other.chat_id, theirs["message_id"], f"f:reject:{number}:")

    words = {
        ADA: f"Form № {number} was already reviewed: approved. Decided 5 minutes ago by Борис.",
        BORIS: f"Анкета № {number} уже рассмотрена: одобрена. Решение принято 5 минут назад: Ada.",
    }
    assert answer["text"] == words[other.user_id]
    assert answer["show_alert"]
    assert await desk.status(number) == "approved"


@ADMINS
async def test_undo_within_a_minute_by_the_one_who_decided(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat, other = desk.seat(admin), desk.seat(OTHER[admin])
    card, theirs = await seat.card(number), await other.card(number)
    await seat.tap(card, "button-approve")
    await notice(desk, guest, number, "approved")
    await seat.until(card, APPROVED[admin])
    await other.until(theirs, APPROVED[other.user_id])

    refusal = await other.tap(theirs, "button-undo")
    assert refusal == other.label("undo-not-yours")
    assert await desk.status(number) == "approved"

    assert f"№ {number}" in await seat.tap(card, "button-undo")
    assert await desk.status(number) == "submitted"
    for place, message in ((seat, card), (other, theirs)):
        await place.when(message, lambda shown, place=place: place.label("button-approve") in buttons(shown))
    await notice(desk, guest, number, "undone")

    await seat.tap(card, "button-approve")
    await desk.quiet()
    await desk.pass_time(number, 61)
    await seat.when(card, lambda shown: seat.label("button-undo") not in buttons(shown))
    late = await desk.raw_press(admin, admin, card["message_id"], f"f:undo:{number}:")
    assert late["text"] == seat.label("undo-too-late")
    assert await desk.status(number) == "approved"


async def test_an_undo_before_the_notice_has_gone_leaves_the_guest_alone(desk: Desk, admin: int, guest: int) -> None:
    del guest  # Eva's chat hears nothing more from the outbox.
    await desk.hold(EVE)
    number = await desk.form(EVE)
    seat = desk.seat(admin)
    card = await seat.card(number)
    before = await desk.seat(EVE).last()

    await seat.tap(card, "button-approve")
    await seat.until(card, APPROVED[admin])
    assert await desk.notices(number) == 1
    await seat.tap(card, "button-undo")
    await seat.when(card, lambda shown: seat.label("button-approve") in buttons(shown))

    assert await desk.notices(number) == 0
    assert await desk.seat(EVE).last() == before


@ADMINS
async def test_a_rejection_for_a_ready_reason(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    reason = {
        ADA: "There are no places left.",
        BORIS: "Мест больше нет.",
        IVAN: "Мест больше нет.",
        VERA: "There are no places left.",
    }

    await seat.tap(card, "button-reject")
    choices = buttons(await seat.now(card))
    assert next(iter(choices)) == reason[admin]
    assert seat.label("button-typed-reason") in choices
    await seat.tap(card, "button-back")
    assert seat.label("button-approve") in buttons(await seat.now(card))
    assert await desk.status(number) == "submitted"

    await seat.tap(card, "button-reject")
    await seat.press(card, reason[admin])
    shown = await seat.until(card, REJECTED[admin])
    assert reason[admin] in shown["text"]
    assert reason[guest] in (await notice(desk, guest, number, "rejected"))["text"]


@pytest.mark.parametrize("replied", [True, False], ids=["in reply", "as the next message"])
async def test_a_rejection_in_own_words(desk: Desk, admin: int, guest: int, replied: bool) -> None:  # noqa: FBT001
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-reject")
    await seat.tap(card, "button-typed-reason")
    prompt = await seat.read(f"№ {number}", after=card["message_id"])
    assert prompt["reply_markup"]["force_reply"]
    assert prompt["reply_to_message"]["message_id"] == card["message_id"]

    answer = await seat.ask("ё" * 1_001, reply_to=prompt["message_id"])
    assert re.search(r"1\W?000", answer["text"]), answer["text"]
    assert await seat.photo(prompt) == seat.label("text-only")
    assert await desk.status(number) == "submitted"

    words = "Мест <нет> & не будет 💔"
    await seat.ask(words, f"№ {number}", prompt["message_id"] if replied else None)
    shown = await seat.until(card, REJECTED[admin])
    assert words in shown["text"]
    assert words in (await notice(desk, guest, number, "rejected"))["text"]
    assert (await seat.ask("ещё слово"))["text"] == seat.label("fallback-admin"), "what was asked is answered"


async def test_cancel_leaves_the_form_alone(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-reject")
    await seat.tap(card, "button-typed-reason")
    prompt = await seat.read("/cancel", after=card["message_id"])
    assert (await seat.ask("/cancel"))["text"] == seat.label("cancelled")
    assert (await seat.ask("передумал", reply_to=prompt["message_id"]))["text"] == seat.label("prompt-closed")
    assert await desk.status(number) == "submitted"


async def test_words_that_come_too_late_are_told_so_and_change_nothing(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat, other = desk.seat(admin), desk.seat(OTHER[admin])
    card, theirs = await seat.card(number), await other.card(number)
    await seat.tap(card, "button-reject")
    await seat.tap(card, "button-typed-reason")
    await other.tap(theirs, "button-approve")

    answer = await seat.ask("слишком поздно", f"№ {number}")

    assert WHO[other.user_id] in answer["text"]
    assert await desk.status(number) == "approved"
    assert (await seat.ask("ещё слово"))["text"] == seat.label("fallback-admin")


@ADMINS
async def test_changes_are_asked_for_by_field_and_with_a_word(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    field = {ADA: "E-mail", BORIS: "Электронная почта", IVAN: "Электронная почта", VERA: "E-mail"}
    phone = {ADA: "Phone", BORIS: "Телефон"}[admin]

    await seat.tap(card, "button-changes")
    assert seat.label("button-send-changes") not in buttons(await seat.now(card)), "nothing is ticked yet"
    await seat.press(card, f"◻️ {field[admin]}")
    await seat.press(card, f"◻️ {phone}")
    await seat.press(card, f"☑️ {phone}")
    assert f"☑️ {field[admin]}" in buttons(await seat.now(card))
    await seat.tap(card, "button-word-changes")
    prompt = await seat.read("/cancel", after=card["message_id"])
    await seat.say("Проверьте <адрес> 🙏", prompt["message_id"])

    shown = await seat.until(card, CHANGES[admin])
    assert field[admin] in shown["text"]
    assert phone not in shown["text"]
    told = await notice(desk, guest, number, "needs_changes")
    assert field[guest] in told["text"]
    assert "Проверьте <адрес> 🙏" in told["text"]
    [[edit], [_in_the_chat]] = told["reply_markup"]["inline_keyboard"]
    assert f"form={number}" in edit["web_app"]["url"]
    assert await desk.status(number) == "needs_changes"


async def test_changes_without_a_word(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-changes")
    empty = await desk.raw_press(admin, admin, card["message_id"], f"f:send:{number}:0")
    assert empty["text"] == seat.label("pick-a-field")
    await seat.press(card, f"◻️ { {ADA: 'Ticket', BORIS: 'Билет'}[admin] }")
    await seat.tap(card, "button-send-changes")
    await seat.until(card, CHANGES[admin])
    assert {IVAN: "Билет", VERA: "Ticket"}[guest] in (await notice(desk, guest, number, "needs_changes"))["text"]


@ADMINS
async def test_the_history_tells_it_all(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-reject")
    await seat.press(card, {ADA: "You have already sent such a form.", BORIS: "Такая анкета от вас уже есть."}[admin])
    await seat.until(card, REJECTED[admin])
    await seat.tap(card, "button-undo")
    await seat.tap(card, "button-history")

    lines = (await seat.now(card))["text"].splitlines()[2:]
    told = {
        ADA: ["submitted", "rejected, “You have already sent such a form.”", "decision undone"],
        BORIS: ["отправлена", "отклонена, «Такая анкета от вас уже есть.»", "решение отменено"],
    }
    assert [line.partition(": ")[2] for line in lines] == told[admin]
    assert all(WHO[admin] in line for line in lines[1:])
    await seat.tap(card, "button-back")
    assert seat.label("button-approve") in buttons(await seat.now(card))


async def test_an_approved_form_that_its_guest_edits_comes_as_a_new_card(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-approve")
    await seat.until(card, APPROVED[admin])

    changed = (await desk.world.request("GET", f"/api/form-data/{guest}/latest", desk.world.guest(guest))).json
    await desk.put(guest, number, form_data=changed["form_data"] | {"quantity": 7})

    new = await seat.card(number, after=card["message_id"])
    assert ": 7" in new["text"]
    changed_to = {ADA: "How many tickets · was approved", BORIS: "Сколько билетов · была одобрена"}[admin]
    assert changed_to in new["text"]
    await seat.tap(new, "button-history")
    assert {ADA: "answers changed (How many tickets), ", BORIS: "ответы изменены (Сколько билетов), "}[admin] in (
        await seat.now(new)
    )["text"]
    await seat.tap(new, "button-back")
    assert seat.label("button-approve") in buttons(new)
    await seat.when(card, lambda shown: seat.label("button-approve") in buttons(shown))

    await seat.tap(new, "button-approve")
    await seat.until(new, APPROVED[admin])
    await desk.put(guest, number, status="cancelled")
    given_up = await seat.card(number, after=new["message_id"])
    assert "🚫" in given_up["text"]
    answer = await desk.raw_press(admin, admin, card["message_id"], f"f:approve:{number}:")
    assert answer["text"] == seat.label("stands-otherwise", number=str(number), status=seat.label("status-cancelled"))
    assert await desk.status(number) == "cancelled"


async def test_a_deleted_form_leaves_cards_that_say_so(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest, name="Тайное Имя")
    seat = desk.seat(admin)
    card = await seat.card(number)
    await seat.tap(card, "button-answers")
    await desk.delete(guest, number)

    shown = await seat.until(card, "🗑")
    assert "Тайное" not in shown["text"]
    assert list(buttons(shown)) == [seat.label("button-history")]
    await seat.tap(card, "button-history")
    assert {ADA: "deleted", BORIS: "удалена"}[admin] in (await seat.now(card))["text"]
    assert await seat.tap(card, "button-back") == seat.label("form-gone")
    assert "🗑" in (await seat.now(card))["text"]
    for verb in ("card", "approve", "reject", "because", "typed", "changes", "send", "words", "answers", "ask", "undo"):
        argument = {"because": "no_places", "send": "1"}.get(verb, "")
        answer = await desk.raw_press(admin, admin, card["message_id"], f"f:{verb}:{number}:{argument}")
        assert answer["text"] == seat.label("form-gone"), verb


ROUNDS = 8


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
async def test_a_decision_while_a_card_is_on_its_way(
    desk: Desk,
    guarded: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not guarded:
        monkeypatch.setattr(consequences, "has_changed", never)
    # The decision may still come before the card is made, whatever the guard: then it proves nothing, and is repeated.
    fresh = [await decided_on_its_way(desk) for _ in range(2 if guarded else 1)]
    while not guarded and all(fresh) and len(fresh) < ROUNDS:
        fresh.append(await decided_on_its_way(desk))
    assert all(fresh) is guarded


async def decided_on_its_way(desk: Desk) -> bool:
    """Whether a card shows the decision that was made while it was being sent."""
    await desk.people.faults(slow=0.4, methods=["sendMessage"])
    try:
        number = await desk.form()
        await desk.claimed(number)
        await desk.world.request("PUT", f"{FORMS}/{number}", desk.world.admin, json={"status": "approved"})
        card = await desk.seat(ADA).card(number)
    finally:
        await desk.people.faults(slow=0)
    await desk.quiet()
    return "✅" in (await desk.seat(ADA).now(card))["text"]


async def never(*_: object) -> bool:
    """In the guard's place."""
    return False


async def test_form_opens_one_by_its_number_and_bears_rubbish(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    first = await seat.card(number)
    opened = await seat.ask(f"/form {number}", f"№ {number} ·")
    await seat.tap(opened, "button-approve")
    await seat.until(first, APPROVED[admin])
    await seat.until(opened, APPROVED[admin])
    assert (await seat.ask(f"/form №{number}", f"№ {number} ·"))["reply_markup"]

    for rubbish in ("/form", "/form семнадцать", "/form 1 2", "/form -1", "/form 1e3", "/form " + "9" * 30):
        assert "/form 17" in (await seat.ask(rubbish))["text"], rubbish
    for nobody in ("/form 0", "/form 999999999999999999"):
        assert (await seat.ask(nobody))["text"] == seat.label("form-gone"), nobody
