"""What an admin types to find a form: a name, the tail of a phone, an e-mail, a number; several words narrow it."""

import re
from dataclasses import replace

from db.forms import FormFilter

LONGEST_QUERY = 200
# A national number without the prefix that people write before it: +7, 8, 0.
PHONE_LENGTH = 10
BIGGEST_NUMBER = 2**62
_PHONE = re.compile(r"[+(]?[\d\s().+-]+")
_NUMBER = re.compile(r"[№#]?\s*(\d{1,18})")


def searched(wanted: FormFilter, text: str) -> FormFilter:
    """The filter, narrowed to what is searched for; blank text narrows nothing."""
    text = text.strip()[:LONGEST_QUERY].casefold()
    number = _NUMBER.fullmatch(text)
    return replace(wanted, words=_words(text), number=int(number[1]) if number else None)


def _words(text: str) -> tuple[str, ...]:
    if not _PHONE.fullmatch(text):
        return tuple(text.removeprefix("№").removeprefix("#").split())
    digits = re.sub(r"\D", "", text)
    if len(digits) >= PHONE_LENGTH:
        return (digits[-PHONE_LENGTH:],)
    return (digits,) if digits else ()
