"""A REST client whose every answer is held against /openapi.json, and a world that serves a whole module."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
from jsonschema import Draft202012Validator
from multidict import CIMultiDict
from world import ADA, Answer, Json, World, example, run_world

FORMS = "/api/form-data"
TABLES = "users, forms, form_events, outbox, idempotency_keys, dead_letters"
PROBLEM = "application/problem+json"
Headers = dict[str, str]


@dataclass
class Contract:
    """/openapi.json, as the judge of answers."""

    spec: Json
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    def judge(self, method: str, path: str, answer: Answer) -> None:
        """Fail for a status, a media type or a body that the route does not announce."""
        template, operation = self._operation(method, path)
        if operation is None:
            assert answer.status in (404, 405), f"{method} {path}: {answer.status}"
            assert_problem(answer)
            return
        self.seen.add((method, template, answer.status))
        announced = operation["responses"].get(str(answer.status))
        assert announced is not None, f"{method} {template} does not announce {answer.status}: {answer.body[:200]!r}"
        if answer.status >= 400:
            assert_problem(answer)
        content = announced.get("content", {})
        media_type = answer.headers.get("Content-Type", "").partition(";")[0]
        if not content:
            assert answer.body == b""
        else:
            assert media_type in content, f"{method} {template} {answer.status} does not announce {media_type}"
            self._validate(content[media_type]["schema"], media_type, answer)

    def _operation(self, method: str, path: str) -> tuple[str, Json | None]:
        wanted = path.partition("?")[0].rstrip("/") or "/"
        for template, operations in self.spec["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", r"\\d+", re.escape(template))
            if re.fullmatch(pattern, wanted) and method.lower() in operations:
                return template, operations[method.lower()]
        return wanted, None

    def _validate(self, schema: Json, media_type: str, answer: Answer) -> None:
        if media_type.endswith("json"):
            whole = schema | {"components": self.spec["components"]}
            wrong = [error.message for error in Draft202012Validator(whole).iter_errors(answer.json)]
            assert not wrong, f"not as /openapi.json has it: {wrong}: {answer.body[:300]!r}"


def assert_problem(answer: Answer) -> None:
    """RFC 9457, and never a word of our insides."""
    assert answer.headers["Content-Type"].startswith(PROBLEM), answer
    problem = answer.json
    assert problem["status"] == answer.status
    assert problem["type"].startswith("urn:bal-bot:problem:")
    assert problem["title"]
    assert problem["detail"]
    assert set(problem) <= {"type", "title", "status", "detail", "errors"}
    assert "Traceback" not in answer.body.decode()


@dataclass
class Api:
    """A world's REST; people made anew for each test, so that tests share a database without meeting."""

    world: World
    contract: Contract
    people: Any = field(default_factory=lambda: itertools.count(500_001))

    async def __call__(self, method: str, path: str, who: Headers | None = None, **options: Any) -> Answer:
        """Ask as `who`; `headers` are added. The answer is one that /openapi.json announces."""
        headers = (who or {}) | options.pop("headers", {})
        raw = await self.world.request(method, path, headers, **options)
        answer = replace(raw, headers=CIMultiDict(raw.headers))
        self.contract.judge(method, path, answer)
        return answer

    def guest(self) -> tuple[int, Headers]:
        """A guest whom nobody has met: Telegram id and authorisation."""
        number = next(self.people)
        return number, self.world.guest(number)

    @property
    def ada(self) -> Headers:
        """The admin by Telegram id."""
        return self.world.guest(ADA)

    @property
    def admin(self) -> Headers:
        """The admin API."""
        return self.world.admin

    async def form(self, who: Headers, status: str = "submitted", **answers: Any) -> Json:
        """A stored form of `who`."""
        answer = await self("POST", FORMS, who, json={"form_data": example() | answers, "status": status})
        assert answer.status == 201, answer.body
        return dict(answer.json)

    async def in_status(self, user_id: int, guest: Headers, status: str) -> Json:
        """A form of the guest that has come to `status` the way real ones do."""
        form = await self.form(guest, "draft" if status == "draft" else "submitted")
        if status in ("draft", "submitted"):
            return form
        who = guest if status == "cancelled" else self.admin
        answer = await self("PUT", f"{FORMS}/{form['id']}", who, json={"status": status})
        assert (answer.status, answer.json["user_id"]) == (200, user_id)
        return dict(answer.json)

    async def history(self, form_id: int) -> list[tuple[Any, ...]]:
        """(actor_id, actor_role, action, from_status, to_status) of a form's events."""
        columns = "actor_id, actor_role, action, from_status, to_status"
        query = f"SELECT {columns} FROM form_events WHERE form_id = :id ORDER BY id"  # noqa: S608 - our own words
        return await self.world.rows(query, id=form_id)


async def empty_postgres(dsn: str) -> str:
    """The URL for SQLAlchemy of the run's PostgreSQL database, emptied."""
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("SELECT to_regclass('forms')"):
            await connection.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")
    finally:
        await connection.close()
    return dsn.replace("postgresql://", "postgresql+asyncpg://")


@asynccontextmanager
async def run_api(backend: str, folder: Path, postgres: str, **overrides: Any) -> AsyncIterator[Api]:
    """A running bot on an empty database, and its REST."""
    url = f"sqlite+aiosqlite:///{folder}/bal_bot.db" if backend == "sqlite" else await empty_postgres(postgres)
    async with run_world(url, **overrides) as world:
        yield Api(world, Contract((await world.request("GET", "/openapi.json")).json))


async def at_once(*calls: Any) -> list[Any]:
    """Start the calls behind a barrier."""
    barrier = asyncio.Barrier(len(calls))

    async def one(call: Any) -> Any:
        await barrier.wait()
        return await call

    return await asyncio.gather(*map(one, calls))
