"""A field: one question of the questionnaire, whatever its type."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from bot.questionnaire.codes import AnswerError, Code
from bot.questionnaire.table import Table
from bot.questionnaire.texts import Texts

type Value = str | int | bool | list[str]
type Cell = str | int | bool | date | None
type Kind = Literal["text", "integer", "boolean", "date"]
type Words = Callable[[str], str]
"""Message id (`answer-yes`, `answer-date`, a strftime pattern, `fill-agree`) → text in the reader's language."""

LONGEST_LABEL = 200
LONGEST_HINT = 500


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field is asked: the answer to an earlier `field` is one of `wanted`."""

    field: "Field"
    wanted: tuple[Value, ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether it does, by the clean answers (path → value)."""
        answer = values.get(self.field.path)
        return answer is not None and self.field.matches(answer, self.wanted)

    def describe(self) -> dict[str, Any]:
        """As JSON: `{"field": path, "in": [values]}`."""
        return {"field": self.field.path, "in": list(self.wanted)}


@dataclass(frozen=True, slots=True)
class DisplayRow:
    """One answer for people to read."""

    path: str
    label: str
    value: str
    group_label: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export."""

    path: str
    title: str
    kind: Kind


class Field:
    """What every field type has; a new type overrides `accept` and whatever of the rest is its own.

    Attributes:
        path: `email`, or `preferences.dietary_requirements` inside a group: unique in the questionnaire.
        label, hint, placeholder: texts by language; the last two may be "".
        card: shown on the short card that an admin sees.
        choices: value → label, of the types that have them.
        stats: counted in the statistics; the list can be filtered by the first choice that is.
        how: how the question is answered in a chat (`fill-how-…` says it).
        ready: the answers that can be pressed in a chat; `several` of them together or one.
        takes_contact: a contact shared in the chat is an answer too.
    """

    type: ClassVar[str]
    kind: ClassVar[Kind] = "text"
    missing: ClassVar[Code] = "required"
    is_filter: ClassVar[bool] = False
    choices: Mapping[str, Texts] = MappingProxyType({})
    how: ClassVar[str] = "text"
    several: ClassVar[bool] = False
    takes_contact: ClassVar[bool] = False
    ready: Sequence[Value] = ()

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        self.key, self.group, self.path = place_of(table.data)
        self.required = table.flag("required")
        self.card = table.flag("card")
        self.stats = table.flag("stats")
        self.label = table.texts("label", LONGEST_LABEL, required=True)
        self.hint = table.texts("hint", LONGEST_HINT)
        self.placeholder = table.texts("placeholder", LONGEST_LABEL)
        self.show_if = show_if

    def parse(self, value: object) -> Value | None:
        """The answer as it is stored, None if it is not answered (null, "" and blank text).

        Raises:
            AnswerError: the answer breaks the field.
        """
        return None if value is None or value == "" else self.accept(value)

    def accept(self, value: object) -> Value | None:
        """As `parse`, of a value that is neither null nor ""."""
        raise NotImplementedError

    def answered(self, value: Value | None) -> bool:
        """Whether the answer satisfies a required field."""
        return value is not None

    def judge(self, value: object, *, draft: bool) -> Value | None:
        """As `parse`; unless it is a draft, a required answer must be there too.

        Raises:
            AnswerError: the answer breaks the field.
        """
        parsed = self.parse(value)
        if self.required and not draft and not self.answered(parsed):
            raise AnswerError(self.missing)
        return parsed

    def put(self, answers: Mapping[str, Any], value: object) -> dict[str, Any]:
        """The answers with this one in its place; None takes it away."""
        if self.group is None:
            return {**answers, self.key: value}
        holder = answers.get(self.group)
        return {**answers, self.group: {**(holder if isinstance(holder, dict) else {}), self.key: value}}

    def agreed(self, value: object) -> int | None:  # noqa: ARG002  a consent needs it
        """The version of the text that this answer agrees to, None if it is no agreement."""
        return None

    def given(self, answers: Mapping[str, Any]) -> Any:  # noqa: ANN401  whatever the client sent
        """What stands at the field's path, None if nothing does."""
        holder = answers if self.group is None else answers.get(self.group)
        return holder.get(self.key) if isinstance(holder, dict) else None

    def is_asked(self, values: Mapping[str, Value]) -> bool:
        """Whether the condition holds, by the clean answers to earlier fields (path → value)."""
        return self.show_if is None or self.show_if.holds(values)

    def matches(self, answer: Value, wanted: tuple[Value, ...]) -> bool:
        """Whether a condition on this field holds."""
        return answer in wanted

    def wanted(self, value: object) -> Value | None:
        """A condition's value as this field stores it; raises AnswerError if it never does."""
        return self.parse(value)

    def expects(self) -> str:
        """What a condition's value may be, for the one who writes the file."""
        return f"an answer that a {self.type} field takes"

    def limits(self) -> dict[str, int | str]:
        """What bounds an answer, by the names of the settings."""
        return {}

    def error_params(self) -> dict[str, int | str]:
        """What an error's text may mention: the limits, as people write them."""
        return self.limits()

    def describe(self) -> dict[str, Any]:
        """All that a client needs to ask the question, as JSON."""
        return {
            "path": self.path,
            "key": self.key,
            "group": self.group,
            "type": self.type,
            "required": self.required,
            "card": self.card,
            "stats": self.stats,
            "label": self.label,
            "hint": self.hint,
            "placeholder": self.placeholder,
            "show_if": self.show_if.describe() if self.show_if else None,
            **self.limits(),
        }

    def schema(self) -> dict[str, Any]:
        """JSON Schema 2020-12 of the answer."""
        hint = next(iter(self.hint.values()))
        return {"title": next(iter(self.label.values())), **({"description": hint} if hint else {})}

    def display(self, value: object, language: str, words: Words) -> str:  # noqa: ARG002  types with labels need it
        """The stored answer in words; one of another type, from an older questionnaire, as it is."""
        return plain(value, words)

    def option(self, value: Value, language: str, words: Words) -> str:
        """One of `ready` as its button says it."""
        return self.display(value, language, words)

    def pressed(self, indexes: Collection[int]) -> object:
        """What the buttons of these places in `ready` answer, as the page would send it."""
        chosen = [value for index, value in enumerate(self.ready) if index in indexes]
        return chosen[0] if chosen else None

    def typed(self, text: str, language: str, words: Words) -> object:
        """What a guest wrote in the chat, as the page would send it: the words of a button are its answer."""
        said = text.strip().casefold()
        return next((value for value in self.ready if self.option(value, language, words).casefold() == said), text)

    def cell(self, value: object, language: str) -> Cell:  # noqa: ARG002  types with labels need it
        """The stored answer in an export, of the column's kind; one of another type as text."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def counted(self, text: str) -> Sequence[str | bool]:
        """The answers in a stored value that the database gave as text: what `/stats` counts."""
        return [text]

    def search(self, value: object) -> str:  # noqa: ARG002  types that can be searched need it
        """What the guest list can be searched by, "" if nothing."""
        return ""


def place_of(data: Mapping[str, Any]) -> tuple[str, str | None, str]:
    """Key, group and path of a field's table, of whatever quality."""
    key, group = str(data.get("key", "")), data.get("group")
    return (key, None, key) if group is None else (key, str(group), f"{group}.{key}")


def plain(value: object, words: Words) -> str:
    """Any JSON value for people to read."""
    if isinstance(value, bool):
        return words("answer-yes" if value else "answer-no")
    if isinstance(value, list):
        return ", ".join(plain(item, words) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(item, words)}" for key, item in value.items())
    return "" if value is None else str(value)
