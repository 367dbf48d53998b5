"""The filters of the list and of the export, read strictly from a request's query."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.errors import AnswersInvalid
from bot.questionnaire import Field
from bot.questionnaire.codes import AnswerError
from bot.services import FormFilter
from bot.services.search import LONGEST_QUERY, searched
from bot.services.statuses import Status
from bot.web.keys import SERVICES

# Within it every moment is one that both databases and every time zone can hold.
YEARS = range(1900, 2101)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", re.ASCII)


def form_filter(request: web.Request) -> FormFilter:
    """`status`, `ticket_type`, `since`, `until`, `q`; every one that is wrong is told at once."""
    questionnaire = request.config_dict[SERVICES].questionnaire
    query, zone = _Query(request), questionnaire.timezone
    wanted = FormFilter(
        status=query.one_of("status", set(Status)),
        ticket_type=query.answer("ticket_type", questionnaire.ticket_field),
        since=query.moment("since", zone),
        until=query.moment("until", zone, day_included=True),
    )
    text = query.text("q", LONGEST_QUERY)
    query.check()
    return searched(wanted, text)


class _Query:
    def __init__(self, request: web.Request) -> None:
        self._query = request.query
        self._errors: dict[str, list[str]] = {}

    def check(self) -> None:
        if self._errors:
            raise AnswersInvalid(self._errors)

    def one_of(self, name: str, choices: set[Status]) -> str | None:
        value = self._query.get(name) or None
        if value is not None and value not in choices:
            self._errors[name] = ["not_a_choice"]
        return value

    def answer(self, name: str, field: Field | None) -> str | None:
        """An answer that the field may have."""
        value = self._query.get(name) or None
        if value is not None:
            try:
                _wanted(field, value)
            except AnswerError as error:
                self._errors[name] = list(error.codes)
        return value

    def moment(self, name: str, zone: ZoneInfo, *, day_included: bool = False) -> datetime | None:
        """A moment, or the beginning of a day (its end, when the day is included)."""
        text = self._query.get(name, "")
        found = _moment(text)
        if found is None:
            if text:
                self._errors[name] = ["invalid_date"]
            return None
        if day_included and len(text) == len("2026-11-24"):
            found += timedelta(days=1)
        return found if found.tzinfo else found.replace(tzinfo=zone)

    def text(self, name: str, longest: int) -> str:
        text = self._query.get(name, "")
        if len(text) > longest:
            self._errors[name] = ["too_long"]
        elif not text.isprintable():
            self._errors[name] = ["bad_characters"]
        return text


def _wanted(field: Field | None, value: str) -> None:
    if field is None:
        raise AnswerError("not_a_choice")
    field.wanted(value)


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None
