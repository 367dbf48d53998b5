"""The page: its address, and the keyboard that opens it."""

from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, WebAppInfo

from bot.locales import Texts


def page_address(page_url: str, **query: str) -> str:
    """The mini-app's address with these words in its query."""
    parts = urlsplit(page_url)
    merged = dict(parse_qsl(parts.query)) | query
    return urlunsplit(parts._replace(query=urlencode(merged)))  # a SplitResult's documented way to change a part


@cache
def form_keyboard(page_url: str, texts: Texts) -> ReplyKeyboardMarkup | None:
    """The one button from which `sendData` works; None without a page.

    The page cannot tell a keyboard launch by itself (its initData is empty, as in a browser): `via=kb` says so.
    """
    if not page_url:
        return None
    button = KeyboardButton(
        text=texts.plain("form-button"),
        web_app=WebAppInfo(url=page_address(page_url, via="kb", lang=texts.language)),
    )
    return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, is_persistent=True)
