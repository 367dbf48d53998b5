"""`/stats`: a picture, and under it the same in words for those who cannot see it."""

import asyncio
import logging
from functools import partial

from aiogram import Router
from aiogram.exceptions import AiogramError
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import BufferedInputFile, Message

from bot.charts import draw
from bot.errors import ChartFailed
from bot.handlers.desk import Desk
from bot.handlers.filters import IsAdmin
from bot.handlers.replies import reply
from bot.messages.phrases import shown_length
from bot.messages.statistics import picture, summary
from bot.services import Statistics
from bot.services.clock import utc_now

log = logging.getLogger(__name__)

CAPTION_LIMIT = 1_024


async def stats(message: Message, desk: Desk, *, drawing: asyncio.Lock) -> SendMessage | None:
    """Count, draw (one picture at a time: each takes a core and 125 MB), send; without it the words still come."""
    statistics = await desk.services.statistics.collect(desk.actor)
    text = summary(statistics, desk.questionnaire, desk.texts, utc_now())
    if not statistics.started:
        return reply(message, text)
    in_caption = shown_length(text) <= CAPTION_LIMIT
    try:
        async with drawing:
            await _send_picture(desk, statistics, text if in_caption else None)
    except (ChartFailed, AiogramError) as error:
        log.warning("/stats goes without its picture: %s", type(error).__name__)
        return reply(message, f"{desk.texts('stats-no-picture')}\n\n{text}")
    return None if in_caption else reply(message, text)


async def _send_picture(desk: Desk, statistics: Statistics, caption: str | None) -> None:
    await desk.bot.send_chat_action(desk.chat_id, "upload_photo")
    png = await draw(picture(statistics, desk.questionnaire, desk.texts))
    await desk.bot.send_photo(desk.chat_id, BufferedInputFile(png, "stats.png"), caption=caption)


def register(router: Router) -> None:
    """`/stats`."""
    router.message.register(partial(stats, drawing=asyncio.Lock()), Command("stats"), IsAdmin())
