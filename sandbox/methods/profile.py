"""How the bot presents itself: commands, menu button, name and descriptions (Bot API, "Available methods")."""

import re
from collections.abc import Awaitable, Callable

from sandbox.entities import utf16_length
from sandbox.errors import Json, bad_request
from sandbox.markup import check_web_app_url
from sandbox.methods.chats import find_chat
from sandbox.methods.reply import Reply
from sandbox.params import Params
from sandbox.state import Chat, User, World

_MOST_COMMANDS = 100
_DESCRIPTION_LIMIT = 256
_PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")

type Scope = tuple[str, int, int]  # its type, chat_id, user_id
type CommandsKey = tuple[str, int, int, str]


async def get_me(world: World, _: Params) -> Reply:
    """Bot API, getMe: privacy mode is on."""
    rights = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    abilities = {"can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False}
    return Reply(world.bot.as_json() | rights | abilities)


async def log_out(_: World, __: Params) -> Reply:
    """Bot API, logOut and close: nothing to leave here."""
    return Reply()


async def set_my_commands(world: World, params: Params) -> Reply:
    """Bot API, setMyCommands."""
    commands = params.decoded("commands", "list of bot commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse list of bot commands JSON object")
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(command) for command in commands]
    world.commands[_commands_key(world, params)] = checked
    world.events.publish("commands")
    return Reply()


async def get_my_commands(world: World, params: Params) -> Reply:
    """Bot API, getMyCommands: exactly that scope and language."""
    return Reply(world.commands.get(_commands_key(world, params), []))


async def delete_my_commands(world: World, params: Params) -> Reply:
    """Bot API, deleteMyCommands."""
    world.commands.pop(_commands_key(world, params), None)
    world.events.publish("commands")
    return Reply()


def commands_for(world: World, user: User | None, chat: Chat) -> list[Json]:
    """What a user sees in a chat: the narrowest scope that is set, the user's language first.

    Bot API, "Determining list of commands".
    """
    if user is None:
        return []
    for scope in _private_scopes(chat) if chat.private else _group_scopes(chat, user):
        for language in (user.language_code, ""):
            if found := world.commands.get((*scope, language)):
                return found
    return []


def _private_scopes(chat: Chat) -> list[Scope]:
    return [("chat", chat.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]


def _group_scopes(chat: Chat, user: User) -> list[Scope]:
    everybodys: list[Scope] = [("chat", chat.id, 0), ("all_group_chats", 0, 0), ("default", 0, 0)]
    if chat.ruled_by(user):
        everybodys.insert(1, ("all_chat_administrators", 0, 0))
        everybodys.insert(0, ("chat_administrators", chat.id, 0))
    return [("chat_member", chat.id, user.id), *everybodys]


def _command(command: object) -> Json:
    if not isinstance(command, dict) or not all(isinstance(command.get(k), str) for k in ("command", "description")):
        raise bad_request("can't parse BotCommand: command and description must be of type String")
    name, description = command["command"].removeprefix("/"), command["description"].strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= _DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _commands_key(world: World, params: Params) -> CommandsKey:
    scope = params.decoded("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in _PLAIN_SCOPES:
        return str(kind), 0, 0, _language(params)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = find_chat(world, Params({"chat_id": scope.get("chat_id")}))
    if chat.private and kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    user_id = Params(scope).integer("user_id") if kind == "chat_member" else 0
    if kind == "chat_member" and user_id not in world.users:
        raise bad_request("invalid user_id specified")
    return str(kind), chat.id, user_id, _language(params)


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


async def set_chat_menu_button(world: World, params: Params) -> Reply:
    """Without chat_id it is the default of every private chat."""
    button = _menu_button(params.decoded("menu_button", "menu button") or {"type": "default"})
    chat = _menu_chat(world, params)
    if chat:
        chat.menu_button = button if button["type"] != "default" else None
    else:
        world.menu_button = button
    world.events.publish("menu_button", chat_id=chat.id if chat else None, menu_button=button)
    return Reply()


async def get_chat_menu_button(world: World, params: Params) -> Reply:
    """Bot API, getChatMenuButton."""
    chat = _menu_chat(world, params)
    return Reply((chat and chat.menu_button) or world.menu_button)


def _menu_chat(world: World, params: Params) -> Chat | None:
    if "chat_id" not in params:
        return None
    chat = find_chat(world, params)
    if not chat.private:
        raise bad_request("chat not found")
    return chat


def _menu_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("object expected as menu button")
    kind = button.get("type")
    if kind in ("default", "commands"):
        return {"type": kind}
    if kind != "web_app":
        raise bad_request("can't parse menu button: unsupported type specified")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse menu button: Can't find field \"text\"")
    check_web_app_url(button.get("web_app"), "menu button")
    return {"type": kind, "text": button["text"], "web_app": {"url": button["web_app"]["url"]}}


def text_setter(name: str, limit: int) -> Callable[[World, Params], Awaitable[Reply]]:
    """setMyName, setMyDescription, setMyShortDescription: at most `limit` characters, by language."""

    async def set_text(world: World, params: Params) -> Reply:
        text = params.text(name)
        if utf16_length(text) > limit:
            raise bad_request(f"{name} is too long")
        world.texts[name, _language(params)] = text
        return Reply()

    return set_text


def text_getter(name: str) -> Callable[[World, Params], Awaitable[Reply]]:
    """The text set for the language, or the one set for all."""

    async def get_text(world: World, params: Params) -> Reply:
        default = world.texts.get((name, ""), world.bot.first_name if name == "name" else "")
        return Reply({name: world.texts.get((name, _language(params))) or default})

    return get_text
