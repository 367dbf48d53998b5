"""Every type of question: buttons, ticks, yes and no, contact; conditions that turn; hostile words."""

import pytest
from fill_parts import EVERY_TYPE, Guest, said


@pytest.fixture
def questionnaire_file() -> str:
    return str(EVERY_TYPE)


FILE = {"file_id": "a", "file_unique_id": "a"}
STICKER = {"sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}}
VOICE = {"voice": FILE | {"duration": 1}}
PHOTO = {"photo": [FILE | {"width": 1, "height": 1}], "caption": "Иван"}
WHOLE = {
    "name": "Иван",
    "about": "Строка\n\nи ещё",
    "email": "ivan@example.com",
    "phone": "+79991234567",
    "age": -5,
    "ticket": "b",
    "dances": ["waltz", "tango"],
    "alone": False,
    "party": {"companion": "Анна", "birthday": "2000-02-29"},
    "data_consent": True,
}


async def to_dances(guest: Guest) -> None:
    """Answer up to the question that takes several choices."""
    await guest.says("/fill")
    for answer in ("Иван", "Строка\n\nи ещё", "ivan@example.com", "89991234567", "-5"):
        await guest.says(answer, "Вопрос")
    await guest.press("Б")


async def to_companion(guest: Guest) -> None:
    await to_dances(guest)
    await guest.press("Вальс")
    await guest.press("Танго")
    await guest.press("✅ Готово")
    await guest.press("Нет")


async def test_every_type(ivan: Guest) -> None:
    await to_dances(ivan)
    await ivan.press("Танго")
    assert "не меньше 2 вариантов" in (await ivan.press("✅ Готово") or "")
    await ivan.press("Вальс")
    ticks = {label.split()[-1]: label[0] for label in (await ivan.labels())[:3]}
    assert ticks == {"Вальс": "☑", "Полька": "◻", "Танго": "☑"}
    await ivan.press("Полька")
    assert "не больше 2" in (await ivan.press("✅ Готово") or "")
    await ivan.press("Полька")
    await ivan.press("✅ Готово")
    assert "«да» или «нет»" in (await ivan.says("может быть", "Ответьте"))["text"]
    await ivan.says("нет", "Кто с вами")
    await ivan.says("Анна", "Когда у неё день рождения")
    assert "Такой даты нет" in (await ivan.says("30.02.2000", "даты"))["text"]
    await ivan.says("29.02.2000", "Согласен")
    assert "Без этого согласия" in (await ivan.press("Не даю") or "")
    await ivan.press("Даю согласие")
    assert await ivan.form() == ("draft", WHOLE)
    await ivan.press("✅ Отправить")
    assert await ivan.form() == ("submitted", WHOLE)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_typed_choices_count_as_pressed(ivan: Guest) -> None:
    await to_dances(ivan)
    assert "Отметьте, пожалуйста, варианты" in (await ivan.says("вальс, твист", "Отметьте"))["text"]
    await ivan.says("вальс, ПОЛЬКА", "Вы один?")
    assert (await ivan.form())[1]["dances"] == ["waltz", "polka"]


async def test_an_answer_that_turns_closes_and_opens_questions(ivan: Guest) -> None:
    await to_companion(ivan)
    await ivan.says("Анна", "день рождения")
    await ivan.says("29.02.2000", "Согласен")
    await ivan.press("‹ Назад")
    await ivan.press("‹ Назад")
    await ivan.says("Пётр", "Согласен")
    assert (await ivan.form())[1]["party"] == {"companion": "Пётр"}, "the answer to a closed question is dropped"
    await ivan.press("Даю согласие")
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Вы один?")
    await ivan.press("Да")
    assert "party" not in (await ivan.form())[1]
    await ivan.press("✏️ Изменить ответ")
    assert "Кто с вами" not in await ivan.labels()
    await ivan.press("Вы один?")
    await ivan.press("Нет")
    assert "Кто с вами" in (await ivan.asked())["text"], "a question that opens is asked before the summary"
    await ivan.says("Анна", "день рождения")
    await ivan.press("Пропустить")
    await ivan.press("✅ Отправить")
    assert (await ivan.form())[1]["party"] == {"companion": "Анна"}


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("content", [STICKER, VOICE, PHOTO])
async def test_what_is_no_text_gets_a_polite_word(ivan: Guest, content: dict[str, object]) -> None:
    await ivan.says("/fill")
    answer = await ivan.world.deliver(said(ivan.world, ivan.id, 1_000, **content))
    assert "Ответьте, пожалуйста, текстом" in answer.json["text"]
    assert (await ivan.form())[1] == {}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_contact_answers_only_the_question_for_a_phone(ivan: Guest) -> None:
    await ivan.says("/fill")
    mine = await ivan.world.people.send_contact(ivan.id, "+79991234567")
    assert await ivan.silence(mine["message_id"])
    assert (await ivan.form())[1] == {}


HOSTILE = ["<b>x</b>", "&amp; &", "ابن <i>", "👩‍👩‍👧", "{name}", "a\u202eb"]


async def test_words_are_shown_as_typed(ivan: Guest) -> None:
    await ivan.says("/fill")
    for words in HOSTILE:
        # A direction override cannot be seen and is dropped, as on the page.
        shown = words.replace("\u202e", "")
        asked = await ivan.says(words, "О себе")
        await ivan.press("‹ Назад")
        assert f"Ваш ответ: {shown}" in ivan.message(asked["message_id"])["text"]
        assert (await ivan.form())[1]["name"] == shown


async def test_an_answer_of_4000_characters_fits_everywhere(ivan: Guest) -> None:
    await ivan.says("/fill")
    await ivan.says("Иван", "О себе")
    assert "сократите, пожалуйста, до 4" in (await ivan.says("ж" * 4_096))["text"]
    await ivan.says("😀<&ж" * 800, "Почта")
    await ivan.press("‹ Назад")
    assert len((await ivan.asked())["text"]) < 1_500
    await ivan.says("ж" * 4_000, "Почта")
    for _ in range(4):
        await ivan.press("Пропустить")
    await ivan.says("вальс, полька", "Вы один")
    await ivan.press("Да")
    await ivan.press("Даю согласие")
    await ivan.press("▶")
    assert "ж" * 1_000 in (await ivan.asked())["text"]
    await ivan.press("✅ Отправить")
    assert (await ivan.form())[1]["about"] == "ж" * 4_000
    assert await ivan.world.count("dead_letters") == 0
