"""A guest's hands: what is asked last, its buttons by their words, the answers in the database."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from world import World

from sandbox.control.http import DELIVERY

EVERY_TYPE = Path(__file__).resolve().parent.parent / "miniapp" / "every_type.toml"
Json = dict[str, Any]


@dataclass
class Guest:
    """One person's private chat with the bot."""

    world: World
    id: int

    async def says(self, text: str, contains: str = "", **optional: object) -> Json:
        """Write; the bot's new message that contains the text."""
        mine = await self.world.people.send_text(self.id, text, **optional)
        return await self.heard(mine["message_id"], contains)

    async def heard(self, after: int, contains: str = "") -> Json:
        """The bot's message with an id over `after` that contains the text, once every update is done."""
        await self.settle()
        found = [m for m in self.messages() if m["message_id"] > after and m["from"]["is_bot"]]
        matching = [m for m in found if contains in m["text"]]
        assert matching, f"nothing says {contains}: {[m['text'] for m in found]}"
        return matching[0]

    def messages(self) -> list[Json]:
        """Those that are not deleted, oldest first."""
        return [m.as_view() for m in self.world.sandbox.world.chats[self.id].messages.values() if not m.deleted]

    async def settle(self) -> None:
        """Wait until every update is done, and the call in its answer too."""
        lanes = self.world.sandbox.app[DELIVERY]._lanes
        async with asyncio.timeout(10):
            while lanes:
                await asyncio.sleep(0.005)

    async def silence(self, after: int) -> bool:
        """Whether the bot has written nothing since."""
        await self.settle()
        return not [m for m in self.messages() if m["message_id"] > after and m["from"]["is_bot"]]

    async def shares(self, contains: str, phone_number: str = "+79991234567") -> Json:
        """The button that shares the own number."""
        label = (await self.keyboard())["text"]
        mine = await self.world.people.press(self.id, label, phone_number=phone_number)
        return await self.heard(mine["message_id"], contains)

    async def keyboard(self) -> Json:
        """The one button below the text field."""
        markup = await self.world.people.keyboard(self.id)
        return dict(markup["keyboard"][0][0]) if markup else {}

    def message(self, message_id: int) -> Json:
        """As it stands now."""
        return next(m for m in self.messages() if m["message_id"] == message_id)

    async def asked(self) -> Json:
        """The one message that asks."""
        query = "SELECT message_id FROM form_messages WHERE chat_id = :id AND purpose = 'question'"
        [(message_id,)] = await self.world.rows(query, id=self.id)
        return self.message(message_id)

    async def press(self, label: str, message: Json | None = None) -> str | None:
        """The button of these words under the newest message with buttons; the words over the chat."""
        message = message or await self.asked()
        data = button(message, label)
        answer = await self.world.people.press_inline(self.id, message["message_id"], data)
        await self.settle()
        assert answer is not None, f"the press of {label} was not answered"
        return answer["text"] or None

    async def labels(self) -> list[str]:
        return [b["text"] for b in buttons(await self.asked())]

    async def form(self, number: int = 1) -> tuple[str, Json]:
        """Status and answers."""
        [(status, data)] = await self.world.rows("SELECT status, form_data FROM forms WHERE id = :id", id=number)
        return status, json.loads(data) if isinstance(data, str) else data


def buttons(message: Json) -> list[Json]:
    return [b for row in (message.get("reply_markup") or {}).get("inline_keyboard", []) for b in row]


def button(message: Json, label: str) -> str:
    found = [b["callback_data"] for b in buttons(message) if b["text"].lstrip("•☑️◻ ").startswith(label)]
    assert found, f"no button {label}: {[b['text'] for b in buttons(message)]}"
    return str(found[0])


def said(world: World, user_id: int, message_id: int, **content: Any) -> Json:
    """An update with a guest's message, as Telegram sends it."""
    update = world.update("", user_id, message_id)
    del update["message"]["web_app_data"]
    update["message"] |= content
    return update


def field_toml(key: str, kind: str, label: str, **settings: str) -> str:
    """A field of a generated questionnaire; settings are TOML."""
    lines = [f'key = "{key}"', f'type = "{kind}"', f'label = {{ ru = "{label}", en = "{label}" }}']
    return "\n".join(["", "[[fields]]", *lines, *(f"{name} = {value}" for name, value in settings.items()), ""])


HEAD = """
key = "many"
version = 1
languages = ["ru", "en"]
title = { ru = "Бал", en = "Ball" }
"""
