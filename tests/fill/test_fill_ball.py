"""The ball's whole questionnaire in the chat, in both languages."""

from fill_parts import Guest
from world import STORED, VERA, World


async def test_the_ball_in_russian(ivan: Guest) -> None:
    first = await ivan.says("/fill", "Имя и фамилия")
    assert "Вопрос 1 из 7" in first["text"]
    await ivan.says("Иван Иванов", "Электронная почта")
    assert "выглядеть как ivan@example.com" in (await ivan.says("ivan@", "адрес"))["text"]
    await ivan.says("ivan@example.com", "Телефон")
    assert (await ivan.keyboard())["request_contact"]
    question = await ivan.shares("Билет")
    assert (await ivan.keyboard())["web_app"], "the page's keyboard is back"
    await ivan.press("VIP")
    assert "Сколько билетов" in (ivan.message(question["message_id"]))["text"], "a press is answered in place"
    diet = await ivan.says("2", "Питание")
    assert "Пожелания" in diet["text"]
    await ivan.says("Вегетарианец", "Доступная среда")
    summary = await ivan.says("Нет", "Проверьте ответы")
    assert await ivan.form() == ("draft", STORED)
    await ivan.press("✅ Отправить")
    assert "№ 1" in (ivan.message(summary["message_id"]))["text"]
    assert await ivan.form() == ("submitted", STORED)
    assert await ivan.world.rows("SELECT source, questionnaire_version FROM forms") == [("chat", 1)]
    assert await ivan.world.rows("SELECT action FROM form_events ORDER BY id") == [("created",), ("edited",)]
    assert await ivan.world.count("dead_letters") == 0


async def test_the_ball_in_english_with_the_least_answers(world: World) -> None:
    vera = Guest(world, VERA)
    assert "Question 1 of 7" in (await vera.says("/fill", "First and last name"))["text"]
    await vera.says("Vera Ball", "E-mail")
    await vera.says("vera@example.com", "Phone")
    await vera.says("8 999 123-45-67", "Ticket")
    await vera.says("student", "How many")
    assert "at most 10" in (await vera.says("11", "Too big"))["text"]
    question = await vera.says("1", "Dietary")
    await vera.press("Skip")
    await vera.press("Skip")
    assert "Look over the answers" in (vera.message(question["message_id"]))["text"]
    await vera.press("✅ Submit")
    least = {"name": "Vera Ball", "email": "vera@example.com", "phone": "+79991234567"}
    assert await vera.form() == ("submitted", least | {"ticket_type": "Student", "quantity": 1})
    assert "is in" in (vera.message(question["message_id"]))["text"]


async def test_back_shows_the_answer_and_keeps_or_changes_it(ivan: Guest) -> None:
    await ivan.says("/fill")
    assert await ivan.labels() == [], "there is no way back from the first question, and none around it"
    await ivan.says("Иван", "почта")
    await ivan.press("‹ Назад")
    asked = await ivan.asked()
    assert "Ваш ответ: Иван" in asked["text"]
    assert "Вопрос 1 из 7" in asked["text"]
    await ivan.press("Оставить")
    await ivan.press("‹ Назад")
    await ivan.says("Пётр", "почта")
    assert (await ivan.form())[1] == {"name": "Пётр"}


async def test_each_answer_is_changed_from_the_summary(ivan: Guest) -> None:
    await fill_ball(ivan)
    await ivan.press("✏️ Изменить ответ")
    assert (await ivan.labels())[:2] == ["Имя и фамилия", "Электронная почта"]
    await ivan.press("Электронная почта")
    summary = await ivan.says("new@example.com", "Проверьте ответы")
    assert "new@example.com" in summary["text"]
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Питание")
    await ivan.press("Убрать ответ")
    await ivan.press("✏️ Изменить ответ")
    await ivan.press("Телефон")
    await ivan.press("‹ Назад")
    assert "Проверьте ответы" in (await ivan.asked())["text"]
    await ivan.press("✅ Отправить")
    status, answers = await ivan.form()
    assert (status, answers["email"]) == ("submitted", "new@example.com")
    assert answers["preferences"] == {"accessibility_needs": "Нет"}


async def test_cancel_keeps_the_draft_and_fill_goes_on(ivan: Guest) -> None:
    await ivan.says("/fill")
    await ivan.says("Иван", "почта")
    asked = await ivan.says("ivan@example.com", "Телефон")
    assert "Черновик № 1 сохранён" in (await ivan.says("/cancel"))["text"]
    assert (await ivan.keyboard())["web_app"], "the page's keyboard is back"
    assert "Я принимаю анкеты" in (await ivan.says("89991234567", "Я принимаю анкеты"))["text"]
    assert "/fill" in (await ivan.press("‹ Назад", asked) or "")
    assert "нечего" in (await ivan.says("/cancel"))["text"]
    going_on = await ivan.says("/fill", "Телефон")
    assert "Продолжаем черновик № 1" in going_on["text"]
    assert "Вопрос 3 из 7" in going_on["text"]
    assert await ivan.world.count("forms") == 1


async def test_what_was_skipped_is_not_asked_again(ivan: Guest) -> None:
    await fill_ball(ivan, skip="Питание")
    for leave in ("Позже", "/cancel"):
        await (ivan.says(leave) if leave.startswith("/") else ivan.press(leave))
        assert "Продолжаем черновик № 1" in (await ivan.says("/fill", "Проверьте ответы"))["text"]
    assert (await ivan.form())[1]["preferences"] == {"accessibility_needs": "Нет"}


async def test_a_second_form_says_that_it_is_another(ivan: Guest) -> None:
    await fill_ball(ivan)
    await ivan.press("✅ Отправить")
    assert "Анкета № 1 у вас уже есть" in (await ivan.says("/fill", "Имя"))["text"]
    assert await ivan.world.rows("SELECT id, status FROM forms ORDER BY id") == [(1, "submitted"), (2, "draft")]


async def fill_ball(guest: Guest, skip: str = "") -> None:
    """The ball's questionnaire up to its summary, in Russian; `skip` is a question that is passed over."""
    await guest.says("/fill")
    for answer in ("Иван Иванов", "ivan@example.com", "+79991234567", "VIP", "2"):
        await guest.says(answer, "Вопрос")
    if skip:
        assert skip in (await guest.asked())["text"]
        await guest.press("Пропустить")
    else:
        await guest.says("Вегетарианец", "Вопрос")
    await guest.says("Нет", "Проверьте ответы")
