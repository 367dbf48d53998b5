"""The table that an export is: a header and a row for each form, in the words of one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from bot.questionnaire import Questionnaire
from bot.questionnaire.field import Words
from bot.services.statuses import Status
from db.records import ExportedForm

OWN_TITLES = ("export-number", "export-status", "export-submitted", "export-user", "export-name", "export-username")

type Cell = str | int | bool | date | datetime | None
type Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Formats:
    """How a spreadsheet shows a day and a moment (ECMA-376, 18.8.30)."""

    day: str
    moment: str


class Table:
    """Titles and rows. All words are looked up at once: rows are made in a thread."""

    def __init__(self, questionnaire: Questionnaire, language: str, words: Words) -> None:
        self.language = language
        self.statuses = {str(status): _capital(words(_message(status))) for status in Status}
        self.name = words("export-forms")
        self.yes, self.no = words("answer-yes"), words("answer-no")
        self.formats = Formats(words("export-day"), words("export-moment"))
        columns = (column.title for column in questionnaire.columns(language))
        self.titles = [*map(words, OWN_TITLES), *columns, words("export-decision")]
        self._questionnaire = questionnaire

    def rows(self, forms: Sequence[ExportedForm]) -> Iterator[Row]:
        """A row for each form."""
        return map(self._row, forms)

    def _row(self, form: ExportedForm) -> Row:
        return [
            form.id,
            self.statuses[form.status],
            self._local(form.submitted_at),
            form.user_id,
            " ".join(filter(None, (form.first_name, form.last_name))) or None,
            f"t.me/{form.username}" if form.username else None,
            *self._questionnaire.row(orjson.loads(form.form_data), self.language),
            self._decision(form.note, orjson.loads(form.details or "null") or {}),
        ]

    def _local(self, moment: datetime | None) -> datetime | None:
        """What the event's clock showed: spreadsheets know no time zones."""
        return None if moment is None else moment.astimezone(self._questionnaire.timezone).replace(tzinfo=None)

    def _decision(self, note: str | None, details: Mapping[str, Any]) -> str | None:
        """The reason or the typed words of a decision, and what is to change."""
        reason = self._questionnaire.reasons.get(details.get("reason", ""))
        said = " ".join(filter(None, (reason[self.language] if reason else None, note)))
        fields = ", ".join(map(self._label, details.get("fields", ())))
        return ": ".join(filter(None, (fields, said))) or None

    def _label(self, path: str) -> str:
        try:
            return self._questionnaire.field(path).label[self.language]
        except KeyError:  # a field of an older questionnaire
            return path


def _message(status: Status) -> str:
    return f"status-{status.replace('_', '-')}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
