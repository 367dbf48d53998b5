"""Sixty questions with the longest labels, and answers of 4,000 characters: everything is shown, every message fits."""

import json
from pathlib import Path

import pytest
from admins.admin_parts import Desk, buttons
from rest.rest_parts import FORMS
from world import ADA, IVAN, Json

from bot.messages.buttons import pack_chosen
from bot.messages.cards import MOST_ROWS

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIXTY = range(60)
LABEL = "Вопрос {} <i>&amp;</i> " + "ж" * 160
LONG = "💃<b>&amp; раз\nдва </b>" * 174 + "конец"
SPACES = "до" + " " * 3_900 + "после"
ANSWERS = {"q0": LONG, "q1": SPACES, "q2": "😀" * 1_500} | {f"q{n}": f"ответ {n} " + "ы" * 100 for n in SIXTY if n > 2}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A questionnaire as big as may be."""
    file = tmp_path_factory.mktemp("long") / "questionnaire.toml"
    file.write_text(
        'key = "long"\nversion = 1\nlanguages = ["ru"]\ntitle = { ru = "Б" }\n' + "".join(map(_field, SIXTY))
    )
    return {"questionnaire_file": Path(file)}


def _field(number: int) -> str:
    label = json.dumps(LABEL.format(number), ensure_ascii=False)
    kind = 'type = "long_text"\nmax_length = 4000' if number < 3 else 'type = "text"'
    return f'[[fields]]\nkey = "q{number}"\n{kind}\ncard = true\nstats = true\nlabel = {{ ru = {label} }}\n'


async def big_form(desk: Desk) -> int:
    body = {"form_data": ANSWERS, "status": "submitted"}
    headers = desk.world.guest(IVAN) | {"Content-Type": "application/json"}
    answer = await desk.world.request("POST", FORMS, headers, data=json.dumps(body, ensure_ascii=False).encode())
    assert answer.status == 201, answer.body
    return int(answer.json["id"])


async def test_all_answers_stand_whole_on_their_pages(desk: Desk) -> None:
    number = await big_form(desk)
    seat = desk.seat(ADA)
    card = await seat.card(number)
    await seat.tap(card, "button-answers")
    pages = [await seat.now(card)]
    while seat.label("button-next-page") in buttons(pages[-1]):
        await seat.tap(card, "button-next-page")
        pages.append(await seat.now(card))
    assert len(pages) > 5
    assert f"{len(pages)} of {len(pages)}" in pages[-1]["text"]

    shown = _whole(pages)
    for path, answer in ANSWERS.items():
        assert "".join(answer.split()) in shown, path
        assert "".join(LABEL.format(path[1:]).split()) in shown, path
    await seat.tap(card, "button-previous-page")
    assert (await seat.now(card))["text"] == pages[-2]["text"]
    await seat.tap(card, "button-back")
    assert seat.label("button-approve") in buttons(await seat.now(card))


def _whole(pages: list[Json]) -> str:
    """The pages without their titles and numbers, joined; white space, of which Telegram trims the ends, left out."""
    return "".join("".join("".join(page["text"].splitlines()[1:-2]).split()) for page in pages)


async def test_every_question_can_be_ticked_and_the_guest_can_read_it(desk: Desk) -> None:
    number = await big_form(desk)
    seat = desk.seat(ADA)
    card = await seat.card(number)
    await seat.tap(card, "button-changes")
    boxes = [text for text in buttons(await seat.now(card)) if text.startswith("◻️")]
    assert len(boxes) == len(SIXTY)
    await desk.raw_press(ADA, ADA, card["message_id"], f"f:changes:{number}:{pack_chosen(SIXTY)}")
    await seat.press(card, boxes[-1].replace("◻️", "☑️"))
    await seat.press(card, boxes[-1])
    assert sum(text.startswith("☑️") for text in buttons(await seat.now(card))) == len(SIXTY)
    await seat.tap(card, "button-word-changes")
    prompt = await seat.read("/cancel", after=card["message_id"])
    await seat.say("🎭" * 500, prompt["message_id"])
    await seat.until(card, "✏️")
    told = await desk.seat(IVAN).when_told(number, "нужно немного изменить")
    assert "🎭" * 500 in told["text"]


async def test_lists_history_and_statistics_fit_too(desk: Desk) -> None:
    number = await big_form(desk)
    seat = desk.seat(ADA)
    card = await seat.card(number)
    assert (await seat.ask("/forms", "/form 17"))["text"]
    assert f"№ {number}" in (await seat.ask("/forms ответ", f"№ {number}"))["text"]
    await seat.tap(card, "button-history")
    assert "submitted" in (await seat.now(card))["text"]
    assert (await seat.ask("/stats", "Statistics", seconds=30))["text"]


async def test_a_card_that_cannot_show_all_says_so_and_shows_first_what_was_changed(desk: Desk) -> None:
    number = await big_form(desk)
    seat = desk.seat(ADA)
    card = await seat.card(number)
    assert seat.label("card-answers-more", count=60 - MOST_ROWS) in card["text"]
    assert "ответ 50 " not in card["text"]
    body = json.dumps({"form_data": ANSWERS | {"q50": "ответ 50 новый"}}, ensure_ascii=False).encode()
    headers = desk.world.guest(IVAN) | {"Content-Type": "application/json"}
    answer = await desk.world.request("PUT", f"{FORMS}/{number}", headers, data=body)
    assert answer.status == 200, answer.body
    shown = await seat.until(card, "ответ 50 новый")
    assert shown["text"].index("ответ 50 новый") < shown["text"].index("💃")
