"""Telegram's side of HTTP: the webhook, and the admin's switch for it."""

import hmac
import logging
from typing import Any

import orjson
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.methods import TelegramMethod
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.errors import DatabaseUnavailable
from bot.metrics import UPDATES
from bot.telegram.profile import Profile
from bot.telegram.updates import UpdateProcessor
from bot.web.bodies import json_response
from bot.web.keys import SETTINGS
from bot.web.problems import RETRY_AFTER_SECONDS, Problem

log = logging.getLogger(__name__)

PROFILE = web.AppKey("profile", Profile)
NOTHING = b"{}"
MAX_UPDATE_ID = 2**63


class WebhookHandler(SimpleRequestHandler):
    """aiogram's handler, in the foreground: 200 only after the update is done.

    What cannot be an update is answered 200 too: Telegram repeats anything else for a day.
    """

    def __init__(self, dispatcher: Dispatcher, bot: Bot, processor: UpdateProcessor, secret_token: str) -> None:
        super().__init__(dispatcher, bot, handle_in_background=False, secret_token=secret_token)
        self._secret = secret_token.encode()
        self._processor = processor

    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:  # noqa: ARG002 - aiogram's signature
        """Compare as bytes: a header may hold anything."""
        return hmac.compare_digest(telegram_secret_token.encode("utf-8", "surrogateescape"), self._secret)

    async def handle(self, request: web.Request) -> web.Response:
        """POST /telegram/webhook."""
        if not self.verify_secret(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), self.bot):
            return Problem(401, "unauthorized", "No valid authorisation", "the webhook secret is wrong").response()
        update = _update(await _body(request))
        if update is None:
            UPDATES.labels("unreadable").inc()
            log.warning("webhook: a body that is no update")
            return _ok(NOTHING)
        return await self._process(update)

    async def close(self) -> None:
        """Leave the bot's session open: updates in hand still need it (bot/app.py closes it)."""

    async def _process(self, update: dict[str, Any]) -> web.Response:
        try:
            answer = await self._processor.travelling(await self._processor.process(update))
        except (DatabaseUnavailable, TimeoutError) as error:
            log.warning("update %s will come again: %s", update["update_id"], type(error).__name__)
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return Problem(503, "unavailable", "Try again in a moment", headers=headers).response()
        return _ok(NOTHING if answer is None else as_json(answer))


def as_json(method: TelegramMethod[Any]) -> bytes:
    """A Bot API call as the body of a response (Bot API, "Making requests when getting updates")."""
    call = method.model_dump(mode="json", exclude_unset=True, exclude_none=True, warnings=False)
    return orjson.dumps({"method": method.__api_method__, **call})


def _ok(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except (web.HTTPRequestEntityTooLarge, web.RequestPayloadError):
        return b""  # over 1 MiB, or not compressed as it says: nothing of Telegram's


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if type(number) is int and 0 <= number < MAX_UPDATE_ID else None


async def set_webhook(request: web.Request) -> web.Response:
    """GET or POST /telegram/set-webhook."""
    if request.config_dict[SETTINGS].mode != "webhook":
        mend = "set WEBHOOK_URL, BOT_MODE=webhook, and start again"
        return Problem(409, "polling", "This process polls: a webhook would take its updates away", mend).response()
    return await _ask(request.config_dict[PROFILE].set_webhook())


async def delete_webhook(request: web.Request) -> web.Response:
    """GET or POST /telegram/delete-webhook."""
    return await _ask(request.config_dict[PROFILE].delete_webhook())


async def webhook_info(request: web.Request) -> web.Response:
    """GET /telegram/webhook-info."""
    return await _ask(request.config_dict[PROFILE].webhook_info())


async def _ask(call: Any) -> web.Response:  # noqa: ANN401 - an awaitable of whatever the call returns
    try:
        result = await call
    except AiogramError as error:
        log.warning("telegram: %s", type(error).__name__)
        return Problem(
            503, "telegram-unavailable", "Telegram refused or did not answer", type(error).__name__
        ).response()
    return json_response({"ok": True} if result is None else result.model_dump(mode="json", exclude_none=True))
