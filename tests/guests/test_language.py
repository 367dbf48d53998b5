"""`/language`: chosen, remembered, used everywhere; deep links."""

import json

import pytest
from guest_parts import Guest, labels
from world import IVAN, VERA, World, example, run_world, until

from bot.web.keys import SERVICES


async def test_a_language_is_chosen_and_used_everywhere(ivan: Guest) -> None:
    shown = await ivan.says("/language", "На каком языке")
    assert labels(shown) == ["Русский", "English", "✓ Как в Telegram"]
    await ivan.press(shown, "English")
    chosen = await ivan.message(shown["message_id"])
    assert "Which language" in chosen["text"]
    assert labels(chosen) == ["Русский", "✓ English", "As in Telegram"]
    keyboard = await ivan.world.people.keyboard(IVAN)
    assert keyboard is not None
    assert "Fill in the form" in keyboard["keyboard"][0][0]["text"]
    assert "This bot takes ticket forms" in (await ivan.says("/help"))["text"]
    assert "is in" in await ivan.sends()
    assert "Please mend" in (await ivan.sends_data({"name": "И"}))["text"]
    await ivan.decide(1, "approved")
    await ivan.heard(shown["message_id"], "is approved")
    await ivan.press(shown, "As in Telegram")
    assert "Этот бот принимает" in (await ivan.says("/help"))["text"]
    assert "принята" in await ivan.sends(name="Пётр")


async def test_the_confirmation_is_in_the_chosen_language_without_asking(ivan: Guest, vera: Guest) -> None:
    """Another replica has stored the choice: the statement that stores the form tells it."""
    await vera.says("/start")
    for user_id, language in ((VERA, "ru"), (IVAN, None)):
        await ivan.world.app[SERVICES].users.set_language(user_id, language)
        ivan.services.users._languages.clear()
    assert "принята" in await vera.sends()
    ivan.services.users._languages.clear()
    update = vera.world.update("{}", VERA, message_id=900)
    for _ in range(2):  # the second is a redelivery
        update["message"]["web_app_data"]["data"] = json.dumps(example() | {"name": "Q W"})
        ivan.services.users._languages.clear()
        answer = await vera.world.deliver(update)
        assert "принята" in answer.json["text"]


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_choice_reaches_the_other_replica(database_url: str) -> None:
    async with run_world(database_url) as world, run_world(database_url) as other:
        await world.app[SERVICES].users.set_language(IVAN, "en")
        assert "This bot takes" in (await Guest(other, IVAN).says("/help"))["text"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_memory_of_choices_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.users.MOST_LANGUAGES", 3)
    users = world.app[SERVICES].users
    for user_id in range(10):
        users.note_language(user_id, "en")
    assert len(users._languages) <= 3
    assert users.noted_language(9) == "en"


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_deep_links(ivan: Guest, vera: Guest) -> None:
    form = await ivan.says("/start form")
    assert form["text"] == "Новогодний бал: анкету откроет кнопка под полем ввода."
    keyboard = await ivan.world.people.keyboard(IVAN)
    assert keyboard is not None
    assert "web_app" in keyboard["keyboard"][0][0]
    assert "You have no forms yet" in (await vera.says("/start my"))["text"]
    await vera.stores()
    assert "Your forms: 1" in (await vera.says("/start my", "Your"))["text"]
    for payload in ("nobody", "form2", "my_", "Zm9ybQ"):
        assert "New Year Ball" in (await vera.says(f"/start {payload}", "New Year"))["text"]
    await until(lambda: _known(ivan.world))


async def _known(world: World) -> bool:
    return len(await world.rows("SELECT id FROM users WHERE first_name IS NOT NULL")) == 2
