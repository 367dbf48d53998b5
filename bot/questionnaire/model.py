"""The questionnaire as everyone uses it; immutable, shared by every request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.errors import AnswersInvalid
from bot.questionnaire.codes import AnswerError
from bot.questionnaire.field import Cell, Column, DisplayRow, Field, Value, Words, plain
from bot.questionnaire.texts import Texts, searchable

type Availability = Literal["open", "not_yet_open", "closed"]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading, an object of their own inside the answers."""

    key: str
    label: Texts
    hint: Texts

    def describe(self) -> dict[str, Any]:
        """As JSON."""
        return {"key": self.key, "label": self.label, "hint": self.hint}


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """The definition of a form: what is asked, in what words, when.

    Attributes:
        title, intro, date, place: texts by language.
        opens_at, closes_at: aware; open from the first, included, to the second, excluded; None: no such bound.
        timezone: the event's own; times are told in it.
        reasons: key → text by language: why a form may be rejected, ready to choose from.
        fields: flat, in the order of asking; the fields of one group stand together.
    """

    key: str
    version: int
    languages: tuple[str, ...]
    title: Texts
    intro: Texts
    date: Texts
    place: Texts
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: ZoneInfo
    reasons: Mapping[str, Texts]
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]

    def field(self, path: str) -> Field:
        """The field at `path`; KeyError if there is none."""
        return self._by_path[path]

    @cached_property
    def ticket_field(self) -> Field | None:
        """The question by which the list is filtered: the first choice that is counted, None if there is none."""
        return next((field for field in self.fields if field.stats and field.is_filter), None)

    @property
    def ticket_types(self) -> Mapping[str, Texts]:
        """What `ticket_field` can be answered: value → label; empty without such a question."""
        return self.ticket_field.choices if self.ticket_field else {}

    def ticket_type(self, form_data: Mapping[str, Any]) -> str | None:
        """The answer to `ticket_field`, None if there is none."""
        value = self.ticket_field.given(form_data) if self.ticket_field else None
        return value if isinstance(value, str) else None

    def availability(self, now: datetime) -> Availability:
        """Whether forms are taken at `now` (aware)."""
        if self.opens_at is not None and now < self.opens_at:
            return "not_yet_open"
        return "closed" if self.closes_at is not None and now >= self.closes_at else "open"

    def clean(self, answers: object, *, draft: bool) -> dict[str, Any]:
        """The answers as they are stored: normalised, in the questionnaire's order, unanswered ones left out.

        The one validator of every way in; takes any JSON value. Answers to fields whose condition does not hold are
        dropped. A draft is checked for what is there; otherwise required answers must be there too.

        Raises:
            AnswersInvalid: with the codes of every field that is wrong, by path.
        """
        if not isinstance(answers, dict):
            raise AnswersInvalid({"": ["not_an_object"]})
        errors: dict[str, tuple[str, ...]] = {}
        values = self._parse(answers, errors, draft=draft)
        for group, key, _ in self._strangers(answers):
            code = "not_an_object" if key in self._group_keys and group is None else "unknown_field"
            errors[key if group is None else f"{group}.{key}"] = (code,)
        if errors:
            raise AnswersInvalid(errors)
        return self._nest(values)

    def keep(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What of these answers fits: of a form filled under an older questionnaire, what still has a place."""
        return self._nest(self._parse(dict(answers), {}, draft=True))

    def standing(self, form_data: Mapping[str, Any], version: int) -> Mapping[str, Any]:
        """The answers of a form that was filled under a version of this questionnaire, as they hold today.

        A consent given under another version was to other words, perhaps: it is to be asked for again.
        """
        if version == self.version:
            return form_data
        for field in self.fields:
            if field.agreed(field.given(form_data)) is not None:
                form_data = field.put(form_data, None)
        return form_data

    def asked(self, form_data: Mapping[str, Any]) -> tuple[Field, ...]:
        """The fields whose condition holds, given clean answers: what a guest should be asked."""
        values: dict[str, Value] = {}
        asked = []
        for field in self.fields:
            if field.is_asked(values):
                asked.append(field)
                values[field.path] = field.given(form_data)
        return tuple(asked)

    def consents(self, form_data: Mapping[str, Any]) -> dict[str, int]:
        """What the guest has agreed to: the path of each consent and the version of its text."""
        versions = {field.path: field.agreed(field.given(form_data)) for field in self.fields}
        return {path: version for path, version in versions.items() if version is not None}

    def changed(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """The paths of the questions that are answered otherwise."""
        return [field.path for field in self.fields if field.given(before) != field.given(after)]

    def error_params(self, path: str) -> dict[str, int | str]:
        """What an error's text may mention of the field at `path`; {} for a path that is no field."""
        field = self._by_path.get(path)
        return field.error_params() if field else {}

    def display(self, form_data: Mapping[str, Any], language: str, words: Words) -> list[DisplayRow]:
        """Every answer for people to read, those of an older questionnaire that this one does not know included."""
        answered = [(field, field.given(form_data)) for field in self.fields]
        known = [
            DisplayRow(
                field.path, field.label[language], field.display(value, language, words), self._heading(field, language)
            )
            for field, value in answered
            if value is not None
        ]
        return known + [
            DisplayRow(key if group is None else f"{group}.{key}", key, plain(value, words), group)
            for group, key, value in self._leftovers(form_data)
        ]

    def columns(self, language: str) -> list[Column]:
        """The columns of an export."""
        return [Column(field.path, self._column_title(field, language), field.kind) for field in self.fields]

    def row(self, form_data: Mapping[str, Any], language: str) -> list[Cell]:
        """A form's cells, one for each of `columns`; None where there is no answer."""
        answers = ((field, field.given(form_data)) for field in self.fields)
        return [None if value is None else field.cell(value, language) for field, value in answers]

    def search_text(self, form_data: Mapping[str, Any]) -> str:
        """What the guest list is searched in: `searchable` text answers, phones as bare digits, choices' values."""
        values = ((field, field.given(form_data)) for field in self.fields)
        found = (field.search(value) for field, value in values if value is not None)
        return searchable(" ".join(text for text in found if text))

    def describe(self) -> dict[str, Any]:
        """All that a client needs to show the questionnaire, as JSON."""
        return {
            "key": self.key,
            "version": self.version,
            "languages": list(self.languages),
            "title": self.title,
            "intro": self.intro,
            "date": self.date,
            "place": self.place,
            "opens_at": _utc(self.opens_at),
            "closes_at": _utc(self.closes_at),
            "groups": [group.describe() for group in self.groups],
            "fields": [field.describe() for field in self.fields],
        }

    def json_schema(self, *, draft: bool) -> dict[str, Any]:
        """JSON Schema 2020-12 of `form_data` as it is stored.

        `clean` takes a little more (null for no answer, digits for a number); a field with a condition is never in
        `required`, for the schema does not know whether it holds.
        """
        top = _object_schema([field for field in self.fields if field.group is None], draft=draft)
        for group in self.groups:
            inner = _object_schema([field for field in self.fields if field.group == group.key], draft=draft)
            top["properties"][group.key] = {"title": next(iter(group.label.values())), **inner}
            top["required"] += [group.key] if inner["required"] else []
        return top

    def _parse(self, answers: dict[str, Any], errors: dict[str, tuple[str, ...]], *, draft: bool) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for field in self.fields:
            if not field.is_asked(values):
                continue
            try:
                value = field.judge(field.given(answers), draft=draft)
            except AnswerError as error:
                errors[field.path] = error.codes
                continue
            if value is not None:
                values[field.path] = value
        return values

    def _nest(self, values: Mapping[str, Value]) -> dict[str, Any]:
        form_data: dict[str, Any] = {}
        for path, value in values.items():
            field = self._by_path[path]
            holder = form_data if field.group is None else form_data.setdefault(field.group, {})
            holder[field.key] = value
        return form_data

    def _strangers(self, answers: Mapping[str, Any]) -> Iterator[tuple[str | None, str, Any]]:
        """(group, key, value) of what stands where no field is; a group that is no object counts."""
        for key, value in answers.items():
            inside = self._group_keys.get(key)
            if inside is None:
                if key not in self._top_keys:
                    yield None, key, value
            elif isinstance(value, dict):
                yield from ((key, inner, value[inner]) for inner in value if inner not in inside)
            elif value is not None and value != "":
                yield None, key, value

    def _leftovers(self, form_data: Mapping[str, Any]) -> Iterator[tuple[str | None, str, Any]]:
        """As `_strangers`, with an unknown object opened: it was a group once."""
        for group, key, value in self._strangers(form_data):
            if group is None and isinstance(value, dict):
                yield from ((key, inner, value[inner]) for inner in value)
            else:
                yield group, key, value

    def _heading(self, field: Field, language: str) -> str | None:
        return None if field.group is None else self._group_labels[field.group][language]

    def _column_title(self, field: Field, language: str) -> str:
        heading, label = self._heading(field, language), field.label[language]
        return f"{heading}: {label}" if heading else label

    @cached_property
    def _by_path(self) -> dict[str, Field]:
        return {field.path: field for field in self.fields}

    @cached_property
    def _top_keys(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields if field.group is None)

    @cached_property
    def _group_keys(self) -> dict[str, frozenset[str]]:
        keys = {group.key: (field.key for field in self.fields if field.group == group.key) for group in self.groups}
        return {group: frozenset(inside) for group, inside in keys.items()}

    @cached_property
    def _group_labels(self) -> dict[str, Texts]:
        return {group.key: group.label for group in self.groups}


def _object_schema(fields: list[Field], *, draft: bool) -> dict[str, Any]:
    demanded = [field.key for field in fields if field.required and not draft and field.show_if is None]
    return {
        "type": "object",
        "properties": {field.key: field.schema() for field in fields},
        "required": demanded,
        "additionalProperties": False,
    }


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
