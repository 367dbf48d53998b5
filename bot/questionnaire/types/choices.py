"""One of several, some of several."""

import json
from collections.abc import Collection, Iterator
from typing import Any, override

from bot.questionnaire.codes import AnswerError, Code
from bot.questionnaire.field import LONGEST_LABEL, Cell, Condition, Field, Value, Words
from bot.questionnaire.table import Table
from bot.questionnaire.texts import Texts, one_line

MOST_CHOICES = 50
LONGEST_VALUE = 40


class Choice(Field):
    """One of `choices`: value → label, in the order of the file. The value is stored."""

    type = "choice"
    is_filter = True
    how = "one"

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        self.choices = read_choices(table)
        self.ready = tuple(self.choices)

    @override
    def accept(self, value: object) -> Value | None:
        """Raises AnswerError: not_a_choice."""
        return self.one(value)

    def one(self, value: object) -> str:
        """A single value of the choices; raises AnswerError: not_a_choice."""
        if isinstance(value, str) and value in self.choices:
            return value
        raise AnswerError("not_a_choice")

    @override
    def wanted(self, value: object) -> Value | None:
        return self.one(value)

    @override
    def expects(self) -> str:
        return f"one of {', '.join(self.choices)}"

    @override
    def describe(self) -> dict[str, Any]:
        choices = [{"value": value, "label": label} for value, label in self.choices.items()]
        return super().describe() | {"choices": choices}

    @override
    def schema(self) -> dict[str, Any]:
        return super().schema() | {"type": "string", "enum": list(self.choices)}

    @override
    def display(self, value: object, language: str, words: Words) -> str:
        return self._label(value, language) or super().display(value, language, words)

    @override
    def cell(self, value: object, language: str) -> Cell:
        return self._label(value, language) or super().cell(value, language)

    def _label(self, value: object, language: str) -> str:
        label = self.choices.get(value) if isinstance(value, str) else None
        return label[language] if label else ""

    @override
    def search(self, value: object) -> str:
        return str(value)


class MultiChoice(Choice):
    """Some of `choices`, at least `min` and at most `max`; stored as a list in the order of the file."""

    type = "multi_choice"
    is_filter = False
    how = "several"
    several = True

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        count = max(len(self.choices), 1)
        self.min, self.max = table.integers(("min", "max"), (0, count), (0, count))

    @override
    def accept(self, value: object) -> list[str] | None:
        """Raises AnswerError: not_a_list, not_a_choice, duplicate, too_few, too_many."""
        if not isinstance(value, list):
            raise AnswerError("not_a_list")
        if not value:
            return None
        if codes := tuple(self._wrong(value)):
            raise AnswerError(*codes)
        return [choice for choice in self.choices if choice in value]

    @override
    def pressed(self, indexes: Collection[int]) -> list[str]:
        return [value for index, value in enumerate(self.choices) if index in indexes]

    @override
    def typed(self, text: str, language: str, words: Words) -> object:
        """One choice, or several with commas between them."""
        for parts in ([text], text.split(",")):
            chosen = [super(MultiChoice, self).typed(part, language, words) for part in parts]
            if all(value in self.choices for value in chosen):
                return chosen
        return text

    def _wrong(self, values: list[object]) -> Iterator[Code]:
        chosen = {value for value in values if isinstance(value, str)}
        if len(chosen) < len(values) and all(isinstance(value, str) for value in values):
            yield "duplicate"
        if not chosen <= self.choices.keys() or not all(isinstance(value, str) for value in values):
            yield "not_a_choice"
        if len(values) < self.min:
            yield "too_few"
        if len(values) > self.max:
            yield "too_many"

    @override
    def matches(self, answer: Value, wanted: tuple[Value, ...]) -> bool:
        return isinstance(answer, list) and any(choice in wanted for choice in answer)

    @override
    def limits(self) -> dict[str, int | str]:
        return {"min": self.min, "max": self.max}

    @override
    def schema(self) -> dict[str, Any]:
        item = {"type": "string", "enum": list(self.choices)}
        limits = {"minItems": self.min, "maxItems": self.max, "uniqueItems": True}
        return Field.schema(self) | {"type": "array", "items": item} | limits

    @override
    def display(self, value: object, language: str, words: Words) -> str:
        items = value if isinstance(value, list) else [value]
        return ", ".join(super(MultiChoice, self).display(item, language, words) for item in items)

    @override
    def cell(self, value: object, language: str) -> Cell:
        if not isinstance(value, list):
            return super().cell(value, language)
        return ", ".join(self._label(item, language) or str(item) for item in value)

    @override
    def counted(self, text: str) -> list[str | bool]:
        try:
            values = json.loads(text)
        except ValueError:
            values = text
        return [str(value) for value in values] if isinstance(values, list) else [text]

    @override
    def search(self, value: object) -> str:
        return _joined(value) or super().search(value)


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else ""


def read_choices(table: Table) -> dict[str, Texts]:
    """The `choices` of a field: value → label."""
    choices: dict[str, Texts] = {}
    items = table.tables("choices", "value")
    if not items:
        table.report('there is nothing to choose from; write choices = [{ value = "…", label = { … } }].', "choices")
    if len(items) > MOST_CHOICES:
        table.report(f"there are {len(items)} choices; keep them within {MOST_CHOICES}.", "choices")
    for item in items:
        value = _read_value(item)
        if value in choices:
            item.report(f"the choice «{value}» stands here twice; give each its own value.", "value")
        choices[value] = item.texts("label", LONGEST_LABEL, required=True)
        item.finish()
    return choices


def _read_value(item: Table) -> str:
    mend = 'a short text in quotes, for example "VIP"'
    value = item.demand("value", str, "", mend)
    if "value" in item.data and not _is_tidy(value):
        item.report(f"«value» must be {mend}, within {LONGEST_VALUE} characters and without spaces around.", "value")
    return value


def _is_tidy(value: str) -> bool:
    try:
        return 0 < len(value) <= LONGEST_VALUE and one_line(value) == value
    except AnswerError:
        return False
