"""`/forms`: counts, pages, filters, search, review one by one, many at once."""

import re

import pytest
from admins.admin_parts import BORIS, Desk, Seat, buttons
from world import ADA, IVAN, VERA, Json

from bot.services import outbox as outbox_service

pytestmark = pytest.mark.asyncio(loop_scope="module")
LANGUAGES = pytest.mark.parametrize("admin", [ADA, BORIS])
LEFT = {ADA: "Waiting for review: ", BORIS: "Ещё без решения: "}


def numbers(message: Json) -> list[int]:
    """The forms on a page, in order; each has its button."""
    _, _, lines = message["text"].partition("\n")
    shown = [int(number) for number in re.findall(r"№ (\d+)", lines)]
    assert [text for text in buttons(message) if text.startswith("№")] == [f"№ {number}" for number in shown]
    return shown


async def some(desk: Desk, count: int, name: str, **answers: object) -> list[int]:
    """So many forms of that name, and the admins' cards are there."""
    made = [await desk.form(IVAN, name=name, **answers) for _ in range(count)]
    await desk.quiet()
    return made


async def only_waiting(seat: Seat, message: Json) -> Json:
    """Filter a list: those that wait."""
    await seat.tap(message, "button-filter-status")
    await seat.press(message, f"⏳ {seat.label('status-submitted')}")
    return await seat.now(message)


async def search(seat: Seat, words: str) -> Json:
    return await seat.ask(f"/forms {words}", words.split(maxsplit=1)[0])


@LANGUAGES
async def test_the_first_screen_counts_by_status(desk: Desk, admin: int) -> None:
    await some(desk, 1, "Счёт")
    rows = dict(await desk.world.rows("SELECT status, count(*) FROM forms WHERE deleted_at IS NULL GROUP BY status"))
    home = await desk.seat(admin).ask("/forms", "/form 17")
    seat, total = desk.seat(admin), sum(rows.values())
    assert f": {total}" in home["text"] or f"{total} in all" in home["text"] or f"всего {total}" in home["text"]
    assert f"⏳ {seat.label('status-submitted')}: {rows['submitted']}" in buttons(home)
    await seat.tap(home, "button-all", count=total)
    await seat.tap(home, "button-home")
    assert (await seat.now(home))["text"] == home["text"]


async def test_pages_newest_first_forth_and_back(desk: Desk, admin: int) -> None:
    name = f"Листающий{admin}"
    made = await some(desk, 19, name)
    seat = desk.seat(admin)
    page = await search(seat, name.lower())
    first = numbers(page)
    assert first == made[::-1][:8]
    pages = []
    for _ in range(2):
        await seat.tap(page, "button-next-page")
        pages.append(numbers(await seat.now(page)))
    assert first + pages[0] + pages[1] == made[::-1]
    assert seat.label("button-next-page") not in buttons(await seat.now(page))
    await seat.tap(page, "button-previous-page")
    assert numbers(await seat.now(page)) == pages[0]
    await seat.tap(page, "button-previous-page")
    again = await seat.now(page)
    assert numbers(again) == first
    assert seat.label("button-previous-page") not in buttons(again)


async def test_the_waiting_ones_come_oldest_first(desk: Desk, admin: int) -> None:
    name = f"Ждущий{admin}"
    made = await some(desk, 10, name)
    seat = desk.seat(admin)
    page = await only_waiting(seat, await search(seat, name.lower()))
    assert seat.label("list-hint-oldest") in page["text"]
    assert numbers(page) == made[:8]
    await seat.tap(page, "button-next-page")
    assert numbers(await seat.now(page)) == made[8:]

    # Those of the second page are decided meanwhile: what is left is shown, not an empty page.
    second = buttons(await seat.now(page))[seat.label("button-previous-page")]
    for number in made[8:]:
        await desk.decide(number)
    forth = next(data for text, data in buttons(page).items() if text == seat.label("button-next-page"))
    assert second != forth
    await desk.raw_press(admin, admin, page["message_id"], forth)
    assert numbers(await seat.now(page)) == made[:8]


@LANGUAGES
async def test_filters_narrow_and_let_go(desk: Desk, admin: int) -> None:
    name = f"Отбор{admin}"
    [vip] = await some(desk, 1, name)
    [student] = await some(desk, 1, name, ticket_type="Student")
    await desk.decide(student)
    seat = desk.seat(admin)
    page = await search(seat, name.lower())
    ticket = {ADA: "Ticket", BORIS: "Билет"}[admin]

    await seat.press(page, ticket)
    await seat.press(page, {ADA: "Student", BORIS: "Студенческий"}[admin])
    assert numbers(await seat.now(page)) == [student]
    await seat.tap(page, "button-filter-status")
    await seat.press(page, f"⏳ {seat.label('status-submitted')}")
    assert seat.label("list-nothing") in (await seat.now(page))["text"]
    await seat.press(page, ticket)
    await seat.tap(page, "filter-any")
    assert numbers(await seat.now(page)) == [vip]
    await seat.tap(page, "button-filter-date")
    await seat.tap(page, "filter-today")
    assert numbers(await seat.now(page)) == [vip]
    assert {ADA: "since ", BORIS: "с "}[admin] in (await seat.now(page))["text"].splitlines()[0]
    await seat.tap(page, "button-filter-status")
    await seat.tap(page, "button-to-list")
    assert numbers(await seat.now(page)) == [vip]


async def test_search_by_name_phone_e_mail_and_number(desk: Desk) -> None:
    number = await desk.form(VERA, name="Ёлкина Жанна", phone="+7 912 555-77-31", email="zhanna@example.org")
    seat = desk.seat(BORIS)
    await desk.quiet()
    for words in ("жанна", "ЁЛКИНА", "елкина жан", "555-77-31", "7731", "zhanna@example.org", f"№{number}"):
        found = await seat.ask(f"/forms {words}", f"№ {number}")
        assert numbers(found) == [number], words
    assert f"Поиск «№ {number}»" in found["text"]
    nothing = await seat.ask("/forms <b>нет & такого</b>", "«<b>нет & такого</b>»")
    assert seat.label("list-nothing") in nothing["text"]


async def test_a_list_that_is_too_old_says_so(desk: Desk, admin: int) -> None:
    name = f"Старый{admin}"
    await some(desk, 1, name)
    seat = desk.seat(admin)
    page = await search(seat, name.lower())
    async with desk.world.database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM saved_filters")
    before = await seat.now(page)
    for text in buttons(page):
        if text != seat.label("button-home"):
            assert await seat.press(page, text) == seat.label("filter-expired"), text
    assert await seat.now(page) == before


async def test_a_form_opens_from_the_list_and_leads_back(desk: Desk, admin: int) -> None:
    name = f"Открытый{admin}"
    made = await some(desk, 2, name)
    seat = desk.seat(admin)
    page = await search(seat, name.lower())
    await seat.press(page, f"№ {made[0]}")
    assert (await seat.now(page))["text"].startswith(f"⏳ { {ADA: 'Form', BORIS: 'Анкета'}[admin] } № {made[0]}")
    await seat.tap(page, "button-answers")
    await seat.tap(page, "button-back")
    await seat.tap(page, "button-approve")
    await seat.until(page, "✅")
    await seat.tap(page, "button-to-list")
    assert numbers(await seat.now(page)) == made[::-1]
    await desk.delete(IVAN, made[1])
    await desk.raw_press(admin, admin, page["message_id"], buttons(await seat.now(page))[f"№ {made[1]}"])
    assert numbers(await seat.now(page)) == made[::-1]


async def test_a_review_goes_on_below_typed_words(desk: Desk, admin: int) -> None:
    name = f"Слова{admin}"
    a, b = await some(desk, 2, name)
    seat = desk.seat(admin)
    page = await only_waiting(seat, await search(seat, name.lower()))
    await seat.tap(page, "button-review")
    await seat.tap(page, "button-reject")
    await seat.tap(page, "button-typed-reason")
    prompt = await seat.read("/cancel", after=page["message_id"])
    said = await seat.say("Слова причины", prompt["message_id"])
    below = await seat.read(f"№ {b} ·", after=said)
    assert seat.label("flash-rejected", number=str(a)) in below["text"]
    assert seat.label("button-undo-number", number=str(a)) in buttons(below)
    await seat.when(page, lambda now: seat.label("button-undo") in buttons(now))
    assert seat.label("button-next") not in buttons(await seat.now(page)), "the review is in one place"
    await seat.tap(below, "button-undo-number", number=str(a))
    assert await desk.status(a) == "submitted"


@LANGUAGES
async def test_review_one_after_another_to_the_end(desk: Desk, admin: int) -> None:
    name = f"Очередь{admin}"
    a, b, c, d = await some(desk, 4, name)
    seat = desk.seat(admin)
    page = await only_waiting(seat, await search(seat, name.lower()))

    async def at(number: int, left: int) -> Json:
        shown = await seat.now(page)
        assert f"№ {number} ·" in shown["text"], shown["text"]
        assert LEFT[admin] + str(left) in shown["text"]
        return shown

    await seat.tap(page, "button-review")
    await at(a, 4)
    await seat.tap(page, "button-approve")
    shown = await at(b, 3)
    assert seat.label("flash-approved", number=str(a)) in shown["text"]
    await seat.tap(page, "button-history")
    await seat.tap(page, "button-back")
    await seat.tap(page, "button-undo-number", number=str(a))
    assert f"№ {a} ·" in (await seat.now(page))["text"]
    assert await desk.status(a) == "submitted"
    await seat.tap(page, "button-approve")
    await at(b, 3)
    await seat.tap(page, "button-skip")
    await at(c, 3)

    await desk.decide(c, BORIS if admin == ADA else ADA)
    shown = await seat.when(page, lambda now: seat.label("button-next") in buttons(now))
    assert {ADA: "✅ Approved: Борис", BORIS: "✅ Одобрено: Ada"}[admin] in shown["text"]
    await seat.tap(page, "button-next")
    await at(d, 2)
    await seat.tap(page, "button-reject")
    await seat.press(page, next(text for text in buttons(await seat.now(page)) if "Мест" in text or "places" in text))
    await at(b, 1)
    assert await seat.tap(page, "button-skip") == seat.label("review-last")
    await at(b, 1)
    await seat.tap(page, "button-changes")
    await seat.press(page, f"◻️ { {ADA: 'Phone', BORIS: 'Телефон'}[admin] }")
    await seat.tap(page, "button-send-changes")
    done = await seat.now(page)
    assert {ADA: "All reviewed.", BORIS: "Всё рассмотрено."}[admin] in done["text"]
    assert [await desk.status(number) for number in (a, b, c, d)] == [
        "approved",
        "needs_changes",
        "approved",
        "rejected",
    ]

    await seat.tap(page, "button-undo-number", number=str(b))
    await seat.tap(page, "button-approve")
    assert {ADA: "All reviewed.", BORIS: "Всё рассмотрено."}[admin] in (await seat.now(page))["text"]
    await desk.quiet()
    assert {ADA: "All reviewed.", BORIS: "Всё рассмотрено."}[admin] in (await seat.now(page))["text"]
    await seat.tap(page, "button-to-list")
    assert seat.label("list-nothing") in (await seat.now(page))["text"]


@LANGUAGES
async def test_bulk_approval_of_what_was_counted_and_nothing_else(desk: Desk, admin: int) -> None:
    name = f"Гурьба{admin}"
    a, b, c = await some(desk, 3, name)
    [student] = await some(desk, 1, name, ticket_type="Student")
    seat = desk.seat(admin)
    card = await seat.card(a)
    page = await search(seat, name.lower())
    await seat.press(page, {ADA: "Ticket", BORIS: "Билет"}[admin])
    await seat.press(page, "VIP")
    page = await only_waiting(seat, page)
    await seat.tap(page, "button-approve-all", count=3)
    question = (await seat.now(page))["text"]
    assert {ADA: "Approve 3 forms", BORIS: "Одобрить 3 анкеты"}[admin] in question

    late = await desk.form(IVAN, name=name)
    await desk.decide(b)
    yes = buttons(await seat.now(page))[seat.label("button-bulk-yes", count=3)]
    await seat.tap(page, "button-bulk-yes", count=3)

    told = (await seat.now(page))["text"]
    assert {ADA: "2 forms", BORIS: "2 анкеты"}[admin] in told
    assert {ADA: "1 more was reviewed by somebody else", BORIS: "Ещё 1 тем временем"}[admin] in told
    assert [await desk.status(number) for number in (a, b, c)] == ["approved"] * 3
    assert [await desk.status(number) for number in (late, student)] == ["submitted"] * 2
    await seat.until(card, "✅")
    await desk.quiet()
    assert [await desk.notices(number) for number in (a, b, c)] == [1, 1, 1]

    again = await desk.raw_press(admin, admin, page["message_id"], yes)
    assert again["text"] == seat.label("bulk-nothing")
    assert (await seat.now(page))["text"] == told
    await seat.tap(page, "button-to-list")
    assert numbers(await seat.now(page)) == [late]


async def test_a_digest_opens_in_a_message_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_service, "MOST_CARDS", 1)
    seat = desk.seat(BORIS)
    before = await seat.last()
    for _ in range(3):
        await desk.form(IVAN, name="Наплыв")
    digest = await seat.read("📥", after=before)
    await seat.tap(digest, "button-review")
    review = await seat.read(LEFT[BORIS], after=digest["message_id"])
    await seat.tap(digest, "button-open-list")
    opened = await seat.read(seat.label("list-hint-oldest"), after=review["message_id"])
    assert "📥" in (await seat.now(digest))["text"]
    assert len(numbers(opened)) == 8
    monkeypatch.undo()
    await desk.quiet()
