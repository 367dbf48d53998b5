"""The process is killed (SIGKILL) before a send, in the middle of a batch, and after a send before the note of it.

Every message arrives; one may come twice only when it was with Telegram at the moment of death.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from outbox_parts import AT_ONCE, LONG_AGO, get
from sqlalchemy import text
from world import SECRET_KEY, Json, example, free_socket, run_sandbox, settings_for, until

from db.engine import Database
from sandbox import Sandbox, SandboxClient
from sandbox.state import User

ROOT = Path(__file__).resolve().parents[2]
UNSENT, MIDDLE, TAKEN = range(2_000, 2_030), range(3_000, 3_060), range(4_000, 4_010)


@dataclass
class Killable:
    """A bot as a process of its own, and the way around it to its database and to Telegram."""

    environment: dict[str, str]
    headers: dict[str, str]
    sandbox: Sandbox
    people: SandboxClient
    database: Database
    http: aiohttp.ClientSession
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env=os.environ | self.environment
        )
        await until(self._ready, 40)

    async def _ready(self) -> bool:
        try:
            return await get(f"{self.url}/readyz") == 200
        except aiohttp.ClientError:
            return False

    async def end(self, how: signal.Signals) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        await self.process.wait()

    async def request(self, method: str, path: str, body: Json) -> None:
        async with self.http.request(method, self.url + path, json=body, headers=self.headers) as answer:
            assert answer.ok, await answer.text()

    async def decide(self, guests: Sequence[int]) -> None:
        """A submitted form of each guest, and its approval: one notice each. Returns after the last COMMIT."""
        for guest in guests:
            self.sandbox.world.add_user(User(guest, "Guest", started=True))
        gate = asyncio.Semaphore(AT_ONCE)

        async def send(method: str, path: str, body: Json) -> None:
            async with gate:
                await self.request(method, path, body)

        new = {"form_data": example(), "status": "submitted"}
        await asyncio.gather(*(send("POST", "/api/form-data/", new | {"user_id": guest}) for guest in guests))
        forms = dict(await self.rows("SELECT user_id, id FROM forms"))
        yes = {"status": "approved"}
        await asyncio.gather(*(send("PUT", f"/api/form-data/{forms[guest]}", yes) for guest in guests))

    async def rows(self, sql: str) -> list[tuple[int, ...]]:
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(sql))]

    async def pending(self) -> set[int]:
        return {chat for (chat,) in await self.rows(f"SELECT chat_id FROM outbox WHERE {PENDING}")}  # noqa: S608 - test's own

    async def restart(self) -> None:
        """Start again, as if the minute of the dead one's leases, and its pauses between attempts, were over."""
        async with self.database.write() as connection:
            sql = "UPDATE outbox SET lease_until = NULL, next_attempt_at = '{at}' WHERE {pending}"
            await connection.execute(text(sql.format(at=LONG_AGO.replace(":", r"\:"), pending=PENDING)))
        await self.start()

    async def drained(self) -> None:
        async def empty() -> bool:
            return not await self.pending()

        await until(empty, 30)

    def arrived(self, guests: Sequence[int]) -> Counter[int]:
        """How many messages each guest has."""
        chats = self.sandbox.world.chats
        return Counter({guest: len(chats[guest].messages) for guest in guests if chats[guest].messages})


PENDING = "sent_at IS NULL AND dead_at IS NULL"


@pytest.fixture
async def bot(database_url: str) -> AsyncIterator[Killable]:
    async with killable(database_url) as running:
        yield running


@asynccontextmanager
async def killable(database_url: str) -> AsyncIterator[Killable]:
    bound = free_socket()
    port = bound.getsockname()[1]
    bound.close()
    async with run_sandbox("80:TEST") as (sandbox, people, api_url), aiohttp.ClientSession() as http:
        settings = settings_for(database_url, "polling", api_url, port, telegram_bot_token="80:TEST")
        environment = {
            "TELEGRAM_BOT_TOKEN": "80:TEST",
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": database_url,
            "TELEGRAM_API_URL": api_url,
            "BOT_MODE": "polling",
            "WEBHOOK_URL": "",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "REDIS_URL": "",
            "ADMIN_IDS": "",
        }
        headers = {"Authorization": f"Bearer {settings.admin_api_token}"}
        database = Database(database_url)
        running = Killable(environment, headers, sandbox, people, database, http)
        try:
            await running.start()
            yield running
        finally:
            await running.end(signal.SIGTERM)
            await database.close()


async def test_every_message_arrives_whenever_the_process_is_killed(bot: Killable) -> None:
    """One test for the three moments: a start of the process takes seconds."""
    # Between COMMIT and send: nothing gets through to Telegram until it is dead.
    await bot.people.faults(drop_connections=10**6, methods=["sendMessage"])
    await bot.decide(UNSENT)
    await bot.end(signal.SIGKILL)
    assert len(await bot.pending()) == len(UNSENT)
    assert not bot.arrived(UNSENT)
    await bot.people.faults(drop_connections=0)
    await bot.restart()
    await bot.drained()
    assert bot.arrived(UNSENT) == dict.fromkeys(UNSENT, 1)

    # In the middle of a batch: 60 at 25 a second.
    await bot.decide(MIDDLE)

    async def some_arrived() -> bool:
        return len(bot.arrived(MIDDLE)) > len(MIDDLE) // 4

    await until(some_arrived)
    await bot.end(signal.SIGKILL)
    await asyncio.sleep(0.2)  # what it had sent reaches Telegram though it is dead
    pending, arrived = await bot.pending(), bot.arrived(MIDDLE)
    in_flight = pending & set(arrived)
    assert len(pending) > 1
    assert len(in_flight) < 20
    await bot.restart()
    await bot.drained()
    assert bot.arrived(MIDDLE) == {guest: 1 + (guest in in_flight) for guest in MIDDLE}

    # After the send, before the note of it: Telegram takes a second over each, and is not interrupted by a death.
    await bot.people.faults(slow=1.0, methods=["sendMessage"])
    await bot.decide(TAKEN)

    async def all_claimed() -> bool:
        claimed = await bot.rows(f"SELECT count(*) FROM outbox WHERE lease_until IS NOT NULL AND {PENDING}")  # noqa: S608 - test's own
        return claimed == [(len(TAKEN),)]

    await until(all_claimed)
    await asyncio.sleep(0.6)  # at 25 a second, all ten are with Telegram by now
    await bot.end(signal.SIGKILL)
    await bot.people.faults(slow=0.0)
    assert len(await bot.pending()) == len(TAKEN)
    await bot.restart()
    await bot.drained()
    # Nobody could know that they had arrived. This is the one case of a second copy, and it is a second copy at most.
    assert set(bot.arrived(TAKEN)) == set(TAKEN)
    assert set(bot.arrived(TAKEN).values()) <= {1, 2}
    assert bot.arrived([*UNSENT, *MIDDLE]).total() == len(UNSENT) + len(MIDDLE) + len(in_flight)
