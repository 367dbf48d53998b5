"""An export that was asked for in the chat: its progress is shown while it runs, the file comes as a document."""

from aiogram import Bot

from bot.services import OutboxRecord, Services


class Exporter:
    """Makes the files, one at a time."""

    def __init__(self, bot: Bot, services: Services, admin_ids: frozenset[int]) -> None:
        self._bot = bot
        self._services = services
        self._admin_ids = admin_ids

    async def run(self, record: OutboxRecord) -> None:
        """Make and send one."""
        raise NotImplementedError
