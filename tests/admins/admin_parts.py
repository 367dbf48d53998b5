"""Admins at their phones: they press buttons by their text and read what stands in the chat then."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rest.rest_parts import FORMS, empty_postgres
from sqlalchemy import insert, update
from world import ADA, IVAN, VERA, Answer, Json, World, example, run_world, until

from bot.locales import texts_of
from bot.middlewares import flood
from bot.rate_limits import Rate
from bot.services import outbox as outbox_service
from bot.telegram import limits
from bot.web.keys import SERVICES
from db.tables import form_events, form_messages, outbox
from sandbox import SandboxClient
from sandbox.client import SandboxError

BORIS, EVE, GROUP, OTHER_GROUP = 1004, 1005, -2001, -2002
"""The second admin; somebody in the admins' group who is none; the group; a group of others."""
LANGUAGES = {IVAN: "ru", VERA: "en", ADA: "en", BORIS: "ru", EVE: "ru"}
NAMES = {IVAN: "Иван", VERA: "Vera", ADA: "Ada", BORIS: "Борис", EVE: "Ева"}
ALLOWED = "message is not modified"
MOST_BYTES = 64
GIVE_UP = 10


def buttons(message: Json) -> dict[str, str]:
    """Text → callback_data of the buttons under a message."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return {button["text"]: button.get("callback_data", "") for row in rows for button in row}


def label(user_id: int, message: str, **arguments: Any) -> str:
    """A text of the bot's in the user's language."""
    return texts_of(LANGUAGES[user_id]).plain(message, **arguments)


@dataclass
class Desk:
    """A bot with two admins, and the guests whose forms they decide."""

    world: World
    excused: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1_000_000))

    @property
    def people(self) -> SandboxClient:
        return self.world.people

    def seat(self, user_id: int, chat_id: int | None = None) -> "Seat":
        """A user in the private chat with the bot, or in a group."""
        return Seat(self, user_id, chat_id or user_id)

    async def form(self, guest: int = IVAN, **answers: Any) -> int:
        """A form that has just come through Telegram; its number."""
        data = json.dumps(example() | answers, ensure_ascii=False)
        update_ = self.world.update(data, guest, next(self.numbers))
        update_["message"]["from"] |= {"language_code": LANGUAGES[guest], "first_name": NAMES[guest]}
        answer = await self.world.deliver(update_)
        return int(re.search(r"№ (\d+)", answer.json["text"])[1])

    async def put(self, guest: int, form_id: int, **body: Any) -> Answer:
        """The guest changes a form over REST, as the page does."""
        return await self.world.request("PUT", f"{FORMS}/{form_id}", self.world.guest(guest), json=body)

    async def delete(self, guest: int, form_id: int) -> Answer:
        """The guest deletes a form."""
        return await self.world.request("DELETE", f"{FORMS}/{form_id}", self.world.guest(guest))

    async def status(self, form_id: int) -> str:
        [(status,)] = await self.world.rows("SELECT status FROM forms WHERE id = :id", id=form_id)
        return str(status)

    async def history(self, form_id: int) -> list[tuple[Any, ...]]:
        """(actor_id, action, to_status) of each event."""
        columns = "SELECT actor_id, action, to_status FROM form_events"
        return await self.world.rows(f"{columns} WHERE form_id = :id ORDER BY id", id=form_id)

    async def notices(self, form_id: int) -> int:
        """How many notices were ever made for a form's guest."""
        [(number,)] = await self.world.rows(
            "SELECT count(*) FROM outbox WHERE form_id = :id AND kind = 'notice'", id=form_id
        )
        return int(number)

    async def raw_press(self, user_id: int, chat_id: int, message_id: int, data: str) -> Json:
        """A press that Telegram tells of, whether or not such a button stands there; the bot's answer."""
        person = {"id": user_id, "is_bot": False, "first_name": NAMES[user_id], "language_code": LANGUAGES[user_id]}
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "group", "title": "g", "first_name": "A"}
        message = {"message_id": message_id, "date": 1_790_000_000, "chat": chat, "text": "…"}
        query = {"id": str(next(self.numbers)), "from": person, "message": message, "chat_instance": "1", "data": data}
        answer = await self.world.deliver({"update_id": next(self.world.update_ids), "callback_query": query})
        assert answer.status == 200
        return dict(answer.json)

    async def pass_time(self, form_id: int, seconds: float) -> None:
        """A form's decision was so long ago, and what waits for its time is due."""
        past = datetime.now(UTC) - timedelta(seconds=seconds)
        async with self.world.database.write() as connection:
            newest = form_events.c.form_id == form_id, form_events.c.action == "moved"
            await connection.execute(update(form_events).where(*newest).values(at=past))
            mine = outbox.c.form_id == form_id, outbox.c.sent_at.is_(None)
            await connection.execute(update(outbox).where(*mine).values(next_attempt_at=past))
        self.world.app[SERVICES].outbox.wake()

    async def hold(self, chat_id: int) -> None:
        """The outbox has something else for this chat first, not due for an hour: nothing after it is claimed."""
        now = datetime.now(UTC)
        row = {"kind": "word", "chat_id": chat_id, "lane": str(chat_id), "params": {}, "priority": 4}
        row |= {"revision": 0, "attempts": 0, "created_at": now, "next_attempt_at": now + timedelta(hours=1)}
        async with self.world.database.write() as connection:
            await connection.execute(insert(outbox).values(row))

    async def raw_reply(self, user_id: int, chat_id: int, to: int, text: str) -> Json:
        """A message in reply to one of the bot's, which may stand there no more; the bot's answer."""
        answer = await self.world.deliver(self.update_of(user_id, chat_id, to, text))
        return dict(answer.json)

    def update_of(self, user_id: int, chat_id: int, to: int, text: str) -> Json:
        """The update that brings a message, in reply to `to` unless that is 0."""
        person = {"id": user_id, "is_bot": False, "first_name": NAMES[user_id], "language_code": LANGUAGES[user_id]}
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "group", "title": "g", "first_name": "A"}
        replied = {"message_id": to, "date": 1_790_000_000, "chat": chat, "text": "…"}
        message = {"message_id": next(self.numbers), "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
        if to:
            message["reply_to_message"] = replied
        return {"update_id": next(self.world.update_ids), "message": message}

    async def decide(self, form_id: int, admin: int = ADA, status: str = "approved") -> None:
        """An admin decides over REST, by name."""
        init_data = self.world.guest(admin)
        answer = await self.world.request("PUT", f"{FORMS}/{form_id}", init_data, json={"status": status})
        assert answer.status == 200, answer.body

    async def age_messages(self, chat_id: int, minutes: float) -> None:
        """What the bot has asked in a chat was so long ago."""
        past = datetime.now(UTC) - timedelta(minutes=minutes)
        async with self.world.database.write() as connection:
            theirs = form_messages.c.chat_id == chat_id
            await connection.execute(update(form_messages).where(theirs).values(created_at=past))

    async def claimed(self, form_id: int) -> None:
        """The form's cards are being sent."""

        async def on_their_way() -> bool:
            query = "SELECT count(*) FROM outbox WHERE form_id = :id AND kind = 'card' AND attempts > 0"
            return await self.world.rows(query, id=form_id) == [(2,)]

        await until(on_their_way)

    async def quiet(self) -> None:
        """Everything that is due has been sent."""

        async def sent() -> bool:
            now = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND priority < 4"
            return await self.world.rows(now) == [(0,)]

        await until(sent)

    async def judge(self) -> None:
        """No call that Telegram refuses, no button that carries too much, no update that was given up."""
        calls = await self.people.calls(limit=100_000)
        refused = [call for call in calls if not call["ok"] and call["description"] not in self.excused]
        refused = [call for call in refused if ALLOWED not in call["description"]]
        assert not refused, refused[:3]
        for call in calls:
            for data in _sent_data(call["params"]):
                assert len(data.encode()) <= MOST_BYTES, data
        assert await self.world.rows("SELECT error FROM dead_letters") == []
        assert await self.world.rows("SELECT kind, last_error FROM outbox WHERE dead_at IS NOT NULL") == []


def _sent_data(params: Mapping[str, Any]) -> Iterator[str]:
    markup = params.get("reply_markup") or {}
    markup = json.loads(markup) if isinstance(markup, str) else markup
    for row in markup.get("inline_keyboard", []):
        yield from (button["callback_data"] for button in row if "callback_data" in button)


@dataclass(frozen=True)
class Seat:
    """One person in one chat."""

    desk: Desk
    user_id: int
    chat_id: int

    def label(self, message: str, **arguments: Any) -> str:
        """A text in the language of this chat: a group's is the default one."""
        return label(self.user_id if self.chat_id > 0 else BORIS, message, **arguments)

    async def say(self, text: str, reply_to: int | None = None) -> int:
        """Write to the bot; the number of the message."""
        optional = {} if reply_to is None else {"reply_to_message_id": reply_to}
        message = await self.desk.people.send_text(self.user_id, text, chat_id=self.chat_id, **optional)
        return int(message["message_id"])

    async def ask(self, text: str, contains: str = "", reply_to: int | None = None, seconds: float = GIVE_UP) -> Json:
        """Write to the bot, and wait for its answer."""
        return await self.read(contains, after=await self.say(text, reply_to), seconds=seconds)

    async def read(self, contains: str = "", *, after: int = 0, seconds: float = GIVE_UP) -> Json:
        """The bot's first message after another one that contains the words."""
        try:
            return await self.desk.people.wait_for_message(self.chat_id, contains, after=after, seconds=seconds)
        except SandboxError:
            columns = "id, kind, lane, form_id, priority, attempts, lease_until, next_attempt_at, last_error"
            waiting = await self.desk.world.rows(f"SELECT {columns} FROM outbox WHERE sent_at IS NULL")  # noqa: S608
            pytest.fail(f"no {contains!r}; the outbox holds {waiting}")

    async def card(self, form_id: int, *, after: int = 0) -> Json:
        """The card of a form."""
        return await self.read(f"№ {form_id} ·", after=after)

    def messages(self) -> list[Json]:
        """The chat's messages that are not deleted, read in the sandbox itself: no HTTP to wait and wait again by."""
        chat = self.desk.world.sandbox.world.chats[self.chat_id]
        return [message.as_view() for message in chat.messages.values() if not message.deleted]

    async def last(self) -> int:
        """The number of the chat's newest message."""
        return max((message["message_id"] for message in self.messages()), default=0)

    async def now(self, message: Json) -> Json:
        """The message as it stands now."""
        return next(one for one in self.messages() if one["message_id"] == message["message_id"])

    async def until(self, message: Json, contains: str) -> Json:
        """The message once it contains the words."""
        return await self.when(message, lambda shown: contains in shown["text"])

    async def when(self, message: Json, holds: Callable[[Json], bool]) -> Json:
        """The message once something holds of it."""
        shown: Json = {}

        async def changed() -> bool:
            shown.update(reply_markup=None)
            shown.update(await self.now(message))
            return holds(shown)

        try:
            await until(changed, GIVE_UP)
        except TimeoutError:
            pytest.fail(f"it still says {shown.get('text')!r} over {list(buttons(shown))}")
        return shown

    async def press(self, message: Json, text: str) -> str:
        """Press the button of this text under the message as it stands now; what popped up."""
        shown = buttons(await self.now(message))
        assert text in shown, f"no button {text!r} in {list(shown)}"
        answer = await self.desk.people.press_inline(
            self.user_id, message["message_id"], shown[text], chat_id=self.chat_id, wait=GIVE_UP
        )
        assert answer is not None, f"the press of {text!r} was not answered"
        return str(answer.get("text", ""))

    async def when_told(self, form_id: int, contains: str) -> Json:
        """The bot's newest message about a form that contains the words, as soon as there is one."""
        found: list[Json] = []

        async def told() -> bool:
            messages = self.messages()
            about = re.compile(rf"№ {form_id}\b")
            found[:] = [m for m in messages if about.search(m.get("text", "")) and contains in m["text"]]
            return bool(found)

        await until(told, GIVE_UP)
        return found[-1]

    async def tap(self, message: Json, name: str, **arguments: Any) -> str:
        """Press the button whose text has this name in bot/locales."""
        return await self.press(message, self.label(name, **arguments))

    async def photo(self, reply_to: Json) -> str:
        """A picture without words, in reply; the bot's answer."""
        person = {"id": self.user_id, "is_bot": False, "first_name": "P", "language_code": LANGUAGES[self.user_id]}
        chat = {"id": self.chat_id, "type": "private", "first_name": "P"}
        message = {"message_id": next(self.desk.numbers), "date": 1_790_000_000, "chat": chat, "from": person}
        size = {"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}
        replied = {"message_id": reply_to["message_id"], "date": 1_790_000_000, "chat": chat, "text": "…"}
        update_ = {"message": message | {"photo": [size], "reply_to_message": replied}}
        answer = await self.desk.world.deliver({"update_id": next(self.desk.world.update_ids)} | update_)
        return str(answer.json["text"])


async def populate(people: SandboxClient) -> None:
    """Everybody has written to the bot; the groups are there, with the bot in them in privacy mode."""
    for user_id in (BORIS, EVE):
        await people.create_user(NAMES[user_id], id=user_id, language_code=LANGUAGES[user_id])
    await people.create_group("Организаторы", [ADA, BORIS, EVE], id=GROUP)
    await people.create_group("Others", [EVE, ADA, IVAN], id=OTHER_GROUP)
    for user_id in LANGUAGES:
        await people.send_text(user_id, "/start")


@asynccontextmanager
async def run_desk(url: str, **overrides: Any) -> AsyncIterator[Desk]:
    """A bot without Telegram's pace, which other tests keep, and without digests, which would swallow cards."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ALL", "CHAT", "GROUP"):
            patch.setattr(limits, name, Rate(0.0001, 1_000))
        patch.setattr(outbox_service, "MOST_CARDS", 10_000)
        patch.setattr(flood, "UPDATES_PER_MINUTE", 10_000)
        given = {"admin_ids": frozenset({ADA, BORIS})} | overrides
        async with run_world(url, prepare=populate, **given) as world:
            desk = Desk(world)
            await asyncio.gather(*(desk.seat(user_id).read() for user_id in LANGUAGES))
            yield desk
            await desk.judge()


async def url_of(backend: str, folder: Path, postgres: str) -> str:
    """An empty database for a whole module."""
    return f"sqlite+aiosqlite:///{folder}/bal_bot.db" if backend == "sqlite" else await empty_postgres(postgres)


async def at_once(*calls: Awaitable[Any]) -> list[Any]:
    """All behind one barrier."""
    barrier = asyncio.Barrier(len(calls))

    async def one(call: Awaitable[Any]) -> Any:
        await barrier.wait()
        return await call

    return await asyncio.gather(*map(one, calls))
