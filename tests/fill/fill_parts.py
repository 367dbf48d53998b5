"""A guest's hands: what is asked last, its buttons by their words, the answers in the database."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from world import World, until

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
        await self.world.people.wait_for_message(self.id, contains, after=after)
        new = [m for m in await self.world.people.messages(self.id) if m["message_id"] > after]
        return next(m for m in new if contains in m.get("text", "") and m["from"]["is_bot"])

    async def settle(self) -> None:
        """Wait until every update is done."""

        async def done() -> bool:
            return not (await self.world.people.updates())["pending"]

        await until(done)

    async def silence(self, after: int) -> bool:
        """Whether the bot has written nothing since."""
        await self.settle()
        new = [m for m in await self.world.people.messages(self.id) if m["message_id"] > after]
        return not [m for m in new if m["from"]["is_bot"]]

    async def shares(self, contains: str, phone_number: str = "+79991234567") -> Json:
        """The button that shares the own number."""
        label = (await self.keyboard())["text"]
        mine = await self.world.people.press(self.id, label, phone_number=phone_number)
        return await self.heard(mine["message_id"], contains)

    async def keyboard(self) -> Json:
        """The one button below the text field."""
        markup = await self.world.people.keyboard(self.id)
        return dict(markup["keyboard"][0][0]) if markup else {}

    async def message(self, message_id: int) -> Json:
        """As it stands now."""
        return next(m for m in await self.world.people.messages(self.id) if m["message_id"] == message_id)

    async def asked(self) -> Json:
        """The one message that asks."""
        query = "SELECT message_id FROM form_messages WHERE chat_id = :id AND purpose = 'question'"
        [(message_id,)] = await self.world.rows(query, id=self.id)
        return await self.message(message_id)

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
