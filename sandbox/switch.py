"""A wish of the page that only whoever runs the bot can grant: that it get its updates the other way."""

import asyncio

from aiohttp import web

from sandbox.errors import ControlError

MODES = ("polling", "webhook")


class ModeSwitch:
    """Passes on which mode is wanted."""

    def __init__(self) -> None:
        self._wanted: asyncio.Queue[str] = asyncio.Queue()

    def ask(self, mode: str) -> None:
        """ControlError for an unknown mode."""
        if mode not in MODES:
            raise ControlError(f"mode is {' or '.join(MODES)}")
        self._wanted.put_nowait(mode)

    async def next(self) -> str:
        """The next mode that is asked for."""
        return await self._wanted.get()


SWITCH = web.AppKey("sandbox_switch", ModeSwitch)
