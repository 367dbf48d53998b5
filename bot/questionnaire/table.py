"""One TOML table being read: gives out typed settings and reports each that is wrong, so that all are told at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.questionnaire.source import Source
from bot.questionnaire.texts import Texts


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The end of a sentence: the nearest known word if one is near, else all of them."""
    near = get_close_matches(word, known, n=1)
    return f"did you mean «{near[0]}»?" if near else f"known are {', '.join(known)}."


class Table:
    """A table of the file. A getter reports what is wrong and then gives its default, so reading always goes on."""

    def __init__(self, source: Source, data: Mapping[str, Any], location: str = "", place: str = "") -> None:
        self.source = source
        self.data = data
        self.location = location
        self.place = place
        self._known: list[str] = []

    def report(self, problem: str, setting: str = "") -> None:
        """Notes a problem of this table, at the line of `setting` if it stands there."""
        self.source.report(f"{self.location}.{setting}".lstrip("."), self.place, problem)

    def take[T](self, name: str, kind: type[T], default: T, mend: str) -> T:
        """The setting if it is exactly of `kind` (a bool is no int), else the default; `mend` says what to write."""
        self._known.append(name)
        value = self.data.get(name, default)
        if type(value) is kind or value is default:
            return value
        self.report(f"«{name}» must be {mend}.", name)
        return default

    def demand[T](self, name: str, kind: type[T], default: T, mend: str) -> T:
        """As `take`, though a missing setting is a problem."""
        if name not in self.data:
            self.report(f"«{name}» is missing; write {mend}.")
        return self.take(name, kind, default, mend)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A setting that is true or false."""
        return self.take(name, bool, default, "true or false, without quotes")

    def integer(self, name: str, default: int, allowed: tuple[int, int]) -> int:
        """A whole number within `allowed`, both ends included."""
        low, high = allowed
        value = self.take(name, int, default, f"a whole number from {low} to {high}, without quotes")
        if not low <= value <= high:
            self.report(f"«{name}» is {value}; write a whole number from {low} to {high}.", name)
            return default
        return value

    def integers(self, names: tuple[str, str], defaults: tuple[int, int], allowed: tuple[int, int]) -> tuple[int, int]:
        """A lower and an upper limit."""
        low = self.integer(names[0], defaults[0], allowed)
        return self.ordered(names, low, self.integer(names[1], defaults[1], allowed))

    def dates(self, names: tuple[str, str], defaults: tuple[date, date]) -> tuple[date, date]:
        """The first and the last day."""
        mend = "a date, without quotes, for example 2026-12-31"
        low = self.take(names[0], date, defaults[0], mend)
        return self.ordered(names, low, self.take(names[1], date, defaults[1], mend))

    def ordered[T: (int, date)](self, names: tuple[str, str], low: T, high: T) -> tuple[T, T]:
        """The pair, reported when the lower limit is above the upper one."""
        if low > high:
            self.report(f"«{names[0]}» ({low}) is above «{names[1]}» ({high}); swap or mend them.", names[0])
        return low, high

    def moment(self, name: str) -> datetime | None:
        """A moment with its offset from UTC."""
        mend = "a moment without quotes, for example 2026-12-01T10:00:00+03:00"
        self._known.append(name)
        value = self.data.get(name)
        if value is None or (isinstance(value, datetime) and value.tzinfo is not None):
            return value
        missing_offset = isinstance(value, datetime)
        self.report(
            f"«{name}» has no offset; write it as +03:00." if missing_offset else f"«{name}» must be {mend}.", name
        )
        return None

    def timezone(self, name: str) -> ZoneInfo:
        """A time zone of the IANA database; UTC if it is not given."""
        key = self.take(name, str, "UTC", 'a time zone in quotes, for example "Europe/Moscow"')
        try:
            return ZoneInfo(key)
        except (KeyError, ValueError, OSError):  # unknown; no relative path; a folder of the database
            near = get_close_matches(key, available_timezones(), n=1)
            mend = f"did you mean «{near[0]}»?" if near else 'write it like "Europe/Moscow".'
            self.report(f"no time zone is called «{key}»; {mend}", name)
            return ZoneInfo("UTC")

    def texts(self, name: str, longest: int, *, required: bool = False) -> Texts:
        """One text for each language of the questionnaire; "" everywhere if it is not required and not given."""
        languages = self.source.languages
        mend = "a text for each language: { " + ", ".join(f'{language} = "…"' for language in languages) + " }"
        nothing: dict[str, str] = {}
        given = (self.demand if required else self.take)(name, dict, nothing, mend)
        if given is not nothing:
            self._check_texts(name, given, longest)
        return Texts({language: str(given.get(language, "")).strip() for language in languages})

    def table(self, name: str, place: str) -> "Table | None":
        """A table inside this one, None if it is not given."""
        nothing: dict[str, Any] = {}
        data = self.take(name, dict, nothing, "a table: { … }")
        if data is nothing:
            return None
        return Table(self.source, data, f"{self.location}.{name}".lstrip("."), f"{self.place}, {place}".lstrip(", "))

    def tables(self, name: str, title: str) -> list["Table"]:
        """An array of tables; `title` is the setting that names each of them to people."""
        nothing: list[Any] = []
        items = self.take(name, list, nothing, f"a list; write its items under [[{name}]], with two brackets")
        return [table for number, item in enumerate(items) if (table := self._item(name, number, item, title))]

    def finish(self) -> None:
        """Reports the settings that nobody asked for."""
        for name in self.data:
            if name not in self._known:
                self.report(f"the setting «{name}» is unknown; {did_you_mean(name, self._known)}", name)

    def _item(self, name: str, number: int, item: object, title: str) -> "Table | None":
        location = f"{self.location}.{name}[{number}]".lstrip(".")
        place = f"{self.place}, {name}[{number}]".lstrip(", ")
        if not isinstance(item, dict):
            self.source.report(location, place, "an item of this list must be a table: { … }.")
            return None
        known_as = item.get(title)
        return Table(self.source, item, location, f"{place} «{known_as}»" if known_as else place)

    def _check_texts(self, name: str, given: Mapping[str, object], longest: int) -> None:
        languages = self.source.languages
        missing = [language for language in languages if not _is_text(given.get(language))]
        if missing:
            self.report(f"«{name}» has no text in {', '.join(missing)}; write it in quotes.", name)
        for language in given:
            if language not in languages:
                self.report(f"«{name}» has a text in «{language}»; {did_you_mean(language, languages)}", name)
        if any(len(str(text)) > longest for text in given.values()):
            self.report(f"«{name}» is too long; keep it within {longest} characters.", name)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
