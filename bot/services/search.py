"""What an admin types to find a form: a name, the tail of a phone, an e-mail, a number; several words narrow it.

"17" is form 17 and every phone or e-mail with 17 in it; "№ 17" or "#17" is form 17 alone.
"""

import re
from dataclasses import replace

from bot.questionnaire import searchable
from db.forms import FormFilter

LONGEST_QUERY = 200
# A national number without the prefix that people write before it: +7, 8, 0.
PHONE_LENGTH = 10
_PHONE = re.compile(r"[+(]?[\d\s().+-]+")
_NUMBER = re.compile(r"([№#]?)\s*(\d{1,18})")


def searched(wanted: FormFilter, text: str) -> FormFilter:
    """The filter, narrowed to what is searched for; blank text narrows nothing."""
    text = searchable(text.strip()[:LONGEST_QUERY])
    number = _NUMBER.fullmatch(text)
    if number is None:
        return replace(wanted, words=_words(text), number=None)
    return replace(wanted, words=() if number[1] else _words(text), number=int(number[2]))


def _words(text: str) -> tuple[str, ...]:
    digits = re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else ""
    return (digits[-PHONE_LENGTH:],) if digits else tuple(text.split())
