"""Every text that a user sees: Fluent files, one folder a language (projectfluent.org)."""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fluent_compiler.bundle import FluentBundle
from markupsafe import Markup

LANGUAGES = ("ru", "en")
_FOLDER = Path(__file__).parent


class Texts:
    """The texts of one language. A missing message or argument is a mistake of ours and raises."""

    def __init__(self, language: str) -> None:
        self.language = language
        files = sorted((_FOLDER / language).glob("*.ftl"))
        self._bundle = FluentBundle.from_files(language, map(str, files), use_isolating=False)
        if errors := self._bundle.check_messages():
            raise ValueError(f"{language}: {errors}")

    def __call__(self, message: str, **arguments: Any) -> str:
        """The message for parse_mode HTML: arguments are escaped, except Markup."""
        return self._format(message, {name: _escaped(value) for name, value in arguments.items()})

    def plain(self, message: str, **arguments: Any) -> str:
        """The message for a button, a command or JSON: nothing is escaped."""
        return self._format(message, arguments)

    def _format(self, message: str, arguments: Mapping[str, Any]) -> str:
        text, errors = self._bundle.format(message, arguments)
        if errors:
            raise errors[0]
        return str(text)


def _escaped(value: object) -> object:
    return escape(value, quote=False) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def texts_of(language: str) -> Texts:
    """The texts of a language in LANGUAGES."""
    return Texts(language)


def choose_language(language_code: str | None, default: str) -> str:
    """The language of ours for an IETF tag such as `ru-RU`; `default` when it is none of ours."""
    found = (language_code or "").partition("-")[0].lower()
    return found if found in LANGUAGES else default
