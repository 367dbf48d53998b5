"""What people do in Telegram: write, press buttons, send Mini App data, block the bot. Each makes its update."""

import secrets
import time

from sandbox.entities import utf16_length, with_found
from sandbox.errors import ControlError, Json
from sandbox.markup import buttons
from sandbox.methods.chats import member_json
from sandbox.methods.messages import TEXT_LIMIT
from sandbox.state import CallbackQuery, Chat, Message, User, World, user_view

WEB_APP_DATA_LIMIT = 4096


def send_text(world: World, user: User, chat: Chat, text: str, reply_to: int = 0) -> Message:
    """A text message, with the entities Telegram finds in it."""
    content = text_content(text)
    if reply_to:
        content["reply_to_message"] = live_message(chat, reply_to).as_quoted()
    return _say(world, user, chat, content)


def press_button(world: World, user: User, chat: Chat, text: str, phone_number: str = "") -> Message:
    """A button of the chat's reply keyboard: sends its text, or the contact it asks for."""
    button = next((b for b in buttons(chat.keyboard) if b["text"] == text), None)
    if button is None:
        raise ControlError(f"no such button on the keyboard: {text}", 404)
    if button.get("web_app"):
        raise ControlError("this button opens a Mini App: use launch, then web-app-data", 409)
    if button.get("request_contact"):
        return send_contact(world, user, phone_number)
    # In a group a pressed button answers the keyboard's message, so that a bot in privacy mode hears of it.
    answers = not chat.private and chat.live(chat.keyboard_id)
    return send_text(world, user, chat, text, chat.keyboard_id if answers else 0)


def send_contact(world: World, user: User, phone_number: str) -> Message:
    """The user's own contact, as the request_contact button shares it (digits without +, as Telegram does)."""
    contact = {"phone_number": phone_number.lstrip("+"), "first_name": user.first_name, "user_id": user.id}
    return _say(world, user, world.chats[user.id], {"contact": contact})


def send_web_app_data(world: World, user: User, data: str, button_text: str | None = None) -> Message:
    """WebApp.sendData: at most 4,096 bytes; `button_text` is that of the keyboard's web_app button unless given."""
    if not 0 < len(data.encode("utf-8", "surrogatepass")) <= WEB_APP_DATA_LIMIT:
        raise ControlError(f"data must be 1 to {WEB_APP_DATA_LIMIT} bytes long, as WebApp.sendData takes it")
    chat = world.chats[user.id]
    if button_text is None:
        button_text = next((b["text"] for b in buttons(chat.keyboard) if b.get("web_app")), "")
    return _say(world, user, chat, {"web_app_data": {"data": data, "button_text": button_text}})


def press_inline(world: World, user: User, chat: Chat, message_id: int, data: str) -> CallbackQuery:
    """An inline button, found by its callback_data."""
    message = live_message(chat, message_id)
    if data not in [b.get("callback_data") for b in buttons(message.data.get("reply_markup"))]:
        raise ControlError("no such button under the message", 404)
    _require_able(chat, user)
    query = CallbackQuery(str(secrets.randbits(62)), user.id)
    world.callbacks[query.id] = query
    content: Json = {"id": query.id, "from": user.as_json(), "message": dict(message.data)}
    content |= {"chat_instance": str(chat.id), "data": data}
    world.updates.push("callback_query", content, chat.id)
    return query


def edit_text(world: World, user: User, chat: Chat, message_id: int, text: str) -> Message:
    """The user edits an own text message."""
    message = live_message(chat, message_id)
    if message.data["from"]["id"] != user.id or "text" not in message.data:
        raise ControlError("only an own text message can be edited", 409)
    _require_able(chat, user)
    world.change(chat, message, {"entities": []} | text_content(text), None)
    if _bot_sees(world, chat, message):
        world.updates.push("edited_message", dict(message.data), chat.id)
    return message


def delete(world: World, user: User, chat: Chat, message_id: int) -> None:
    """The user deletes a message for everyone; the bot is not told.

    Anybody's in a private chat; in a group an own one, or anybody's for an administrator.
    """
    message = live_message(chat, message_id)
    _require_present(chat, user)
    if message.data["from"]["id"] != user.id and not chat.ruled_by(user):
        raise ControlError("only an administrator of the group deletes what others wrote", 409)
    world.remove(chat, message)


def set_blocked(world: World, user: User, *, blocked: bool) -> None:
    """Blocks or unblocks the bot: a my_chat_member update, nothing when it is so already."""
    if user.blocked == blocked:
        return
    user.blocked = blocked
    world.events.publish("user", user=user_view(user))
    old, new = ("member", "kicked") if blocked else ("kicked", "member")
    push_membership(world, world.chats[user.id], user, old, new)


def push_membership(world: World, chat: Chat, by: User, old: str, new: str) -> None:
    """my_chat_member: the bot's own status in a chat changed."""
    bot = world.bot.as_json()
    content: Json = {"chat": chat.as_json(), "from": by.as_json(), "date": int(time.time())}
    content |= {"old_chat_member": member_json(bot, old), "new_chat_member": member_json(bot, new)}
    world.updates.push("my_chat_member", content, chat.id)


def text_content(text: str) -> Json:
    """`text` and `entities` of a Message, trimmed as Telegram does."""
    text = text.strip()
    if not 0 < utf16_length(text) <= TEXT_LIMIT:
        raise ControlError(f"a message has 1 to {TEXT_LIMIT} characters")
    entities = with_found(text, [])
    return {"text": text, "entities": entities} if entities else {"text": text}


def live_message(chat: Chat, message_id: int) -> Message:
    """A message that is still there; ControlError 404."""
    message = chat.live(message_id)
    if message is None:
        raise ControlError(f"no message {message_id} in chat {chat.id}", 404)
    return message


def _say(world: World, user: User, chat: Chat, content: Json) -> Message:
    _require_able(chat, user)
    if chat.private and not user.started:
        user.started = True
        world.events.publish("user", user=user_view(user))
    message = world.post(chat, user, content)
    if _bot_sees(world, chat, message):
        world.updates.push("message", dict(message.data), chat.id)
    return message


def _require_present(chat: Chat, user: User) -> None:
    if not chat.has(user):
        raise ControlError("this user is not in that chat" if chat.private else "this user is not in that group", 409)


def _require_able(chat: Chat, user: User) -> None:
    """The user is in the chat and can write there; a block concerns the private chat only."""
    _require_present(chat, user)
    if chat.private and user.blocked:
        raise ControlError("this user has blocked the bot; unblock it first", 409)


def _bot_sees(world: World, chat: Chat, message: Message) -> bool:
    """Privacy mode: in a group, a bot that is no admin is told of commands, mentions and replies to it only."""
    if chat.private or chat.members.get(world.bot.id) == "administrator":
        return True
    text = str(message.data.get("text", ""))
    if message.data.get("reply_to_message", {}).get("from", {}).get("id") == world.bot.id:
        return True
    if f"@{world.bot.username}".lower() in text.lower():
        return True
    return text.startswith("/") and "@" not in text.split(maxsplit=1)[0]
