"""`python -m sandbox` as a newcomer runs it."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


async def start(*options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *options,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_prints_its_address_and_stops_cleanly(session: aiohttp.ClientSession) -> None:
    process = await start("--port", "0", "--token", "77:ABC")
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    assert line.startswith("Sandbox: http://127.0.0.1:")
    base = line.split()[1]

    async def get(path: str) -> Any:
        async with session.get(base + path) as response:
            return await response.json()

    assert (await get("/bot77:ABC/getMe"))["result"]["id"] == 77
    poll = asyncio.create_task(get("/bot77:ABC/getUpdates?timeout=50"))
    while not (await get("/sandbox/info"))["polled"]:
        pass
    process.send_signal(signal.SIGTERM)
    assert await poll == {"ok": True, "result": []}
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.parametrize("options", [("--token", "none"), ("--port", "70000")])
async def test_a_wrong_option_is_one_sentence(options: tuple[str, str]) -> None:
    process = await start(*options)
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"Traceback" not in errors
