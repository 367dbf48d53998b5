"""Matplotlib's 100 MB and its second of import stay in a child process; the bot's own loop never waits for them."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.charts.picture import Picture, to_json
from bot.errors import ChartFailed

SECONDS = 20.0
PROJECT = Path(__file__).parents[2]
SIGNATURE = b"\x89PNG\r\n\x1a\n"


async def draw(picture: Picture) -> bytes:
    """The picture as a PNG, 1080 px wide, within Telegram's limits for a photo (Bot API, sendPhoto).

    ChartFailed when it cannot be drawn, or not within 20 s. Nothing runs on after that, or after a cancellation.
    """
    try:
        with TemporaryDirectory(prefix="bal-charts-") as folder:
            async with asyncio.timeout(SECONDS):
                return await _drawn(to_json(picture), folder)
    except TimeoutError:
        raise ChartFailed(f"not drawn within {SECONDS:g} s") from None
    except OSError as error:
        raise ChartFailed(f"no process: {error.strerror}") from None


async def _drawn(text: bytes, folder: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.charts"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=folder,
        env=_environment(folder),
    )
    try:
        png, _ = await process.communicate(text)
    finally:
        await _end(process)
    if process.returncode or not png.startswith(SIGNATURE):
        raise ChartFailed(f"the process ended with status {process.returncode}")
    return png


def _environment(folder: str) -> dict[str, str]:
    """None of the bot's settings; matplotlib writes to `folder` alone and looks for no fonts beside its own."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLCONFIGDIR": folder,
        "MPL_IGNORE_SYSTEM_FONTS": "1",
        # One thread is enough, and each of OpenBLAS's would ask for memory.
        "OPENBLAS_NUM_THREADS": "1",
    }


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
