"""How an answer leaves: as a value, so that in webhook mode it travels in the response to Telegram."""

from typing import Any

from aiogram.enums import ParseMode
from aiogram.methods import SendMessage
from aiogram.types import Message

MESSAGE_LIMIT = 4_096


def reply(message: Message, text: str, **options: Any) -> SendMessage:
    """A message to the chat of `message`, its text in HTML."""
    return SendMessage(chat_id=message.chat.id, text=text, parse_mode=ParseMode.HTML, **options)


def fits(text: str, *, room: int = 0) -> bool:
    """Whether Telegram takes the text whole and `room` UTF-16 units more; markup makes it only ever shorter."""
    return len(text.encode("utf-16-le")) // 2 + room <= MESSAGE_LIMIT
