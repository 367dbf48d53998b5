"""A client of the control API, for tests and `make demo`."""

from types import TracebackType
from typing import Any, Self

import aiohttp

from sandbox.errors import Json


class SandboxError(Exception):
    """The control API refused; the message says why, `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class SandboxClient:
    """Plays people in the sandbox at `base_url`. Use it with `async with`; every method raises SandboxError.

    A private chat has its user's id. Messages are the Bot API's, with `reply_markup` of any kind, `revision` (the
    number of edits) and `deleted`.
    """

    def __init__(self, base_url: str, session: aiohttp.ClientSession | None = None) -> None:
        self._base = str(base_url).rstrip("/")
        self._session = session
        self._owned = session is None

    async def __aenter__(self) -> Self:
        self._session = self._session or aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._owned and self._session:
            await self._session.close()

    async def create_user(self, first_name: str, **optional: object) -> Json:
        """optional: id, last_name, username, language_code, role (guest, admin: its side of the page)."""
        return await self._post("users", first_name=first_name, **optional)

    async def create_group(self, title: str, members: list[int], **optional: object) -> Json:
        """The bot is in it too. optional: id (negative), admins (user ids, the bot's if it is one)."""
        return await self._post("groups", title=title, members=members, **optional)

    async def send_text(self, user_id: int, text: str, **optional: object) -> Json:
        """optional: chat_id (a group), reply_to_message_id."""
        return await self._post(f"users/{user_id}/text", text=text, **optional)

    async def send_contact(self, user_id: int, phone_number: str | None = None) -> Json:
        """The user shares an own phone number."""
        return await self._post(f"users/{user_id}/contact", phone_number=phone_number)

    async def press(self, user_id: int, text: str, **optional: object) -> Json:
        """A reply-keyboard button by its text. optional: chat_id, phone_number for a contact button."""
        return await self._post(f"users/{user_id}/button", text=text, **optional)

    async def press_inline(
        self, user_id: int, message_id: int, data: str, *, chat_id: int | None = None, wait: float = 5
    ) -> Json | None:
        """An inline button by its callback_data; the bot's answer, None when none came within `wait` seconds."""
        fields = {"message_id": message_id, "data": data, "wait": wait, "chat_id": chat_id or user_id}
        answer: Json | None = (await self._post(f"users/{user_id}/callback", **fields))["answer"]
        return answer

    async def send_web_app_data(self, user_id: int, data: str, button_text: str | None = None) -> Json:
        """What WebApp.sendData of a page opened from the keyboard does."""
        return await self._post(f"users/{user_id}/web-app-data", data=data, button_text=button_text)

    async def edit(self, user_id: int, message_id: int, text: str, **optional: object) -> Json:
        """The user edits an own message. optional: chat_id."""
        return await self._post(f"users/{user_id}/messages/{message_id}", text=text, **optional)

    async def delete(self, user_id: int, message_id: int, chat_id: int | None = None) -> Json:
        """The user deletes a message for everyone: in a group (chat_id) an own one, or any as an admin there."""
        path = f"users/{user_id}/messages/{message_id}"
        message: Json = await self._request("DELETE", path, json={"chat_id": chat_id or user_id})
        return message

    async def block(self, user_id: int) -> None:
        """The user blocks the bot."""
        await self._post(f"users/{user_id}/block")

    async def unblock(self, user_id: int) -> None:
        """The user unblocks the bot."""
        await self._post(f"users/{user_id}/unblock")

    async def chat(self, chat_id: int) -> Json:
        """`chat`, `members` (of a group: statuses by id), `messages`, `keyboard`, `menu_button`."""
        shown: Json = await self._get(f"chats/{chat_id}")
        return shown

    async def messages(self, chat_id: int) -> list[Json]:
        """The messages that are not deleted, oldest first."""
        return [message for message in (await self.chat(chat_id))["messages"] if not message["deleted"]]

    async def keyboard(self, chat_id: int) -> Json | None:
        """The chat's current reply keyboard."""
        markup: Json | None = (await self.chat(chat_id))["keyboard"]
        return markup

    async def wait_for_message(self, chat_id: int, contains: str = "", *, after: int = 0, seconds: float = 5) -> Json:
        """The bot's first message with an id over `after` that contains the text, sent or edited so by then.

        SandboxError with status 404 when there is none within so many seconds.
        """
        query = {"contains": contains, "after": str(after), "timeout": str(seconds)}
        message: Json = await self._get(f"chats/{chat_id}/wait", **query)
        return message

    async def init_data(self, user_id: int, **optional: object) -> str:
        """Signed initData. optional: auth_date (unix seconds), start_param."""
        return str((await self._post(f"users/{user_id}/init-data", **optional))["init_data"])

    async def launch(
        self, user_id: int, url: str, kind: str = "inline", theme: str = "light", *, framed: bool = False
    ) -> str:
        """The address that opens a Mini App: kind keyboard (no initData), inline or menu; theme light, dark or rose.

        `framed`: an address that the sandbox's page may frame, with the script that suits.
        """
        fields = {"url": url, "kind": kind, "theme": theme, "framed": framed}
        return str((await self._post(f"users/{user_id}/launch", **fields))["url"])

    async def script(self, whose: str) -> None:
        """Whose telegram-web-app.js framed Mini Apps get: official, stand-in or auto."""
        await self._post("script", script=whose)

    async def redeliver(self, update_id: int, times: int = 1) -> list[int]:
        """The update to the webhook again, `times` at once; the HTTP status of each, 0 for none."""
        statuses: list[int] = (await self._post(f"updates/{update_id}/redeliver", times=times))["statuses"]
        return statuses

    async def updates(self) -> Json:
        """`updates`: all that were made; `pending`: the ids that wait."""
        shown: Json = await self._get("updates")
        return shown

    async def calls(self, method: str = "", limit: int = 100) -> list[Json]:
        """Bot API calls, oldest first: at (unix seconds), method, params, ok, error_code and description."""
        calls: list[Json] = await self._get("calls", method=method, limit=str(limit))
        return calls

    async def commands(self, user_id: int | None = None, chat_id: int | None = None) -> list[Json]:
        """The bot's commands as that user sees them (in the group chat_id), or every list by scope."""
        given = {"user_id": user_id, "chat_id": chat_id}
        query = {name: str(value) for name, value in given.items() if value is not None}
        commands: list[Json] = await self._get("commands", **query)
        return commands

    async def info(self) -> Json:
        """`bot`, `mode`, `polled`, `webhook`, `faults`, `limited` (`total`, `by_chat`: refused by the send limits)."""
        shown: Json = await self._get("info")
        return shown

    async def faults(self, **switches: object) -> Json:
        """Sets the named switches (see `sandbox.faults.Faults`) and returns all."""
        return await self._post("faults", **switches)

    async def reset_limited(self) -> None:
        """Begins `limited` of `info` anew, as setting the switch rate_limits does."""
        await self._post("limited")

    async def _get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON of any shape
        return await self._request("GET", path, params=query)

    async def _post(self, path: str, **fields: object) -> Json:
        answer: Json = await self._request("POST", path, json=fields)
        return answer

    async def _request(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - as above
        if self._session is None:
            raise RuntimeError("use SandboxClient with `async with`")
        async with self._session.request(method, f"{self._base}/sandbox/{path}", **options) as response:
            answer = await response.json()
            if not response.ok:
                raise SandboxError(response.status, answer["error"])
            return answer
