"""The world as Telegram's servers know it: the bot, users, chats, messages, files, and what the bot has set."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from sandbox.errors import Json
from sandbox.events import Broadcaster
from sandbox.markup import is_inline
from sandbox.updates import UpdateQueue

ADMINISTRATORS = ("creator", "administrator")
PRESENT = (*ADMINISTRATORS, "member")


@dataclass(slots=True)
class User:
    """`started`: has written to the bot, so the bot may write back; `blocked`: has blocked the bot.

    `role` (guest or admin) only says on which side of the sandbox's page the user stands; `cloud` is the CloudStorage.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    role: str = "guest"
    cloud: dict[str, str] = field(default_factory=dict)

    @property
    def phone_number(self) -> str:
        """Made of the id, digits only, as Telegram shares it."""
        return f"7999{self.id % 10**7:07}"

    def as_json(self) -> Json:
        """The Bot API's User."""
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return shown | {name: value for name, value in optional.items() if value}

    def as_web_app_user(self) -> Json:
        """The Mini Apps' WebAppUser."""
        shown = self.as_json()
        del shown["is_bot"]
        return shown | {"allows_write_to_pm": True}


@dataclass(slots=True)
class Message:
    """`data` is the Bot API's Message; `markup` any reply markup it was sent with, `revision` counts edits."""

    data: Json
    markup: Json | None = None
    revision: int = 0
    deleted: bool = False

    @property
    def id(self) -> int:
        """Its message_id."""
        return int(self.data["message_id"])

    def as_quoted(self) -> Json:
        """As `reply_to_message` of another one, which does not go deeper (Bot API, Message)."""
        return {name: value for name, value in self.data.items() if name != "reply_to_message"}

    def as_view(self) -> Json:
        """The message as the control API shows it."""
        return {**self.data, "reply_markup": self.markup, "revision": self.revision, "deleted": self.deleted}


@dataclass(slots=True)
class Chat:
    """A private chat has its user's id and `user`; a group has a negative id, a title and members' statuses.

    `keyboard` is the reply keyboard of the message `keyboard_id`.
    """

    id: int
    user: User | None = None
    title: str = ""
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: Json | None = None
    keyboard_id: int = 0
    menu_button: Json | None = None

    @property
    def private(self) -> bool:
        """Whether it is one user's chat with the bot."""
        return self.user is not None

    def as_json(self) -> Json:
        """The Bot API's Chat."""
        if self.user is None:
            return {"id": self.id, "type": "group", "title": self.title}
        optional = {"last_name": self.user.last_name, "username": self.user.username}
        shown: Json = {"id": self.id, "type": "private", "first_name": self.user.first_name}
        return shown | {name: value for name, value in optional.items() if value}

    def has(self, user: User) -> bool:
        """Whether the user is in it."""
        return self.user is user if self.private else self.members.get(user.id) in PRESENT

    def ruled_by(self, user: User) -> bool:
        """Whether the user may delete what others wrote: anybody in a private chat, a group's administrators."""
        return self.has(user) and (self.private or self.members[user.id] in ADMINISTRATORS)

    def live(self, message_id: int) -> Message | None:
        """A message that has not been deleted."""
        message = self.messages.get(message_id)
        return message if message and not message.deleted else None


@dataclass(slots=True)
class StoredFile:
    """A file sent by the bot, kept in memory; `path` is what getFile tells."""

    file_id: str
    file_unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes


@dataclass(slots=True)
class CallbackQuery:
    """A pressed inline button; `answer` is set by answerCallbackQuery, once."""

    id: str
    user_id: int
    answer: Json | None = None


@dataclass
class World:
    """Everything there is, in memory. Each change of a chat goes through here and is published."""

    token: str
    username: str = "bal_sandbox_bot"
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    events: Broadcaster = field(default_factory=Broadcaster)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    callbacks: dict[str, CallbackQuery] = field(default_factory=dict)
    commands: dict[tuple[str, int, int, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "default"})
    _message_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.updates.publish = self.events.publish
        self.bot = User(int(self.token.split(":")[0]), "Bal Bot", username=self.username, is_bot=True)

    def add_user(self, user: User) -> User:
        """A user and the private chat with the bot."""
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, user)
        self.events.publish("user", user=user_view(user))
        return user

    def add_group(self, chat: Chat) -> Chat:
        """A group, announced."""
        self.chats[chat.id] = chat
        self.events.publish("group", chat=chat.as_json(), members=chat.members)
        return chat

    def post(self, chat: Chat, sender: User, content: Json, markup: Json | None = None) -> Message:
        """A new message in a chat; the Bot API's Message shows inline keyboards only."""
        data: Json = {"message_id": next(self._message_ids), "from": sender.as_json(), "chat": chat.as_json()}
        data |= {"date": int(time.time()), **content}
        if is_inline(markup):
            data["reply_markup"] = markup
        message = chat.messages[data["message_id"]] = Message(data, markup)
        self.events.publish("message", chat_id=chat.id, message=message.as_view())
        self._take_keyboard(chat, message)
        return message

    def change(self, chat: Chat, message: Message, content: Json, markup: Json | None) -> None:
        """An edit: `content` replaces the fields it names, `markup` the inline keyboard."""
        edited = {**message.data, "edit_date": int(time.time()), **content}
        message.data = {name: value for name, value in edited.items() if name != "reply_markup" and value != []}
        message.markup = markup
        if markup:
            message.data["reply_markup"] = markup
        message.revision += 1
        self.events.publish("edit", chat_id=chat.id, message=message.as_view())

    def remove(self, chat: Chat, message: Message) -> None:
        """A deletion; the control API still shows the message."""
        message.deleted = True
        self.events.publish("delete", chat_id=chat.id, message_id=message.id)

    def store_file(self, name: str, mime_type: str, data: bytes, folder: str) -> StoredFile:
        """Keeps a file; `folder` begins its path."""
        file_id = secrets.token_urlsafe(36)
        path = f"{folder}/file_{len(self.files)}{name[name.rfind('.') :] if '.' in name else ''}"
        stored = StoredFile(file_id, secrets.token_hex(8), path, name, mime_type, data)
        self.files[file_id] = stored
        return stored

    def _take_keyboard(self, chat: Chat, message: Message) -> None:
        markup = message.markup
        if markup is None or not ("keyboard" in markup or "remove_keyboard" in markup):
            return
        chat.keyboard, chat.keyboard_id = (markup if "keyboard" in markup else None), message.id
        self.events.publish("keyboard", chat_id=chat.id, keyboard=chat.keyboard)


def user_view(user: User) -> Json:
    """The user as the control API shows it."""
    own: Json = {"started": user.started, "blocked": user.blocked}
    return user.as_json() | own | {"role": user.role, "phone_number": user.phone_number}
