"""What an admin was asked to write, and has turned away from."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import InaccessibleMessage, Message, TelegramObject, Update

from bot.actor import Actor
from bot.messages.buttons import FormPress
from bot.middlewares.telegram import Handler

# Reading on about the form, or asking to be asked no more, is no turning away.
STAYING = tuple(f"{FormPress.__prefix__}:{verb}:" for verb in ("answers", "history"))
CANCEL = "/cancel"


class PromptMiddleware(BaseMiddleware):
    """Any press or command of an admin takes back what they were asked to write in their private chat.

    Otherwise the next words, meant for something else, would reject a form or reach a wrong guest.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> object:
        """Take it back before the handler, which may ask anew."""
        actor: Actor = data["actor"]
        if isinstance(event, Update) and actor.is_admin and _turns_away(event, actor):
            await data["services"].conversations.close_prompt(actor)
        return await handler(event, data)


def _turns_away(event: Update, actor: Actor) -> bool:
    query, message = event.callback_query, event.message
    if query is not None:
        return _is_private(query.message, actor) and not (query.data or "").startswith(STAYING)
    text = (message.text if message else None) or ""
    return _is_private(message, actor) and text.startswith("/") and not text.startswith(CANCEL)


def _is_private(message: Message | InaccessibleMessage | None, actor: Actor) -> bool:
    return message is not None and message.chat.id == actor.id
