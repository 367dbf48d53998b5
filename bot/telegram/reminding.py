"""The task that looks every few minutes whether somebody should be reminded of a draft."""

import asyncio
import logging
import random

from bot.errors import DatabaseUnavailable
from bot.services import Services

log = logging.getLogger(__name__)

EVERY_SECONDS = 300


async def keep_reminding(services: Services) -> None:
    """Until it is cancelled; in every replica, at times of their own."""
    while services.reminders.is_on:
        try:
            if number := await services.reminders.remind():
                log.info("reminders: %s", number)
        except DatabaseUnavailable as error:
            log.warning("reminders: the database is away (%s)", error)
        except Exception as error:
            log.exception("reminders: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 - it keeps replicas apart
