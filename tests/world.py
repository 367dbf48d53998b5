"""A bot that runs, in this process but behind real HTTP, with a sandbox in Telegram's place."""

import asyncio
import hashlib
import hmac
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from bot.app import create_app
from bot.config import Settings
from bot.database import migrate_once
from db.engine import Database
from sandbox import Sandbox, SandboxClient, create_sandbox

IVAN, VERA, ADA = 1001, 1002, 1003
SECRET_KEY = "k" * 16 + "0123456789abcdef"
Json = dict[str, Any]
Prepare = Callable[[SandboxClient], Awaitable[None]]


def example() -> Json:
    """The example of issue 2, as it stands."""
    return {
        "name": "Иван Иванов",
        "email": "ivan@example.com",
        "phone": "+7 (999) 123-45-67",
        "ticket_type": "VIP",
        "quantity": 2,
        "preferences": {"dietary_requirements": "Вегетарианец", "accessibility_needs": "Нет"},
    }


STORED = example() | {"phone": "+79991234567"}


def sign_init_data(token: str, user_id: int, *, age: float = 0, **fields: str) -> str:
    """initData as Telegram signs it, written anew on purpose: the bot must agree with the rule, not with us."""
    user = json.dumps({"id": user_id, "first_name": "Иван", "language_code": "ru"}, ensure_ascii=False)
    values = {"query_id": "AAE", "user": user, "auth_date": str(int(time.time() - age)), "signature": "s"} | fields
    values = {name: value for name, value in values.items() if value is not None}
    lines = "\n".join(f"{name}={value}" for name, value in sorted(values.items()))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode(values | {"hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


@dataclass
class World:
    """What a test holds: the sandbox's people, the bot's HTTP, and a second way to the database."""

    settings: Settings
    sandbox: Sandbox
    people: SandboxClient
    http: aiohttp.ClientSession
    database: Database
    url: str
    app: web.Application
    runner: web.AppRunner
    update_ids: Any = field(default_factory=lambda: iter(range(10_000_000, 20_000_000)))

    @property
    def token(self) -> str:
        return self.settings.telegram_bot_token.get_secret_value()

    @property
    def admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.admin_api_token}"}

    def guest(self, user_id: int, **fields: Any) -> dict[str, str]:
        return {"Authorization": f"tma {sign_init_data(self.token, user_id, **fields)}"}

    async def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> "Answer":
        async with self.http.request(method, self.url + path, headers=headers, **options) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    async def rows(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(sql), parameters)]

    async def count(self, table: str) -> int:
        [(number,)] = await self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name from a test
        return int(number)

    async def counts(self) -> tuple[int, ...]:
        return tuple([await self.count(table) for table in ("forms", "form_events", "users", "dead_letters")])

    def update(self, data: str, user_id: int = IVAN, message_id: int = 5) -> Json:
        """An update with sendData's message, as Telegram sends it."""
        person = {"id": user_id, "is_bot": False, "first_name": "Иван", "language_code": "ru"}
        chat = {"id": user_id, "type": "private", "first_name": "Иван"}
        message = {"message_id": message_id, "date": 1_790_000_000, "chat": chat, "from": person}
        return {
            "update_id": next(self.update_ids),
            "message": message | {"web_app_data": {"button_text": "Анкета", "data": data}},
        }

    async def deliver(self, update: Json | bytes, secret: str | None = None) -> "Answer":
        """POST an update as Telegram does."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret if secret is not None else self.settings.webhook_secret}
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers["Content-Type"] = "application/json"
        return await self.request("POST", "/telegram/webhook", headers, data=body)


@dataclass(frozen=True)
class Answer:
    """A response, read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def settings_for(database_url: str, mode: str, api_url: str, port: int, **overrides: Any) -> Settings:
    """The settings of a test, taking nothing from the environment."""
    address = f"http://127.0.0.1:{port}"
    given: Json = {
        "telegram_bot_token": f"{secrets.randbelow(10**9) + 1}:TEST",
        "secret_key": SECRET_KEY,
        "database_url": database_url,
        "webhook_url": address if mode == "webhook" else "",
        "mini_app_url": f"{address}/mini-app",
        "bot_mode": mode,
        "admin_ids": frozenset({ADA}),
        "telegram_api_url": api_url,
        "host": "127.0.0.1",
        "port": port,
        "redis_url": "",
    }
    return Settings(_env_file=None, **(given | overrides))


def free_socket() -> socket.socket:
    """A bound socket: its port stays ours."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    return bound


@asynccontextmanager
async def run_sandbox(token: str) -> AsyncIterator[tuple[Sandbox, SandboxClient, str]]:
    """A sandbox with three people who have written to the bot."""
    sandbox = create_sandbox(token, retry_scale=0.02)
    async with TestServer(sandbox.app) as server:
        base = str(server.make_url("/")).rstrip("/")
        async with SandboxClient(base) as people:
            await people.create_user("Иван", id=IVAN, language_code="ru")
            await people.create_user("Vera", id=VERA, language_code="en")
            await people.create_user("Ada", id=ADA, language_code="en")
            yield sandbox, people, base


@asynccontextmanager
async def run_app(settings: Settings, bound: socket.socket) -> AsyncIterator[tuple[web.Application, web.AppRunner]]:
    """The bot's host process, in this one."""
    app = create_app(settings)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.SockSite(runner, bound).start()
        yield app, runner
    finally:
        await runner.cleanup()


_NEW_SQLITE: list[bytes] = []


async def make_schema(database_url: str) -> None:
    """A new SQLite file has its tables from a copy: migrating takes a third of a second, and tests are many."""
    kind, _, name = database_url.partition(":///")
    path = Path(name)
    if kind != "sqlite+aiosqlite" or await asyncio.to_thread(path.exists):
        return
    if not _NEW_SQLITE:
        await migrate_once(database_url)
        _NEW_SQLITE.append(await asyncio.to_thread(path.read_bytes))
    await asyncio.to_thread(path.write_bytes, _NEW_SQLITE[0])


@asynccontextmanager
async def run_world(
    database_url: str, mode: str = "webhook", *, prepare: Prepare | None = None, **overrides: Any
) -> AsyncIterator[World]:
    """Everything that a test needs, running; `prepare` happens in the sandbox before the bot starts."""
    bound = free_socket()
    token = overrides.pop("telegram_bot_token", f"{secrets.randbelow(10**9) + 1}:TEST")
    async with run_sandbox(token) as (sandbox, people, api_url), aiohttp.ClientSession() as http:
        given = {"telegram_bot_token": token} | overrides
        settings = settings_for(database_url, mode, api_url, bound.getsockname()[1], **given)
        if prepare:
            await prepare(people)
        await make_schema(database_url)
        database = Database(database_url)
        try:
            async with run_app(settings, bound) as (app, runner):
                url = f"http://127.0.0.1:{settings.port}"
                yield World(settings, sandbox, people, http, database, url, app, runner)
        finally:
            await database.close()


async def until(condition: Any, seconds: float = 10) -> None:
    """Wait until an async condition holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)
