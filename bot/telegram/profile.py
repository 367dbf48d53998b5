"""What the bot tells Telegram at start: where updates go, its commands, its menu button."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import MenuButtonCommands, MenuButtonWebApp, WebAppInfo, WebhookInfo

from bot.config import Settings
from bot.locales import texts_of
from bot.messages import commands
from bot.telegram.poller import Pauses

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram/webhook"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
MAX_CONNECTIONS = 100


class Profile:
    """The bot's own settings at Telegram."""

    def __init__(self, bot: Bot, settings: Settings) -> None:
        self._bot = bot
        self._settings = settings
        self.username: str | None = None

    async def announce(self) -> None:
        """Set everything, again and again until Telegram takes it; meanwhile the process already works."""
        await _insist(self._learn_username)
        await _insist(self._set_commands)
        await _insist(self._set_admin_commands)
        await _insist(self._set_menu_button)

    async def set_webhook(self) -> None:
        """Have Telegram deliver updates here (Bot API, setWebhook). Unchanged parameters are a no-op there."""
        await self._bot.set_webhook(
            self._settings.webhook_url + WEBHOOK_PATH,
            secret_token=self._settings.webhook_secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=MAX_CONNECTIONS,
            drop_pending_updates=False,
        )

    async def delete_webhook(self) -> None:
        """Have Telegram keep updates for polling; none is dropped."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def receive_updates(self) -> None:
        """Choose the way of updates that the mode asks for, again and again until Telegram takes it."""
        await _insist(self._choose_way)

    async def webhook_info(self) -> WebhookInfo:
        """Bot API, getWebhookInfo."""
        return await self._bot.get_webhook_info()

    async def _choose_way(self) -> None:
        await (self.set_webhook() if self._settings.mode == "webhook" else self.delete_webhook())

    async def _learn_username(self) -> None:
        self.username = (await self._bot.me()).username

    async def _set_commands(self) -> None:
        await commands.show_to_guests(self._bot, self._settings.default_language)

    async def _set_admin_commands(self) -> None:
        settings = self._settings
        for admin_id in sorted(settings.admin_ids):
            try:
                await commands.show_to_admin(self._bot, admin_id, settings.admin_chat_id, settings.default_language)
            except (TelegramBadRequest, TelegramForbiddenError) as error:
                # Who has never written to the bot has no chat with it: /start sets them then.
                log.info("start: an admin's commands are not set yet: %s", type(error).__name__)

    async def _set_menu_button(self) -> None:
        if self._settings.page_url:
            text = texts_of(self._settings.default_language).plain("menu-button")
            button = MenuButtonWebApp(text=text, web_app=WebAppInfo(url=self._settings.page_url))
            await self._bot.set_chat_menu_button(menu_button=button)
        else:
            await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def _insist(step: Callable[[], Awaitable[None]]) -> None:
    pauses = Pauses()
    while True:
        try:
            return await step()
        except TelegramBadRequest as error:
            # Final: the same call would be refused again. The description names no secret.
            log.error("start: Telegram refuses %s: %s", step.__name__.strip("_"), error.message)
            return None
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except TelegramUnauthorizedError:
            log.error("start: Telegram refuses TELEGRAM_BOT_TOKEN; take the current one from @BotFather")
            await asyncio.sleep(pauses.next())
        except AiogramError as error:
            log.warning("start: %s: %s, trying again", step.__name__.strip("_"), type(error).__name__)
            await asyncio.sleep(pauses.next())
