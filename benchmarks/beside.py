"""A real bot beside the sandbox, on free ports and an empty SQLite file: what pictures and figures are made of."""

import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from sandbox.bot_process import HOST, BotProcess, new_token, running
from sandbox.client import SandboxClient
from sandbox.running import bound, free_port, listening
from sandbox.server import create_sandbox

ADMIN = 1000


class Flow(NamedTuple):
    """`address` is the sandbox's, `people` plays in it."""

    address: str
    people: SandboxClient
    bot: BotProcess


@asynccontextmanager
async def flow(*, script: str = "stand-in") -> AsyncIterator[Flow]:
    """The bot is ready when this is entered; BotNotStartedError when it does not get so."""
    token = new_token()
    with tempfile.TemporaryDirectory() as folder:
        async with listening(create_sandbox(token, script=script).app, bound(HOST, 0)) as address:
            port = free_port(HOST, 8500)
            bot = BotProcess(token, address, port, ADMIN, Path(folder) / "bot", secrets.token_hex(32))
            async with SandboxClient(address) as people, running(bot):
                yield Flow(address, people, bot)
