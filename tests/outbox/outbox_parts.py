"""What the outbox's tests share: guests in numbers, an admins' group, what stands in a chat and what still waits."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

import aiohttp
from sqlalchemy import text
from world import ADA, Json, World, example, until

from bot.actor import API
from bot.app import SERVICES
from bot.services import FormFilter, Services
from sandbox.state import User

GROUP = -5_001
IN_GROUP = {"admin_chat_id": GROUP, "default_language": "en"}
PRIVATELY = {"default_language": "en"}
NOBODY = {"admin_ids": frozenset(), "default_language": "en"}
DIGEST = re.compile(r"([\d,]+) new forms? \(№ (\d+)–(\d+)\)")
CARD = re.compile(r"№ (\d+)")
AT_ONCE = 64
LONG_AGO = "2000-01-01T00:00:00.000000Z"


async def add_group(world: World) -> None:
    await world.people.create_group("Organisers", [ADA], id=GROUP)


def add_guests(world: World, numbers: Sequence[int]) -> None:
    """People who have written to the bot; straight into the sandbox, for they are many."""
    for number in numbers:
        world.sandbox.world.add_user(User(number, f"Guest {number}", language_code="en", started=True))


async def submit(world: World, guests: Sequence[int]) -> None:
    """A form of each guest through the webhook, as fast as the bot takes them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(guest: int) -> int:
        update = world.update(json.dumps(example()), guest)
        async with gate:
            return (await world.deliver(update)).status

    assert set(await asyncio.gather(*map(one, guests))) == {200}


def services(world: World) -> Services:
    return world.app[SERVICES]


async def forms_of(world: World) -> dict[int, int]:
    """Guest → the number of the form."""
    return dict(await world.rows("SELECT user_id, id FROM forms"))


async def approve(world: World, form_id: int) -> None:
    """Through the admin API: one notice to the guest."""
    body = {"status": "approved"}
    async with world.http.put(f"{world.url}/api/form-data/{form_id}", json=body, headers=world.admin) as answer:
        assert answer.status == 200, await answer.text()


async def approve_all(world: World) -> None:
    """Every form that waits, in one transaction: a notice to each guest."""
    await services(world).review.approve_all(API, None, FormFilter())


async def waiting(world: World, *kinds: str) -> int:
    """How many messages (of these kinds) have neither arrived nor died."""
    which = f"AND kind IN ({', '.join(map(repr, kinds))})" if kinds else "AND kind <> 'refresh'"
    sql = f"SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL {which}"  # noqa: S608 - test's own
    [(number,)] = await world.rows(sql)
    return int(number)


async def drained(world: World, *kinds: str, seconds: float = 30) -> None:
    async def empty() -> bool:
        return await waiting(world, *kinds) == 0

    await until(empty, seconds)


async def execute(world: World, sql: str, **parameters: Any) -> None:
    """Change rows from outside, where a test cannot wait for the time to pass."""
    async with world.database.write() as connection:
        await connection.execute(text(sql), parameters)


async def limited(world: World) -> int:
    """How many calls Telegram has refused for being too many."""
    return int((await world.people.info())["limited"]["total"])


def texts(messages: Sequence[Json]) -> list[str]:
    return [message["text"] for message in messages if message.get("from", {}).get("is_bot")]


async def shown(world: World, chat_id: int) -> tuple[list[int], list[tuple[int, int, int]]]:
    """The numbers of the forms on single cards, and each digest: how many, from which to which."""
    cards, digests = [], []
    for words in texts(await world.people.messages(chat_id)):
        if found := DIGEST.search(words):
            digests.append((int(found[1].replace(",", "")), int(found[2]), int(found[3])))
        elif found := CARD.search(words):
            cards.append(int(found[1]))
    return cards, digests


async def notices(world: World, guests: Sequence[int], words: str = "") -> dict[int, int]:
    """How many messages with the words each guest has; asked of the sandbox's memory, for they are many."""

    def counts(message: Json) -> bool:
        return bool(message["from"]["is_bot"] and words in message.get("text", ""))

    chats = world.sandbox.world.chats
    return {guest: sum(counts(m.data) for m in chats[guest].messages.values()) for guest in guests}


async def press(world: World, person: int, words: str, chat_id: int | None = None) -> Json | None:
    """The inline button whose text contains the words, on the chat's newest message that has one."""
    for message in reversed(await world.people.messages(chat_id or person)):
        for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
            for button in row:
                if words in button["text"]:
                    data, number = button["callback_data"], message["message_id"]
                    return await world.people.press_inline(person, number, data, chat_id=chat_id)
    raise AssertionError(f"no button {words!r}")


async def get(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status
