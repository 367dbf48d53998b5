"""Texts: what the questionnaire says, by language, and the tidying of what a guest wrote."""

import re
import unicodedata

from bot.questionnaire.codes import AnswerError

# They come along with pasted text and cannot be seen: zero-width space, word joiner, BOM, direction overrides.
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile("\r\n?|[\u2028\u2029]")
# Cc, the line separators and lone surrogates.
_NOT_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_PARAGRAPHS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Texts(dict[str, str]):
    """Language → text, in the questionnaire's order; a language it does not speak gets its first one."""

    def __missing__(self, language: str) -> str:
        """The first language's text, "" if there is none."""
        return next(iter(self.values()), "")


def one_line(value: object) -> str:
    """`value` in NFC, trimmed, "" if nothing is left.

    Raises:
        AnswerError: not_text, or bad_characters for a control character or a lone surrogate.
    """
    return _checked(value, _NOT_IN_LINE)


def paragraphs(value: object) -> str:
    r"""As `one_line`, though line breaks stay, each as \n."""
    return _checked(_LINE_BREAK.sub("\n", value) if isinstance(value, str) else value, _NOT_IN_PARAGRAPHS)


def searchable(text: str) -> str:
    """The text as it is searched for and in: neither case nor the dots of «ё» matter."""
    return unicodedata.normalize("NFC", text).casefold().replace("ё", "е")


def _checked(value: object, refused: re.Pattern[str]) -> str:
    if not isinstance(value, str):
        raise AnswerError("not_text")
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", value)).strip()
    if refused.search(text):
        raise AnswerError("bad_characters")
    return text
