"""What both commands share: listening on a port, and ending on Ctrl-C."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from aiohttp import web

_TRIES = 20


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serves the application; the port it got (0 asks for a free one). OSError when it is taken."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def free_port(host: str, first: int) -> int:
    """`first`, or the next port that is free, or any."""
    for port in range(first, first + _TRIES):
        with contextlib.suppress(OSError), socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return port
    return 0


async def until_stopped[T](work: Coroutine[None, None, T]) -> T | None:
    """The outcome of `work`, or None when Ctrl-C, SIGTERM or a closed terminal ended it first."""
    task = asyncio.ensure_future(work)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has no handlers on its loop
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
    await asyncio.wait({task})
    return None if task.cancelled() else task.result()
