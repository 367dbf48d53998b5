"""What `/forget` says and asks."""

from aiogram.types import InlineKeyboardMarkup

from bot.locales import Texts
from bot.messages.buttons import button, keyboard
from bot.messages.guest_buttons import ForgetPress, ForgetVerb
from bot.services import Kept


def kept_text(kept: Kept, texts: Texts) -> str:
    """What there is, in numbers, and what becomes of it."""
    return "\n".join([texts("forget-kept", forms=kept.forms, words=kept.words), "", *_approved(kept, texts)])


def sure_text(kept: Kept, texts: Texts) -> str:
    """Whether the guest is sure."""
    return "\n".join([texts("forget-sure", forms=kept.forms), *_approved(kept, texts)])


def _approved(kept: Kept, texts: Texts) -> list[str]:
    if not kept.approved:
        return []
    numbers = ", ".join(f"№ {number}" for number in kept.approved[:20])
    return [texts("forget-approved", count=len(kept.approved), numbers=numbers)]


def kept_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """The file, the end, or neither."""
    return _keyboard(texts, "file", "sure", "leave")


def sure_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Yes or no."""
    return _keyboard(texts, "forget", "leave")


def _keyboard(texts: Texts, *verbs: ForgetVerb) -> InlineKeyboardMarkup:
    return keyboard([button(texts.plain(f"forget-button-{verb}"), ForgetPress(verb=verb))] for verb in verbs)
