"""Cards in the admins' group: the bot is in privacy mode, and only the admins' presses count."""

import pytest
from admins.admin_parts import BORIS, EVE, GROUP, OTHER_GROUP, Desk, at_once, buttons, label
from world import ADA, IVAN, VERA

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    """Everybody reads the same chat."""
    return {"admin_chat_id": GROUP}


async def test_one_card_for_all_and_each_decision_shows_there(desk: Desk) -> None:
    before = await desk.seat(ADA).last()
    number = await desk.form(VERA)
    ada, boris = desk.seat(ADA, GROUP), desk.seat(BORIS, GROUP)
    card = await ada.card(number)
    assert "ждёт решения" in card["text"]

    said = await ada.tap(card, "button-approve")
    assert said == label(ADA, "decided-approved", number=str(number)), "what only Ada sees is in her language"
    shown = await ada.until(card, "✅ Одобрено: Ada")
    assert boris.label("button-approve") not in buttons(shown)
    assert await boris.tap(card, "button-undo") == label(BORIS, "undo-not-yours")
    await desk.seat(VERA).when_told(number, "approved")
    assert await desk.seat(ADA).last() == before, "nothing comes to admins privately"


async def test_two_admins_press_the_same_card_at_once(desk: Desk) -> None:
    number = await desk.form()
    card = await desk.seat(ADA, GROUP).card(number)
    data = f"f:approve:{number}:"
    answers = await at_once(*(desk.raw_press(who, GROUP, card["message_id"], data) for who in (ADA, BORIS)))

    [(_, _, _), (winner, action, _)] = await desk.history(number)
    assert action == "moved"
    loser = {ADA: BORIS, BORIS: ADA}[winner]
    told = dict(zip((ADA, BORIS), (answer["text"] for answer in answers), strict=True))
    assert {ADA: "Ada", BORIS: "Борис"}[winner] in told[loser]
    assert await desk.notices(number) == 1


async def test_words_are_typed_in_reply_to_a_prompt_that_names_who_is_asked(desk: Desk) -> None:
    number = await desk.form()
    ada, eve = desk.seat(ADA, GROUP), desk.seat(EVE, GROUP)
    card = await ada.card(number)
    await ada.tap(card, "button-reject")
    await ada.tap(card, "button-typed-reason")
    prompt = await ada.read("/cancel", after=card["message_id"])
    assert "Ada" in prompt["text"].splitlines()[0]
    assert prompt["reply_markup"]["selective"]

    await ada.say("это не ответ: бот его не видит")
    refusal = await eve.ask("а я отвечу", reply_to=prompt["message_id"])
    assert refusal["text"] == label(EVE, "not-admin")
    assert await desk.status(number) == "submitted"

    await ada.say("Мест нет", prompt["message_id"])
    assert "Причина: Мест нет" in (await ada.until(card, "❌ Отклонено: Ada"))["text"]
    await desk.seat(IVAN).when_told(number, "Мест нет")


async def test_cancel_in_reply(desk: Desk) -> None:
    number = await desk.form()
    ada = desk.seat(ADA, GROUP)
    card = await ada.card(number)
    await ada.tap(card, "button-word")
    prompt = await ada.read("/cancel", after=card["message_id"])
    assert (await ada.ask("/cancel", reply_to=prompt["message_id"]))["text"] == ada.label("cancelled")
    assert [action for _, action, _ in await desk.history(number)] == ["created"]


async def test_a_guest_s_answer_comes_under_the_card(desk: Desk) -> None:
    number = await desk.form(VERA)
    ada, guest = desk.seat(ADA, GROUP), desk.seat(VERA)
    card = await ada.card(number)
    await ada.tap(card, "button-word")
    prompt = await ada.read("/cancel", after=card["message_id"])
    await ada.say("Вы придёте вдвоём?", prompt["message_id"])
    word = await guest.when_told(number, "Вы придёте вдвоём?")
    await desk.quiet()
    await guest.say("Yes, both of us", word["message_id"])
    answer = await ada.read("Yes, both of us", after=prompt["message_id"])
    assert answer["reply_to_message"]["message_id"] == card["message_id"]


async def test_who_is_no_admin_presses_in_vain(desk: Desk) -> None:
    number = await desk.form()
    eve = desk.seat(EVE, GROUP)
    card = await eve.card(number)
    for text in buttons(card):
        assert await eve.press(card, text) == label(EVE, "not-admin")
    assert await eve.now(card) == card
    assert await desk.status(number) == "submitted"


async def test_review_and_list_in_the_group(desk: Desk) -> None:
    number = await desk.form(name="Групповой Гость")
    ada = desk.seat(ADA, GROUP)
    listed = await ada.ask("/forms групповой", "Поиск")
    await ada.press(listed, f"№ {number}")
    await ada.tap(listed, "button-approve")
    await ada.until(listed, "✅ Одобрено: Ada")
    await ada.tap(listed, "button-to-list")
    assert "Групповой" in (await ada.now(listed))["text"]


async def test_commands_in_groups_are_for_admins_and_theirs_alone(desk: Desk) -> None:
    refusal = await desk.seat(ADA, OTHER_GROUP).ask("/forms")
    assert refusal["text"] == label(ADA, "not-here")
    silent = desk.seat(EVE, GROUP)
    await desk.quiet()
    before = await silent.last()
    for chat_id in (GROUP, OTHER_GROUP):
        for command in ("/forms", "/form 1", "/stats", "/export", "/start", "/help", "/cancel"):
            await desk.seat(EVE, chat_id).say(command)
    await desk.seat(ADA, GROUP).ask("/form 0", label(BORIS, "form-gone"))
    own = [message for message in await desk.people.messages(GROUP) if message["message_id"] > before]
    assert [message["from"]["is_bot"] for message in own].count(True) == 1, "only Ada was answered"


async def test_menus_show_admins_commands_to_admins_only(desk: Desk) -> None:
    async def names(user_id: int, chat_id: int) -> list[str]:
        return [command["command"] for command in await desk.people.commands(user_id, chat_id)]

    for admin in (ADA, BORIS):
        assert {"forms", "form", "stats", "export"} <= set(await names(admin, admin))
        assert await names(admin, GROUP) == ["forms", "form", "stats", "export"]
    for user_id, chat_id in ((IVAN, IVAN), (EVE, EVE), (EVE, GROUP), (EVE, OTHER_GROUP), (ADA, OTHER_GROUP)):
        assert not {"forms", "form", "stats", "export"} & set(await names(user_id, chat_id))
