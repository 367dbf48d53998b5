"""Logs for people or for machines. An error is its kind and its place: its text may hold an answer or a secret."""

import logging
import sys
import traceback
import warnings
from datetime import UTC, datetime
from types import TracebackType

import orjson

type ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# These tell of every update or request, at a cost, or quote what they were sent.
QUIET = {
    "aiogram.event": logging.WARNING,
    "aiohttp.access": logging.ERROR,
    "alembic": logging.WARNING,
    "aiosqlite": logging.WARNING,
}


class ConsoleFormatter(logging.Formatter):
    """One line a record, and the places an error came through."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Where the error came through, and its kind."""
        return "\n".join(places(ei))


class JSONFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = places(record.exc_info)
        return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()


def places(info: ExcInfo) -> list[str]:
    """The lines that an error came through, outermost first, then its kind."""
    kind, _, tb = info
    frames = traceback.extract_tb(tb)
    return [*(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames), kind.__name__ if kind else "?"]


def set_up_logs(level: str, kind: str) -> None:
    """Send every log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter() if kind == "json" else ConsoleFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # aiogram would quote the whole update in it.
    warnings.filterwarnings("ignore", message="Detected unknown update type")
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, logging.getLevelName(level)))
