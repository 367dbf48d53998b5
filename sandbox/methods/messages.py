"""Bot API, "Available methods" and "Updating messages": texts, edits, deletions, answers to buttons."""

from typing import Any

from sandbox.entities import utf16_length, with_found
from sandbox.errors import Json, bad_request
from sandbox.html import parse_html
from sandbox.markup import read_markup
from sandbox.methods.chats import find_chat, writable_chat
from sandbox.methods.reply import Reply
from sandbox.params import Params
from sandbox.state import Chat, Message, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_ANSWER_LIMIT = 200
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def send_message(world: World, params: Params) -> Reply:
    """Bot API, sendMessage."""
    text, entities = read_text(params)
    chat = writable_chat(world, params)
    content: Json = {"text": text} | ({"entities": entities} if entities else {})
    return Reply(send(world, chat, params, content).data)


def send(world: World, chat: Chat, params: Params, content: Json) -> Message:
    """Posts the bot's message with the call's reply_markup, the message it answers, and how it is to be shown."""
    markup = read_markup(params, private=chat.private)
    return world.post(chat, world.bot, _replied(chat, params) | _manner(chat, params) | content, markup)


def _manner(chat: Chat, params: Params) -> Json:
    """message_effect_id and protect_content as the Message shows them; disable_notification is only checked."""
    params.boolean("disable_notification")
    effect = params.integer("message_effect_id")
    if effect and not chat.private:
        raise bad_request("can't use message effects in the chat")
    shown: Json = {"effect_id": str(effect)} if effect else {}
    return shown | ({"has_protected_content": True} if params.boolean("protect_content") else {})


def read_text(params: Params) -> tuple[str, list[Json]]:
    """`text` with its entities: 400 when it is empty, too long or broken."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text, entities


def read_caption(params: Params) -> Json:
    """`caption` and `caption_entities` of a Message, {} without one."""
    caption, entities = _formatted(params, "caption", "caption_entities")
    if utf16_length(caption) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return {"caption": caption, "caption_entities": entities} if caption else {}


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Json]]:
    text, mode = params.text(name), params.text("parse_mode").lower()
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode")
    given = params.decoded(entities_name, "entities") or []
    if not isinstance(given, list) or not all(map(_is_entity, given)):
        raise bad_request("expected an Array of MessageEntity")
    text, entities = parse_html(text) if mode else (text, given)
    return _trimmed(text, entities)


def _is_entity(value: object) -> bool:
    numbers = ("offset", "length")
    return isinstance(value, dict) and "type" in value and all(isinstance(value.get(name), int) for name in numbers)


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram cuts white space at both ends and moves the entities with it."""
    short = text.strip()
    shift, end = utf16_length(text[: len(text) - len(text.lstrip())]), utf16_length(short)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        length = min(entity["offset"] + entity["length"] - shift, end) - start
        if length > 0:
            moved.append(entity | {"offset": start, "length": length})
    return short, with_found(short, moved)


def _replied(chat: Chat, params: Params) -> Json:
    reply = params.decoded("reply_parameters", "reply parameters")
    if reply is None and "reply_to_message_id" in params:
        reply = {"message_id": params.integer("reply_to_message_id")}
        reply["allow_sending_without_reply"] = params.boolean("allow_sending_without_reply")
    if reply is None:
        return {}
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        raise bad_request("can't parse reply parameters JSON object")
    return _reply_content(chat, reply)


def _reply_content(chat: Chat, reply: dict[str, Any]) -> Json:
    original = chat.live(reply["message_id"])
    if original is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": original.as_quoted()}


async def edit_message_text(world: World, params: Params) -> Reply:
    """Bot API, editMessageText: 400 when nothing changes."""
    chat, message = _editable(world, params)
    text, entities = read_text(params)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, params, {"text": text, "entities": entities})


async def edit_message_caption(world: World, params: Params) -> Reply:
    """Bot API, editMessageCaption."""
    chat, message = _editable(world, params)
    if "text" in message.data:
        raise bad_request("there is no caption in the message to edit")
    caption = read_caption(params) or {"caption": "", "caption_entities": []}
    return _edit(world, chat, message, params, caption)


async def edit_message_reply_markup(world: World, params: Params) -> Reply:
    """Bot API, editMessageReplyMarkup; without reply_markup the buttons go."""
    chat, message = _editable(world, params)
    return _edit(world, chat, message, params, {})


def _editable(world: World, params: Params) -> tuple[Chat, Message]:
    chat = writable_chat(world, params)
    message = _named(chat, params, "message to edit not found")
    if message.data["from"]["id"] != world.bot.id or (message.markup and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return chat, message


def _named(chat: Chat, params: Params, not_found: str) -> Message:
    message_id = params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.live(message_id)
    if message is None:
        raise bad_request(not_found)
    return message


def _edit(world: World, chat: Chat, message: Message, params: Params, content: Json) -> Reply:
    markup = read_markup(params, private=chat.private, inline_only=True)
    same = all(message.data.get(name, type(value)()) == value for name, value in content.items())
    if same and markup == message.markup:
        raise bad_request(_NOT_MODIFIED)
    world.change(chat, message, content, markup)
    return Reply(message.data)


async def delete_message(world: World, params: Params) -> Reply:
    """The bot's own messages anywhere; a user's in a private chat, or in a group where the bot is an admin."""
    chat = find_chat(world, params)
    message = _named(chat, params, "message to delete not found")
    own = message.data["from"]["id"] == world.bot.id
    if not (own or chat.private or chat.members.get(world.bot.id) == "administrator"):
        raise bad_request("message can't be deleted")
    world.remove(chat, message)
    return Reply()


async def answer_callback_query(world: World, params: Params) -> Reply:
    """Bot API, answerCallbackQuery: 400 for the second answer."""
    query = world.callbacks.get(params.text("callback_query_id"))
    if query is None or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if utf16_length(text) > _ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {"text": text, "show_alert": params.boolean("show_alert"), "url": params.text("url")}
    world.events.publish("callback_answer", user_id=query.user_id, callback_query_id=query.id, answer=query.answer)
    return Reply()
