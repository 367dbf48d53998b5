"""What both commands share: listening on a port, and ending on Ctrl-C."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from aiohttp import web

TRIES = 50


@asynccontextmanager
async def listening(app: web.Application, sock: socket.socket) -> AsyncIterator[str]:
    """Serves the application on a bound socket; the address, without a slash at its end."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        host, port = sock.getsockname()[:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def bound(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A socket on this port (0 is any), or on one of the next so many; OSError when all are taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + tries):
        with contextlib.suppress(OSError):
            return socket.create_server((host, candidate), family=family)
    raise OSError(f"{host}, port {port}: it is taken, or not this machine's; choose another with --port")


def free_port(host: str, port: int) -> int:
    """The number of a port that is free now, for another process to bind."""
    with bound(host, port, tries=TRIES) as trial:
        return int(trial.getsockname()[1])


async def until_stopped[T](work: Coroutine[None, None, T]) -> T | None:
    """The outcome of `work`, or None when Ctrl-C, SIGTERM or a closed terminal ended it first."""
    task = asyncio.ensure_future(work)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has no handlers on its loop
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
    await asyncio.wait({task})
    return None if task.cancelled() else task.result()
