"""`/forget`: what is stored about a guest, as a file; and nothing of it afterwards."""

import asyncio
import json
from pathlib import Path

import pytest
from guest_parts import Guest, labels
from world import ADA, IVAN, STORED, World, until

from bot.actor import API
from bot.errors import FormNotFound
from bot.services import MessageKey

SECRET = "Тайна-" + "Ж" * 20
WORD = "Слово-Организаторов"


async def lives(ivan: Guest) -> None:
    """Everything that can be stored about a guest is."""
    await ivan.says("/start")
    await ivan.stores(name=SECRET)
    await ivan.stores("draft", name=SECRET)
    await ivan.stores()
    await ivan.decide(1, "needs_changes", note=WORD, fields=["name"])
    await ivan.decide(3, "approved")
    await ivan.services.conversations.say(API, None, 1, WORD, MessageKey(ADA, 1))
    await ivan.services.conversations.answer(ivan.actor, 1, SECRET)
    await ivan.services.users.set_language(ivan.id, "ru")
    key = ivan.world.guest(ivan.id) | {"Idempotency-Key": "k"}
    body = {"form_data": {"name": SECRET}}
    assert (await ivan.world.request("POST", "/api/form-data/", key, json=body)).status == 201
    letter = ivan.world.update("x") | {"callback_query": {"from": {"id": ivan.id}, "data": SECRET}}
    await ivan.services.dead_letters.keep(letter, RuntimeError())


async def everything(world: World) -> str:
    """All that the tables hold, as text."""
    tables = "users forms form_events form_messages outbox idempotency_keys dead_letters"
    rows = [await world.rows(f"SELECT * FROM {table}") for table in tables.split()]  # noqa: S608 - constants
    return repr(rows)


async def document(world: World, message: dict[str, object]) -> dict[str, object]:
    file_id = message["document"]["file_id"]  # type: ignore[index]
    return dict(json.loads(world.sandbox.world.files[file_id].data))


async def test_all_is_told_given_as_a_file_and_forgotten(ivan: Guest, vera: Guest) -> None:
    world = ivan.world
    await lives(ivan)
    await vera.stores(name="Vera Stone")
    shown = await ivan.says("/forget", "Что о вас хранится")
    assert "4 анкеты с историей; 2 сообщения переписки с организаторами." in shown["text"]
    assert "⚠️ Анкета № 3 одобрена: удалив её, вы откажетесь от места." in shown["text"]
    assert labels(shown) == ["📄 Прислать файлом", "🗑 Удалить всё", "Не надо"]

    await ivan.press(shown, "файлом")
    sent = next(m for m in await ivan.messages() if "document" in m)
    found = await document(world, sent)
    first = found["forms"][0]  # type: ignore[index]
    assert first["form_data"] == STORED | {"name": SECRET}
    assert [(w["from"], w["text"]) for w in first["words"]] == [("organisers", WORD), ("you", SECRET)]
    assert [(e["who"], e["to_status"]) for e in first["history"]] == [
        ("you", "submitted"),
        ("organisers", "needs_changes"),
    ]
    assert found["user"]["first_name"] == "Иван"  # type: ignore[index]
    assert SECRET in json.dumps(found["updates_kept_after_an_error"], ensure_ascii=False)
    assert str(ADA) not in json.dumps(found)
    assert "Vera" not in json.dumps(found)

    sure = await ivan.goes(shown, "Удалить всё")
    assert "Навсегда сотрутся ответы всех анкет (4)" in sure["text"]
    assert SECRET in await everything(world)
    gone = await ivan.goes(shown, "Да, удалить всё")
    assert gone["text"].startswith("✅ Всё удалено.")
    left = await everything(world)
    for words in (SECRET, WORD):
        assert words not in left, words
    assert "Vera Stone" in left
    [(first_name, language, username)] = await world.rows(
        "SELECT first_name, language, username FROM users WHERE id = :id", id=IVAN
    )
    assert (first_name, language, username) == (None, None, None)
    hashes = await world.rows("SELECT DISTINCT request_hash FROM forms WHERE user_id = :id", id=IVAN)
    assert hashes == [("",)], "answers can be guessed by their hash"
    assert {(e.action, e.note, e.details) for e in await ivan.events(1)} >= {("deleted", None, None)}
    assert "4" not in (await ivan.says("/my"))["text"]
    again = await ivan.says("/forget", "Что о вас хранится")
    assert "анкет нет; переписки с организаторами нет" in again["text"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nothing_is_deleted_by_one_press_or_by_no(vera: Guest) -> None:
    await vera.stores()
    shown = await vera.says("/forget", "What is stored about you")
    assert "1 form with its history; no messages" in shown["text"]
    left = await vera.goes(shown, "Delete it all", "Leave it")
    assert left["text"] == "All right, nothing was deleted."
    assert await vera.status() == "submitted"


async def test_the_admins_cards_say_so(ivan: Guest) -> None:
    await Guest(ivan.world, ADA).says("/start")
    await ivan.stores()
    card = await ivan.world.people.wait_for_message(ADA, "№ 1", seconds=10)
    await ivan.goes(await ivan.says("/forget", "Что о вас"), "Удалить всё", "Да, удалить всё")

    async def says_so() -> bool:
        messages = await ivan.world.people.messages(ADA)
        now = next(m for m in messages if m["message_id"] == card["message_id"])
        return "deleted" in now["text"] and "Иван" not in now["text"]

    await until(says_so)
    with pytest.raises(FormNotFound):
        await ivan.decide(1, "approved")


async def test_a_conversation_is_forgotten_with_its_answers(ivan: Guest) -> None:
    asked = await ivan.says("/fill")
    await ivan.heard(asked["message_id"] - 1)
    await ivan.says("Иван Забытый")
    await ivan.goes(await ivan.says("/forget", "Что о вас"), "Удалить всё", "Да, удалить всё")
    assert "Забытый" not in await everything(ivan.world)
    assert "Я принимаю анкеты" in (await ivan.says("ivan@example.com"))["text"]
    assert await ivan.world.count("forms") == 1


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_no_byte_is_left_in_the_files(ivan: Guest, tmp_path: Path) -> None:
    await lives(ivan)
    needle = SECRET.encode()

    def found() -> bool:
        return any(needle in path.read_bytes() for path in tmp_path.glob("bal_bot.db*"))

    assert found()
    await ivan.goes(await ivan.says("/forget", "Что о вас"), "Удалить всё", "Да, удалить всё")
    assert not found()


async def test_forgetting_twice_at_once_while_an_admin_decides(ivan: Guest) -> None:
    for _ in range(5):
        await ivan.stores(name=SECRET)
    forgets = [ivan.services.privacy.forget(ivan.actor) for _ in range(2)]
    decisions = [ivan.decide(number, "approved", note=WORD) for number in range(5, 0, -1)]
    results = await asyncio.gather(*forgets, *decisions, return_exceptions=True)
    assert sorted(results[:2]) == [0, 5]
    assert all(result is None or isinstance(result, FormNotFound) for result in results[2:])
    left = await everything(ivan.world)
    assert SECRET not in left
    assert WORD not in left
