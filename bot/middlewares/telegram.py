"""The middlewares of updates. None of them touches Redis: a submission must not wait for it."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User

from bot.actor import Actor, Role
from bot.errors import DatabaseUnavailable
from bot.locales import choose_language, texts_of
from bot.services import Services

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ServicesMiddleware(BaseMiddleware):
    """Hands over the services, which open the database for as long as one of their calls takes: `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> object:
        """Give the handler its services."""
        data["services"] = self._services
        return await handler(event, data)


class ActorMiddleware(BaseMiddleware):
    """Says who is asking, by Telegram id: `actor`. An update of nobody (a channel's) goes no further."""

    def __init__(self, admin_ids: frozenset[int]) -> None:
        self._admin_ids = admin_ids

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> object:
        """Give the handler its actor."""
        user: User | None = data.get("event_from_user")
        if user is None or user.is_bot:
            return None
        data["actor"] = Actor(user.id, Role.ADMIN if user.id in self._admin_ids else Role.GUEST)
        return await handler(event, data)


class LanguageMiddleware(BaseMiddleware):
    """Chooses the texts by the language that the user has chosen, else by Telegram's: `texts`.

    For a submission the database is not asked: the statement that stores it tells the choice.
    """

    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> object:
        """Give the handler its texts."""
        user: User = data["event_from_user"]
        chosen = await self._chosen(event, user.id, data["services"])
        data["texts"] = texts_of(choose_language(chosen or user.language_code, self._default_language))
        return await handler(event, data)

    async def _chosen(self, event: TelegramObject, user_id: int, services: Services) -> str | None:
        if is_submission(event):
            return services.users.noted_language(user_id)
        try:
            return await services.users.language(user_id)
        except DatabaseUnavailable:
            return services.users.noted_language(user_id)


def is_submission(event: TelegramObject) -> bool:
    """Whether the update brings a guest's answers (Bot API, Message.web_app_data)."""
    return isinstance(event, Update) and event.message is not None and event.message.web_app_data is not None
