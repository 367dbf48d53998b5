"""The process that draws: what it is given, and that it never stays behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from charts_parts import HOSTILE, USUAL, awaited, children, new_child, of_process, picture

from bot.charts import Bars, draw, process
from bot.errors import ChartFailed

type Spoil = Callable[[pytest.MonkeyPatch], Awaitable[None]]


async def time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 20 s are over as soon as the child stands still, so that it cannot end by itself."""
    limits: list[asyncio.Timeout] = []
    timeout = asyncio.timeout

    def noted(seconds: float) -> asyncio.Timeout:
        assert seconds == 20
        limits.append(timeout(seconds))
        return limits[-1]

    monkeypatch.setattr(process.asyncio, "timeout", noted)
    async with standing_still() as task:
        limits[0].reschedule(asyncio.get_running_loop().time())
        with pytest.raises(ChartFailed, match="not drawn within 20 s"):
            await task


async def cancel(_: pytest.MonkeyPatch) -> None:
    """While the child stands still."""
    async with standing_still() as task:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@asynccontextmanager
async def standing_still() -> AsyncIterator[asyncio.Task[bytes]]:
    before = children()
    async with drawing() as task:
        os.kill(await new_child(before), signal.SIGSTOP)
        while "Process.communicate" not in awaited(task):
            await asyncio.sleep(0)
        yield task


@asynccontextmanager
async def drawing() -> AsyncIterator[asyncio.Task[bytes]]:
    task = asyncio.create_task(draw(picture(USUAL)))
    try:
        yield task
    finally:
        task.cancel()


SPOILED = pytest.mark.parametrize("spoil", [time_out, cancel])


@SPOILED
async def test_no_process_stays_behind(spoil: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    await spoil(monkeypatch)
    assert children() <= before


@SPOILED
async def test_without_the_kill_a_process_stays_behind(spoil: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    processes = []  # asyncio kills one that is forgotten

    async def let_it_run(child: object) -> None:
        processes.append(child)

    monkeypatch.setattr(process, "_end", let_it_run)
    before = children()
    await spoil(monkeypatch)
    left = children() - before
    assert len(left) == 1
    for child in left:
        os.kill(child, signal.SIGKILL)
    while children() & left:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("steps", range(8))
async def test_cancelled_while_it_starts_no_process_stays_behind(steps: int) -> None:
    before = children()
    async with drawing() as task:
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert children() <= before


async def test_the_process_knows_none_of_the_bot_s_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 2)
    before = children()
    async with drawing() as task:
        environment = of_process(await new_child(before), "environ")
        await task
    assert b"MPLCONFIGDIR=" in environment
    assert {line.partition(b"=")[0].decode() for line in environment.split(b"\0") if line} == set(
        process._environment("")
    )
    assert b"0123456789abcdef" not in environment


async def test_a_failure_says_nothing_of_the_labels(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    too_tall = picture(Bars("Секрет", [("Тайна", 1)]), *[Bars("Секрет", [])] * 120)
    with pytest.raises(ChartFailed) as failed:
        await draw(too_tall)
    assert str(failed.value) == "the process ended with status 1"
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.name.startswith("bot")]


async def test_no_python_no_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ChartFailed, match="no process"):
        await draw(picture(USUAL))


IN_A_BOT = """
import sys
import uvloop
from bot.charts import Bars, Picture, draw

def heavy():
    return sorted({"matplotlib", "numpy", "PIL"} & set(sys.modules))

assert not heavy(), heavy()
png = uvloop.run(draw(Picture("Бал", "", [Bars("", [(label, 1) for label in LABELS])])))
assert png.startswith(b"\\x89PNG") and not heavy(), heavy()
"""


def test_from_any_folder_and_on_uvloop_matplotlib_never_enters_the_parent(tmp_path: Path, root: Path) -> None:
    script = IN_A_BOT.replace("LABELS", ascii(HOSTILE))
    result = subprocess.run(  # noqa: S603 - a script of this file
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(root)}, check=False, capture_output=True
    )
    assert (result.returncode, result.stderr.decode()) == (0, "")
    assert not list(tmp_path.iterdir())
