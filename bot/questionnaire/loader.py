"""Reads the questionnaire's file; what is wrong in it is told all at once, with the line and the mend."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import QuestionnaireInvalid
from bot.questionnaire.codes import AnswerError
from bot.questionnaire.field import LONGEST_HINT, LONGEST_LABEL, Condition, Field, Value, place_of
from bot.questionnaire.model import Group, Questionnaire
from bot.questionnaire.source import Source
from bot.questionnaire.table import Table, did_you_mean
from bot.questionnaire.texts import Texts
from bot.questionnaire.types import FIELD_TYPES

MOST_FIELDS = 60
LONGEST_INTRO = 1000
MOST_REASONS = 12
LONGEST_REASON = 300
BIGGEST_VERSION = 10**6
RESERVED = frozenset({"form_data", "status", "submission_id", "user_id", "note"})
"""They stand beside the answers in a request."""

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_QUESTIONNAIRE_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path) -> Questionnaire:
    """The questionnaire in the TOML file at `path`.

    Raises:
        QuestionnaireInvalid: with a sentence for each problem.
    """
    text = _read(path)
    source = Source(str(path), text)
    top = Table(source, _parse(str(path), text))
    questionnaire = _questionnaire(top)
    top.finish()
    source.finish()
    return questionnaire


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Notepad writes a BOM
    except FileNotFoundError:
        problem = "there is no such file; put it there or set QUESTIONNAIRE_FILE."
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not UTF-8; save the file in the encoding UTF-8."
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror}); mend its path or its rights."
    raise QuestionnaireInvalid([f"{path}: {problem}"])


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
    except RecursionError:
        message = "brackets within brackets without end"
    place = _SYNTAX_PLACE.search(message)
    line = place[1] if place and place[1] else str(len(text.splitlines()) or 1)
    what = message[: place.start()] if place else message
    raise QuestionnaireInvalid(
        [f"{name}, line {line}: this is not TOML ({what}); mend that line, see https://toml.io."]
    )


def _questionnaire(top: Table) -> Questionnaire:
    key = top.demand("key", str, "", 'a key in quotes, for example key = "new-year-ball"')
    if "key" in top.data and not _QUESTIONNAIRE_KEY.fullmatch(key):
        top.report("«key» must be small Latin letters, digits, - and _, a letter first.", "key")
    if "version" not in top.data:
        top.report("«version» is missing; write a whole number: version = 1.")
    version = top.integer("version", 1, (1, BIGGEST_VERSION))
    top.source.languages = _languages(top)
    opens_at, closes_at = top.moment("opens_at"), top.moment("closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        top.report("«closes_at» is not after «opens_at»; swap or mend them.", "closes_at")
    groups = tuple(_groups(top))
    return Questionnaire(
        key=key,
        version=version,
        languages=top.source.languages,
        title=top.texts("title", LONGEST_LABEL, required=True),
        intro=top.texts("intro", LONGEST_INTRO),
        date=top.texts("date", LONGEST_LABEL),
        place=top.texts("place", LONGEST_LABEL),
        opens_at=opens_at,
        closes_at=closes_at,
        timezone=top.timezone("timezone"),
        reasons=_reasons(top),
        groups=groups,
        fields=_fields(top, groups),
    )


def _languages(top: Table) -> tuple[str, ...]:
    mend = 'a list of codes: languages = ["ru", "en"]'
    nothing: list[Any] = []
    given = top.demand("languages", list, nothing, mend)
    codes = tuple(code for code in given if isinstance(code, str) and _LANGUAGE.fullmatch(code))
    if given is not nothing and (len(set(codes)) < len(given) or not codes):
        top.report(f"«languages» must be {mend}, each of two small letters, none twice.", "languages")
    return tuple(dict.fromkeys(codes))


def _groups(top: Table) -> Iterator[Group]:
    seen: set[str] = set()
    for table in top.tables("groups", "key"):
        key = table.demand("key", str, "", "a key in quotes")
        _check_key(table, key, key, seen)
        yield Group(key, table.texts("label", LONGEST_LABEL, required=True), table.texts("hint", LONGEST_HINT))
        table.finish()


def _reasons(top: Table) -> dict[str, Texts]:
    reasons: dict[str, Texts] = {}
    tables = top.tables("reject_reasons", "key")
    if len(tables) > MOST_REASONS:
        top.report(f"there are {len(tables)} reasons; keep them within {MOST_REASONS}.", "reject_reasons")
    for table in tables:
        key = table.demand("key", str, "", "a key in quotes")
        _check_key(table, key, key, set(reasons))
        reasons[key] = table.texts("text", LONGEST_REASON, required=True)
        table.finish()
    return reasons


def _check_key(table: Table, key: str, path: str, seen: set[str]) -> None:
    """Reports a key that cannot be one; notes the path among those `seen`."""
    if "key" in table.data and not _KEY.fullmatch(key):
        table.report(
            f"«{key}» cannot be a key; write small Latin letters, digits and _, a letter first, 40 at most.", "key"
        )
    if key in RESERVED:
        table.report(f"«{key}» stands beside the answers in a request; choose another key.", "key")
    if key and path in seen:
        table.report(f"the key «{path}» stands in the file twice; choose another.", "key")
    seen.add(path)


def _fields(top: Table, groups: tuple[Group, ...]) -> tuple[Field, ...]:
    tables = top.tables("fields", "key")
    if not tables:
        top.report("there are no fields; write at least one under [[fields]].", "fields")
    if len(tables) > MOST_FIELDS:
        top.report(f"there are {len(tables)} fields; keep them within {MOST_FIELDS}.", f"fields[{MOST_FIELDS}]")
    reader = _FieldReader(tables, groups)
    return tuple(field for table in tables if (field := reader.read(table)))


class _FieldReader:
    """Reads fields in order, each with what stands before it."""

    def __init__(self, tables: list[Table], groups: tuple[Group, ...]) -> None:
        self._groups = tuple(group.key for group in groups)
        self._paths = [place_of(table.data)[2] for table in tables]
        self._seen = set(self._groups)
        self._closed: list[str | None] = []
        self._earlier: dict[str, Field] = {}

    def read(self, table: Table) -> Field | None:
        key, path = table.demand("key", str, "", "a key in quotes"), place_of(table.data)[2]
        _check_key(table, key, path, self._seen)
        self._check_group(table)
        field_type = self._type(table)
        if field_type is None:
            return None
        field = field_type(table, self._condition(table, path))
        table.finish()
        self._earlier[path] = field
        return field

    def _type(self, table: Table) -> type[Field] | None:
        name = table.demand("type", str, "", f"one of {', '.join(FIELD_TYPES)}, in quotes")
        if name and name not in FIELD_TYPES:
            table.report(f"the type «{name}» is unknown; {did_you_mean(name, list(FIELD_TYPES))}", "type")
        return FIELD_TYPES.get(name)

    def _check_group(self, table: Table) -> None:
        group = table.take("group", str, "", "the key of a group, in quotes") or None
        if group and group not in self._groups:
            known = did_you_mean(group, self._groups) if self._groups else "there are no [[groups]] yet."
            table.report(f"the group «{group}» is unknown; {known}", "group")
        if self._closed and self._closed[-1] == group:
            return
        if group and group in self._closed:
            table.report(f"the fields of the group «{group}» are apart; put them one after another.", "group")
        self._closed.append(group)

    def _condition(self, table: Table, own_path: str) -> Condition | None:
        show_if = table.table("show_if", "show_if")
        if show_if is None:
            return None
        path = show_if.demand("field", str, "", "the key of an earlier field, in quotes")
        values = _wanted(show_if)
        show_if.finish()
        if problem := self._misplaced(path, own_path):
            show_if.report(problem, "field")
        field = self._earlier.get(path)
        return Condition(field, tuple(_stored(show_if, field, values))) if field and not problem else None

    def _misplaced(self, path: str, own_path: str) -> str:
        if not path:
            return ""
        if path not in self._paths:
            return f"the condition is on the field «{path}», which is not there; {did_you_mean(path, self._paths)}"
        if path == own_path:
            return "the condition is on the field itself; name an earlier one."
        if self._paths.index(path) > self._paths.index(own_path):
            return f"the condition is on «{path}», which is asked later; move that field up."
        return ""


def _wanted(show_if: Table) -> list[object]:
    several = show_if.take("in", list, [], "a list of answers")
    single = show_if.data.get("equals")
    show_if.take("equals", type(single), single, "an answer")
    if (single is None) == (not several):
        show_if.report('a condition takes either equals = "…" or in = ["…", "…"].')
    return several if single is None else [single]


def _stored(show_if: Table, field: Field, values: list[object]) -> Iterator[Value]:
    for value in values:
        try:
            stored = field.wanted(value)
        except AnswerError:
            stored = None
        if stored is None:
            show_if.report(f"the answer to «{field.path}» is never «{value}»; write {field.expects()}.")
        else:
            yield stored
