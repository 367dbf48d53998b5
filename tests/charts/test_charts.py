"""The picture of `/stats`: drawn by a real child process, whatever stands in a guest's answers."""

import asyncio
import os
import struct
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.charts import Bars, Picture, Timeline, draw, process
from bot.errors import ChartFailed

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST = date(2026, 9, 1)
HOSTILE = ("$x^{2}$ \\frac{1}{0}", "a\nb\x00c\x07", "🎟🎉", "<b>&amp;", "שלום", "я" * 500, "", "  ", "{0} %s")


def days(number: int) -> Timeline:
    return Timeline("По дням", [(FIRST + timedelta(days=day), day * 37 % 50) for day in range(number)])


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    "panels",
    [
        [Timeline("По дням", []), Bars("Билет", [])],
        [days(1), Bars("Билет", [("VIP", 1)])],
        [days(365), Bars("Питание", [(label, 50_000 - number) for number, label in enumerate(HOSTILE)])],
        [days(14), *(Bars(f"Вопрос {number}", [(f"Ответ {n}", n) for n in range(12, 0, -1)]) for number in range(3))],
    ],
    ids=["nothing", "one", "hostile", "much"],
)
async def test_a_picture_that_telegram_takes(panels: list[Bars | Timeline]) -> None:
    width, height = size(await draw(Picture("Новогодний бал $", "Отправлено 7", panels)))

    assert 720 <= width <= 1_200
    assert width + height <= 10_000
    assert height / width <= 20


async def children() -> set[str]:
    """The drawing processes of this one."""
    listed = await asyncio.create_subprocess_exec("pgrep", "-P", str(os.getpid()), "-f", "bot.charts", stdout=-1)
    return set((await listed.communicate())[0].decode().split())


async def test_a_cancelled_or_late_picture_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Picture("Бал", "", [days(30)])
    drawing = asyncio.create_task(draw(picture))
    while not await children():
        await asyncio.sleep(0.01)  # the control: there is one to end
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert not await children()

    monkeypatch.setattr(process, "SECONDS", 0.05)
    with pytest.raises(ChartFailed):
        await draw(picture)
    assert not await children()


async def test_what_cannot_be_drawn_is_told_without_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChartFailed) as failure:
        await draw(Picture("Бал", "", [Bars("Билет", [("secret answer", "not a number")])]))  # type: ignore[list-item]

    assert "secret" not in str(failure.value)
    assert "secret" not in "".join(capfd.readouterr())


def test_the_bot_itself_never_loads_matplotlib() -> None:
    program = "import bot.charts, sys; sys.exit('matplotlib' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0  # noqa: S603 - ours
