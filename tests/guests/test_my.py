"""`/my`: the list, one form, cancelling and deleting it; rights; hostile answers."""

import asyncio

import pytest
from guest_parts import LIMIT, Guest, callback, labels, length, page_of
from world import ADA, World

from bot.errors import FormNotFound

HOSTILE = "<b>Боб</b> & משה 😀 {name} $x"


async def test_a_guest_finds_a_form_and_looks_at_it(ivan: Guest) -> None:
    assert "Анкет у вас пока нет" in (await ivan.says("/my"))["text"]
    await ivan.sends()
    shown = await ivan.says("/my", "Ваши анкеты")
    assert "⏳ № 1 · ждёт решения · " in shown["text"]
    form = await ivan.goes(shown, "№ 1")
    for words in ("⏳ Анкета № 1 · ждёт решения", "Имя и фамилия\nИван Иванов", "+79991234567", "Вегетарианец"):
        assert words in form["text"]
    assert labels(form) == [
        "✏️ Изменить анкету", "💬 Изменить в чате", "🚫 Отменить", "🗑 Удалить мои данные", "‹ Мои анкеты",
    ]  # fmt: skip
    assert page_of(form).endswith("/mini-app?form=1&lang=ru")
    assert "Ваши анкеты" in (await ivan.goes(form, "Мои анкеты"))["text"]


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_each_status_has_its_words_and_buttons(vera: Guest) -> None:
    for _ in range(4):
        await vera.stores()
    await vera.stores("draft")
    await vera.decide(2, "approved")
    await vera.decide(3, "rejected", reason="no_places")
    await vera.decide(4, "needs_changes", note="Whole name, <please>", fields=["name"])
    shown = await vera.says("/my", "Your forms: 5")
    for line in ("📝 № 5 · draft", "✏️ № 4 · needs changes", "❌ № 3 · rejected", "✅ № 2 · approved", "⏳ № 1"):
        assert line in shown["text"]
    approved = await vera.goes(shown, "№ 2")
    assert "it will be reviewed once more, and until then it is not approved" in approved["text"]
    rejected = await vera.goes(approved, "My forms", "№ 3")
    assert "Reason: There are no places left." in rejected["text"]
    changes = await vera.goes(rejected, "My forms", "№ 4")
    assert "To change: First and last name" in changes["text"]
    assert "The organisers write:\nWhole name, <please>" in changes["text"]
    draft = await vera.goes(changes, "My forms", "№ 5")
    assert labels(draft) == ["✏️ Continue", "💬 Continue in the chat", "🗑 Delete my data", "‹ My forms"]


async def test_cancelling_asks_once_and_the_admins_learn_of_it(ivan: Guest) -> None:
    await Guest(ivan.world, ADA).says("/start")
    await ivan.stores()
    await ivan.decide(1, "approved")
    shown = await ivan.goes(await ivan.says("/my", "Ваши анкеты"), "№ 1", "Отменить")
    assert "Отменить анкету № 1? Она одобрена: отменив её, вы откажетесь от места." in shown["text"]
    assert await ivan.status() == "approved"
    assert "одобрена" in (await ivan.goes(shown, "Нет, оставить"))["text"]
    told = await ivan.press(await ivan.goes(shown, "Отменить"), "Да, отменить")
    assert told == "Анкета № 1 отменена"
    after = await ivan.message(shown["message_id"])
    assert "🚫 Анкета № 1 · отменена" in after["text"]
    assert labels(after) == ["🗑 Удалить мои данные", "‹ Мои анкеты"]
    assert (await ivan.events())[-1].to_status == "cancelled"
    card = await ivan.world.people.wait_for_message(ADA, "cancelled", seconds=10)
    assert "№ 1" in card["text"]


async def test_deleting_asks_once_and_leaves_numbers_and_times(ivan: Guest) -> None:
    await ivan.stores(name="Никто Никогда")
    shown = await ivan.goes(await ivan.says("/my", "Ваши анкеты"), "№ 1", "Удалить")
    assert "Ответы сотрутся навсегда" in shown["text"]
    assert (await ivan.form()).form_data["name"] == "Никто Никогда"
    gone = await ivan.goes(shown, "Да, удалить")
    assert gone["text"] == "🗑 Данные анкеты № 1 удалены."
    [(data, deleted)] = await ivan.world.rows("SELECT CAST(form_data AS text), deleted_at FROM forms")
    assert data == "{}"
    assert deleted is not None
    assert "Анкет у вас пока нет" in (await ivan.goes(gone, "Мои анкеты"))["text"]


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_many_forms_are_paged_both_ways(vera: Guest) -> None:
    for _ in range(18):
        await vera.stores("draft")
    first = await vera.says("/my", "Your forms: 18")
    assert labels(first) == [*(f"📝 № {n}" for n in range(18, 10, -1)), "▶"]
    second = await vera.goes(first, "▶")
    assert labels(second) == [*(f"📝 № {n}" for n in range(10, 2, -1)), "◀", "▶"]
    assert labels(await vera.goes(second, "▶")) == ["📝 № 2", "📝 № 1", "◀"]
    assert labels(await vera.goes(second, "◀", "◀")) == labels(first)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_long_and_hostile_answers_are_shown_as_typed(ivan: Guest) -> None:
    preferences = {"dietary_requirements": "</b>&lt;😀" * 20, "accessibility_needs": "&" * 200}
    await ivan.stores(name=HOSTILE, preferences=preferences)
    await ivan.decide(1, "needs_changes", note="<u>&amp;" * 125)
    shown = await ivan.goes(await ivan.says("/my", "Ваши анкеты"), "№ 1")
    text, pages = shown["text"], 1
    while "▶" in labels(shown):
        shown = await ivan.goes(shown, "▶")
        text, pages = text + shown["text"], pages + 1
    stored = (await ivan.form()).form_data
    for typed in (stored["name"], *stored["preferences"].values(), "<u>&amp;" * 125):
        assert typed in text
    assert stored["name"] == HOSTILE


@pytest.mark.parametrize("settings_overrides", [{"questionnaire_file": "tests/miniapp/every_type.toml"}])
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_answer_of_4000_characters_runs_over_pages(ivan: Guest) -> None:
    await ivan.stores_as_is({"about": "😀&<" * 1_333}, "draft")
    shown = await ivan.goes(await ivan.says("/my", "Ваши анкеты"), "№ 1")
    texts = [shown["text"]]
    while "▶" in labels(shown):
        shown = await ivan.goes(shown, "▶")
        texts.append(shown["text"])
    assert "".join(texts).count("😀") == 1_333
    assert len(texts) > 1
    assert max(map(length, texts)) <= LIMIT


async def test_somebody_else_s_form_and_no_form_are_the_same_words(ivan: Guest, vera: Guest) -> None:
    await vera.stores()
    await ivan.stores()
    shown = await ivan.says("/my", "Ваши анкеты")
    data = callback(shown, "№ 2")
    said = set()
    for verb in ("form", "cancelled", "deleted", "cancel", "delete"):
        for number in (1, 77):
            forged = data.replace(":form:2", f":{verb}:{number}")
            await ivan.forges(shown, forged)
            said.add((await ivan.message(shown["message_id"]))["text"])
    assert len(said) == 1
    assert "Такой анкеты нет" in said.pop()
    assert await vera.status() == "submitted"
    admin = Guest(ivan.world, ADA)
    with pytest.raises(FormNotFound):
        await admin.services.guests.cancel(admin.actor, 1)


async def test_of_two_deletions_at_once_one_is_told_that_it_is_gone(ivan: Guest) -> None:
    await ivan.stores()
    one, other = await ivan.says("/my", "Ваши"), await ivan.says("/my", "Ваши")
    for message in (one, other):
        await ivan.goes(message, "№ 1", "Удалить")
    await asyncio.gather(ivan.press(one, "Да, удалить"), ivan.press(other, "Да, удалить"))
    texts = sorted([(await ivan.message(m["message_id"]))["text"][:12] for m in (one, other)])
    assert texts == ["Такой анкеты", "🗑 Данные анк"]
    assert [event.action for event in await ivan.events()] == ["created", "deleted"]


async def test_a_form_is_deleted_while_an_admin_decides(ivan: Guest) -> None:
    for number in range(1, 9):
        await ivan.stores()
        results = await asyncio.gather(
            ivan.services.guests.delete(ivan.actor, number), ivan.decide(number, "approved"), return_exceptions=True
        )
        assert results[0] is None
        assert results[1] is None or isinstance(results[1], FormNotFound)
    rows = await ivan.world.rows("SELECT CAST(form_data AS text), deleted_at IS NULL FROM forms")
    assert {(row[0], bool(row[1])) for row in rows} == {("{}", False)}
    assert {(await ivan.events(number))[-1].action for number in range(1, 9)} == {"deleted"}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_old_button_shows_what_is_true_now(ivan: Guest) -> None:
    await ivan.stores()
    shown = await ivan.goes(await ivan.says("/my", "Ваши"), "№ 1", "Отменить")
    await ivan.services.guests.cancel(ivan.actor, 1)
    assert await ivan.press(shown, "Да, отменить") == "Анкета тем временем изменилась: вот она сейчас."
    assert "отменена" in (await ivan.message(shown["message_id"]))["text"]


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_the_notice_of_changes_opens_the_page_and_the_chat(ivan: Guest) -> None:
    await ivan.says("/start")
    await ivan.stores(name=HOSTILE)
    await ivan.decide(1, "needs_changes", note=HOSTILE, fields=["name"])
    notice = await ivan.heard(0, "нужно немного изменить")
    assert HOSTILE in notice["text"]
    assert "Что изменить: Имя и фамилия" in notice["text"]
    assert labels(notice) == ["✏️ Изменить анкету", "💬 Изменить в чате"]
    assert page_of(notice).endswith("/mini-app?form=1&lang=ru")
    await ivan.press(notice, "Изменить в чате")
    assert "Имя и фамилия" in (await ivan.heard(notice["message_id"], "Имя"))["text"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_chat_button_goes_through_the_form(vera: Guest) -> None:
    number = await vera.stores("draft")
    shown = await vera.goes(await vera.says("/my", "Your forms"), f"№ {number}")
    await vera.press(shown, "Continue in the chat")
    await vera.heard(shown["message_id"])


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("settings_overrides", [{"mini_app_url": "", "webhook_url": "", "bot_mode": "polling"}])
@pytest.mark.parametrize("mode", ["polling"])
async def test_without_a_page_the_chat_is_left(ivan: Guest, world: World) -> None:
    await ivan.services.guests.page(ivan.actor)
    await ivan.stores()
    shown = await ivan.goes(await ivan.says("/my", "Ваши"), "№ 1")
    assert labels(shown)[0] == "💬 Изменить в чате"
    await ivan.decide(1, "needs_changes", fields=["name"])
    notice = await ivan.heard(shown["message_id"], "нужно немного изменить")
    assert labels(notice) == ["💬 Изменить в чате"]
    assert "web_app" not in str(await world.people.keyboard(ivan.id))
