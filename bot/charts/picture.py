"""What stands on a picture, and how it crosses to the process that draws it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

DAILY_AT_MOST = 60
"""A timeline of more days is drawn by weeks (of more than as many weeks: by several); its title should say so."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars in the order given, the biggest first; 50 are drawn at most, the rest together as "…"."""

    title: str
    bars: Sequence[tuple[str, int]]
    """Label and count, not below 0."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One column a day, or one for the seven days up to each seventh day before the last: see DAILY_AT_MOST."""

    title: str
    days: Sequence[tuple[date, int]]
    """Every day from first to last, those with 0 included."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All words are the caller's; panels stand one under the other, six at most for a picture that is read at ease."""

    title: str
    subtitle: str
    panels: Sequence[Bars | Timeline]


def to_json(picture: Picture) -> bytes:
    """The picture in ASCII; a date is ISO 8601."""
    return json.dumps(asdict(picture), default=date.isoformat).encode()


def from_json(text: bytes) -> Picture:
    """What `to_json` was given; KeyError, TypeError or ValueError for anything else."""
    read = json.loads(text)
    return Picture(read["title"], read["subtitle"], [_panel(panel) for panel in read["panels"]])


def _panel(read: dict[str, list[tuple[str, int]]]) -> Bars | Timeline:
    title = str(read["title"])
    if "bars" in read:
        return Bars(title, [(label, count) for label, count in read["bars"]])
    return Timeline(title, [(date.fromisoformat(day), count) for day, count in read["days"]])
