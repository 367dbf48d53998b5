"""`/stats`: a picture, and the same in words."""

import pytest
from admins.admin_parts import BORIS, Desk
from world import ADA, IVAN, VERA

PATIENCE = 30
"""Seconds: a picture is drawn by a process of its own, beside whatever else the machine does."""
pytestmark = pytest.mark.asyncio(loop_scope="module")
WORDS = {
    ADA: ["Begun 4 → submitted 4 (100 %) → approved 2 (50 %)", "How many tickets: 5 approved, 4 waiting", "VIP — 2"],
    BORIS: ["Начали 4 → отправили 4 (100 %) → одобрены 2 (50 %)", "Сколько билетов: 5 одобрено, 4 ждут", "VIP — 2"],
}


@pytest.fixture(scope="module")
def forms(database: str) -> list[int]:
    """What the first test of a database has made."""
    assert database
    return []


async def made(desk: Desk, forms: list[int]) -> None:
    if not forms:
        forms += [await desk.form(IVAN, quantity=2), await desk.form(VERA, quantity=3, ticket_type="Student")]
        forms += [await desk.form(IVAN, quantity=4, ticket_type="Standard"), await desk.form(VERA, quantity=1)]
        for number, status in zip(forms, ("approved", "approved", "submitted", "rejected"), strict=True):
            if status != "submitted":
                await desk.decide(number, status=status)
        await desk.quiet()


@pytest.mark.parametrize("admin", [ADA, BORIS])
async def test_a_picture_with_its_words(desk: Desk, forms: list[int], admin: int) -> None:
    await made(desk, forms)
    seat = desk.seat(admin)
    message = await seat.ask("/stats", "4", seconds=PATIENCE)
    assert message["photo"]
    for words in WORDS[admin][:2]:
        assert words in message["caption"]
    [call] = [c for c in await desk.people.calls("sendPhoto") if str(c["params"]["chat_id"]) == str(admin)]
    [file] = [value for value in call["params"].values() if isinstance(value, dict) and "file_size" in value]
    assert file["file_size"] > 5_000


async def test_without_the_picture_the_words_come(desk: Desk, forms: list[int]) -> None:
    await made(desk, forms)
    seat = desk.seat(BORIS)
    await desk.people.faults(server_errors=1, methods=["sendPhoto"])
    message = await seat.ask("/stats", "Статистика", seconds=PATIENCE)
    assert message["text"].startswith("Картинка не получилась")
    assert WORDS[BORIS][0] in message["text"]
    desk.excused.add("Internal Server Error")
