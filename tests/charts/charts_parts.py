"""Pictures as an organiser may ask for them, and what a PNG and /proc say."""

import asyncio
import io
import os
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from bot.charts import Bars, Picture, Timeline

HOSTILE = [
    "$\\frac{1}{",
    "\x00\x1b[31m\n\t\u202e",
    "\ud800\udfff",
    "🎉🎉🎉",
    "Z\u0337\u0322\u031ba\u0334l\u0335g\u0336o\u0337",
    "W" * 4000,
    "слово " * 700,
    "שלום عربي 中文",
    "",
]
QUESTION = "Есть ли у вас пищевые ограничения, аллергии или особые пожелания к меню? " * 3
USUAL = Bars("По статусу", [("На проверке", 612), ("Принята", 540), ("Отменена гостем", 20)])


def days(count: int, value: int = 7) -> list[tuple[date, int]]:
    """So many days, rising and falling."""
    return [(date(2026, 10, 5) + timedelta(day), value * (day * day % 11)) for day in range(count)]


def picture(*panels: Bars | Timeline) -> Picture:
    """With a heading."""
    return Picture("Новогодний бал", "1 284 анкеты", panels)


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Rows of RGB."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def painted(png: bytes, colour: str) -> NDArray[np.bool_]:
    """Which pixels have the colour."""
    return np.all(pixels(png) == ImageColor.getrgb(colour), axis=2)


def lengths(png: bytes, colour: str) -> list[int]:
    """The length of each horizontal bar of that colour, px, from top to bottom."""
    rows = painted(png, colour).sum(axis=1).tolist()
    return [max(run) for filled, run in groupby(rows, key=bool) if filled]


def children() -> set[int]:
    """This process's children, those that ended and wait for their parent included."""
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    return {int(stat.split()[0]) for stat in stats if int(stat.rpartition(")")[2].split()[1]) == os.getpid()}


def of_process(child: int, name: str) -> bytes:
    """One of its files in /proc."""
    return Path(f"/proc/{child}/{name}").read_bytes()


def awaited(task: asyncio.Task[bytes]) -> list[str]:
    """The coroutines that the task is in, outermost first."""
    names = []
    coroutine: Any = task.get_coro()
    while hasattr(coroutine, "cr_await"):
        names.append(coroutine.__qualname__)
        coroutine = coroutine.cr_await
    return names


async def new_child(before: set[int]) -> int:
    """The id of the child that draws, once it is one."""
    while True:
        for child in children() - before:
            if b"bot.charts" in of_process(child, "cmdline"):
                return child
        await asyncio.sleep(0.005)
