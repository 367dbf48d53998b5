"""`/stats`: a picture, and the same in words."""

import asyncio

import pytest
from admins.admin_parts import BORIS, Desk
from world import ADA, IVAN, VERA

from bot.charts import Picture
from bot.handlers import statistics

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


class Studio:
    """Counts how many pictures are being drawn at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def draw(self, _: Picture) -> bytes:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.1)
        self.now -= 1
        return b"\x89PNG\r\n\x1a\n"


async def test_admins_who_ask_at_once_get_one_picture_after_another(
    desk: Desk, forms: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await made(desk, forms)
    studio = Studio()
    monkeypatch.setattr(statistics, "draw", studio.draw)
    before = len(await desk.people.calls("sendPhoto"))
    await asyncio.gather(*(desk.people.send_text(admin, "/stats") for admin in (ADA, BORIS) for _ in range(2)))
    async with asyncio.timeout(PATIENCE):
        while len(await desk.people.calls("sendPhoto")) < before + 4:
            await asyncio.sleep(0.05)
    assert studio.most == 1


async def test_negative_control_two_at_once_are_counted() -> None:
    studio = Studio()
    await asyncio.gather(*(studio.draw(Picture("", "", ())) for _ in range(2)))
    assert studio.most == 2
