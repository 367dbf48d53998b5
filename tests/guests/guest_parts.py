"""A guest's private chat: what is written, which buttons are pressed, what stands in the database."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from world import Json, World, example, until

from bot.actor import API, Actor, Role
from bot.services import Decision, FormRecord, Services
from bot.services.statuses import Status
from bot.web.keys import SERVICES
from db.tables import forms

LIMIT = 4_096


@dataclass
class Guest:
    """One person's hands and eyes."""

    world: World
    id: int

    @property
    def services(self) -> Services:
        return self.world.app[SERVICES]

    @property
    def actor(self) -> Actor:
        return Actor(self.id, Role.GUEST)

    async def says(self, text: str, contains: str = "") -> Json:
        """Write; the bot's new message that contains the text."""
        mine = await self.world.people.send_text(self.id, text)
        return await self.heard(mine["message_id"], contains)

    async def heard(self, after: int, contains: str = "") -> Json:
        return await self.world.people.wait_for_message(self.id, contains, after=after)

    async def press(self, message: Json, label: str) -> str | None:
        """The button that begins so; what is said over the chat."""
        data = callback(await self.message(message["message_id"]), label)
        answer = await self.world.people.press_inline(self.id, message["message_id"], data)
        assert answer is not None, f"the press of {label} was not answered"
        return answer.get("text") or None

    async def forges(self, message: Json, data: str) -> None:
        """A press that no button of ours offers."""
        person = {"id": self.id, "is_bot": False, "first_name": "Иван", "language_code": "ru"}
        query = {"id": "1", "from": person, "chat_instance": "1", "data": data, "message": message}
        await self.world.deliver({"update_id": next(self.world.update_ids), "callback_query": query})

    async def goes(self, message: Json, *labels: str) -> Json:
        """Press one after another under one message; as it stands then."""
        for label in labels:
            await self.press(message, label)
        return await self.message(message["message_id"])

    async def message(self, message_id: int) -> Json:
        return next(m for m in await self.world.people.messages(self.id) if m["message_id"] == message_id)

    async def messages(self) -> list[Json]:
        """The bot's messages, oldest first."""
        return [m for m in await self.world.people.messages(self.id) if m["from"]["is_bot"]]

    async def settle(self) -> None:
        """Wait until every update is done."""

        async def done() -> bool:
            return not (await self.world.people.updates())["pending"]

        await until(done)

    async def stores(self, status: str = "submitted", **answers: object) -> int:
        """A form through REST; its number."""
        return await self.stores_as_is(example() | answers, status)

    async def stores_as_is(self, form_data: Json, status: str = "submitted") -> int:
        """As `stores`, of any questionnaire."""
        body = {"form_data": form_data, "status": status}
        headers = {"Authorization": f"tma {await self.world.people.init_data(self.id)}"}
        answer = await self.world.request("POST", "/api/form-data/", headers, json=body)
        assert answer.status == 201, answer.body
        return int(answer.json["id"])

    async def sends(self, **answers: object) -> str:
        """A form through sendData; the bot's answer."""
        return str((await self.sends_data(example() | answers))["text"])

    async def sends_data(self, body: object) -> Json:
        mine = await self.world.people.send_web_app_data(self.id, json.dumps(body, ensure_ascii=False))
        return await self.heard(mine["message_id"])

    async def decide(self, form_id: int, status: str, **decision: Any) -> None:
        """An admin's word on a form."""
        await self.services.review.decide(API, None, form_id, Decision(Status(status), **decision))

    async def form(self, form_id: int = 1) -> FormRecord:
        return (await self.services.guests.form(self.actor, form_id)).form

    async def ages(self, form_id: int = 1) -> None:
        """The form was filled under an older version of the questionnaire."""
        async with self.world.database.write() as connection:
            await connection.execute(update(forms).where(forms.c.id == form_id).values(questionnaire_version=0))

    async def status(self, form_id: int = 1) -> str:
        [(status,)] = await self.world.rows("SELECT status FROM forms WHERE id = :id", id=form_id)
        return str(status)

    async def events(self, form_id: int = 1) -> list[Any]:
        return list(await self.services.forms.history(API, form_id))


def buttons(message: Json) -> list[Json]:
    return [b for row in (message.get("reply_markup") or {}).get("inline_keyboard", []) for b in row]


def labels(message: Json) -> list[str]:
    return [b["text"] for b in buttons(message)]


def page_of(message: Json) -> str:
    """The address that the message's page button opens."""
    [address] = [b["web_app"]["url"] for b in buttons(message) if "web_app" in b]
    return str(address)


def callback(message: Json, label: str) -> str:
    found = [b["callback_data"] for b in buttons(message) if label in b["text"] and "callback_data" in b]
    assert found, f"no button {label}: {labels(message)}"
    return str(found[0])


def length(text: str) -> int:
    """As Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
