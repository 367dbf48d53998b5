"""What the tables of bad input share: the state that must not change, and a way to send any bytes."""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rest.rest_parts import FORMS, Api
from sqlalchemy import text
from world import Answer, Json, World, example, until

__all__ = ["FORMS", "Api", "Json", "Row", "Untouched", "example", "knock", "packed", "reply_of"]

TABLES = ("users", "forms", "form_events", "outbox", "idempotency_keys", "dead_letters")
DEEP = 100_000
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    what: str
    given: Any
    status: int
    essential: str = ""

    def __str__(self) -> str:
        return self.what


async def state(world: World) -> dict[str, list[object]]:
    """Every row of every table, at one moment."""
    async with world.database.read() as connection:
        return {
            table: [tuple(row) for row in await connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 - our own words
            for table in TABLES
        }


def checksum(tables: dict[str, list[object]]) -> dict[str, str]:
    """One for each table but dead_letters."""
    named = {table: json.dumps(rows, default=str) for table, rows in tables.items() if table != "dead_letters"}
    return {table: hashlib.sha256(rows.encode()).hexdigest() for table, rows in named.items()}


class Untouched:
    """A block that leaves the database as it was, but for `dead_letters` new rows of that table."""

    def __init__(self, world: World, dead_letters: int = 0) -> None:
        self._world = world
        self._dead_letters = dead_letters

    async def __aenter__(self) -> None:
        await until(self._all_sent)
        self._before = await state(self._world)

    async def _all_sent(self) -> bool:
        """What earlier forms have to tell is told: that changes the database too."""
        waiting = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
        return await self._world.rows(waiting) == [(0,)]

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        after = await state(self._world)
        assert len(after["dead_letters"]) - len(self._before["dead_letters"]) == self._dead_letters
        assert checksum(after) == checksum(self._before)


async def knock(world: World, method: str, path: str, headers: list[tuple[str, bytes]], body: bytes = b"") -> Answer:
    """A request of any bytes, which no client library would send; `Content-Length` is added."""
    address = urlsplit(world.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    given = [("Host", b"bal"), ("Connection", b"close"), ("Content-Length", str(len(body)).encode()), *headers]
    lines = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in given)
    writer.write(f"{method} {path} HTTP/1.1\r\n".encode() + lines + b"\r\n" + body)
    raw = await reader.read()
    writer.close()
    head, _, rest = raw.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    named = dict(field.split(": ", 1) for field in fields)
    return Answer(int(status.split()[1]), named, rest)


def packed(value: object) -> bytes:
    """JSON as the page sends it."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def reply_of(answer: Answer) -> str:
    """The text that the bot answers a webhook's update with, "" for none."""
    return str(answer.json.get("text", ""))
