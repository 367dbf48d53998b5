"""`/export`: a file comes as a document, with its progress shown; a fault of Telegram does not lose it."""

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook
from world import ADA, IVAN, VERA, World, example, until

from bot.services import exports
from bot.telegram import exporting

Json = dict[str, Any]


async def submit(world: World, guest: int, message_id: int, **other: object) -> None:
    answer = await world.deliver(world.update(json.dumps(example() | other), guest, message_id))
    assert answer.status == 200


async def ask_for(world: World, kind: str, command: str = "/export") -> None:
    """The command, and the button of a kind."""
    asked = await world.people.send_text(ADA, command)
    screen = await world.people.wait_for_message(ADA, "Export forms", after=asked["message_id"])
    [[xlsx, as_csv], *_] = screen["reply_markup"]["inline_keyboard"]
    pressed = xlsx if kind == "xlsx" else as_csv
    answer = await world.people.press_inline(ADA, screen["message_id"], pressed["callback_data"])
    assert answer["text"] == "Preparing the file, it will come here"


async def document(world: World) -> tuple[Json, bytes]:
    """The newest document in Ada's chat, and its bytes."""

    async def sent() -> list[Json]:
        return [message for message in await world.people.messages(ADA) if "document" in message]

    await until(sent, 20)
    message = (await sent())[-1]
    return message, world.sandbox.world.files[message["document"]["file_id"]].data


def is_progress(message: Json) -> bool:
    return message.get("text", "").startswith("📤 Preparing")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_the_file_comes_as_a_document(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 1)
    monkeypatch.setattr(exports, "PROGRESS_EVERY", 0)
    monkeypatch.setattr(exporting, "PROGRESS_SECONDS", 0)
    await world.people.send_text(ADA, "/start")
    for number, guest in enumerate((IVAN, VERA, IVAN)):
        await submit(world, guest, number, name=f"Гость {number}")

    await ask_for(world, kind)

    message, data = await document(world)
    assert message["caption"] == "📤 Forms in the file: 3"
    assert message["document"]["file_name"].endswith(f".{kind}")
    if kind == "xlsx":
        assert [sheet.title for sheet in load_workbook(io.BytesIO(data))] == ["Waiting for review"]
    else:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert [row[6] for row in rows[1:]] == ["Гость 2", "Гость 1", "Гость 0"]
    told = [call["params"]["text"] for call in await world.people.calls() if is_progress(call["params"])]
    assert list(dict.fromkeys(told)) == [f"📤 Preparing the file: {done} of 3…" for done in (1, 2, 3)]

    async def tidy() -> bool:
        return not any(map(is_progress, await world.people.messages(ADA)))

    await until(tidy)


async def test_the_current_filter_s_forms_alone(world: World) -> None:
    await world.people.send_text(ADA, "/start")
    await submit(world, IVAN, 1, name="Наташа Ростова")
    await submit(world, VERA, 2, name="Somebody else")
    asked = await world.people.send_text(ADA, "/forms ростова")
    listed = await world.people.wait_for_message(ADA, "Search", after=asked["message_id"])
    [export] = [
        button
        for row in listed["reply_markup"]["inline_keyboard"]
        for button in row
        if button["text"].endswith("Export")
    ]
    await world.people.press_inline(ADA, listed["message_id"], export["callback_data"])
    choice = await world.people.wait_for_message(ADA, "Export forms", after=listed["message_id"] - 1)
    data = choice["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
    await world.people.press_inline(ADA, choice["message_id"], data)

    _, content = await document(world)

    assert [row[6] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:] == ["Наташа Ростова"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_fault_of_telegram_does_not_lose_it(world: World) -> None:
    await world.people.send_text(ADA, "/start")
    await submit(world, IVAN, 1)
    await world.people.faults(server_errors=2, methods=["sendDocument"])

    await ask_for(world, "csv")

    _, data = await document(world)
    assert example()["name"].encode() in data
    outcomes = [call["ok"] for call in await world.people.calls("sendDocument")]
    assert outcomes == [False, False, True]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_who_is_no_admin_any_more_gets_no_file(world: World) -> None:
    """The export was asked for, then the bot started anew without this admin."""
    await submit(world, IVAN, 1)
    params = '{"actor": 1001, "filter": {}, "kind": "csv", "language": "ru"}'
    columns = "kind, chat_id, lane, params, priority, revision, attempts, created_at, next_attempt_at"
    moment = "2026-01-01T00:00:00.000000Z"
    async with world.database.write() as connection:
        await connection.exec_driver_sql(
            f"INSERT INTO outbox ({columns}) VALUES ('export', 1001, 'e', '{params}', 0, 0, 0, '{moment}', '{moment}')"  # noqa: S608
        )

    async def refused() -> bool:
        return await world.rows("SELECT last_error FROM outbox WHERE kind = 'export'") == [("refused",)]

    await until(refused)
    assert not await world.people.calls("sendDocument")
