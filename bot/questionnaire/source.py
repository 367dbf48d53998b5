"""The file that is being read: on which line each thing stands, and every problem found in it."""

import re

from bot.errors import QuestionnaireInvalid

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_SETTING = re.compile(r"""\s*["']?([\w-]+)["']?\s*[.=]""")
_ITEM = re.compile(r"\s*\{")
_LONG_STRING = re.compile(r'"""|\'\'\'')


class Source:
    """One questionnaire file: its name, the lines of its locations (`fields[3].label`), its problems so far."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.languages: tuple[str, ...] = ()
        self._lines = locate(text)
        self._problems: list[tuple[int, str]] = []

    def report(self, location: str, place: str, problem: str) -> None:
        """Notes a problem: `place` is for people, `location` finds the line (its own, or the nearest around it)."""
        line = self._line(location)
        where = f", {place}" if place else ""
        self._problems.append((line, f"{self.name}, line {line}{where}: {problem}"))

    def finish(self) -> None:
        """Raises QuestionnaireInvalid with every problem, in the order of the lines, if there is any."""
        if self._problems:
            raise QuestionnaireInvalid([problem for _, problem in sorted(self._problems, key=lambda found: found[0])])

    def _line(self, location: str) -> int:
        while location and location not in self._lines:
            location = location.rpartition(".")[0]
        return self._lines.get(location, 1)


def locate(text: str) -> dict[str, int]:
    """Location → line, counted from 1: a scan for headers, settings and the items of arrays, no second parser."""
    scan = _Scan()
    inside_string = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside_string:
            scan.take(line, number)
        inside_string ^= len(_LONG_STRING.findall(line)) % 2 == 1
    return scan.lines


class _Scan:
    """Where in the document the scan is: the table, and the setting whose array may go on over several lines."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._table = ""
        self._array = ""
        self._counts: dict[str, int] = {}

    def take(self, line: str, number: int) -> None:
        if header := _HEADER.match(line):
            self._table = self._resolve(header[2], is_item=header[1] == "[[")
            self.lines[self._table] = number
        elif setting := _SETTING.match(line):
            self._array = f"{self._table}.{setting[1]}".lstrip(".")
            self.lines.setdefault(self._array, number)
        elif _ITEM.match(line) and self._array:
            self.lines[self._next(self._array)] = number

    def _resolve(self, dotted: str, *, is_item: bool) -> str:
        """`fields.choices` → `fields[3].choices[0]`: each part but the last means the newest item of its array."""
        *parents, last = dotted.split(".")
        location = ""
        for name in parents:
            location = self._newest(f"{location}.{name}".lstrip("."))
        location = f"{location}.{last}".lstrip(".")
        return self._next(location) if is_item else location

    def _next(self, array: str) -> str:
        self._counts[array] = self._counts.get(array, 0) + 1
        return self._newest(array)

    def _newest(self, array: str) -> str:
        count = self._counts.get(array)
        return f"{array}[{count - 1}]" if count else array
