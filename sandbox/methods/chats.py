"""Whom a call is about: chats, users and their rights, and the methods that ask about them."""

import re

from sandbox.errors import ApiError, Json, bad_request, blocked, forbidden
from sandbox.methods.reply import Reply
from sandbox.params import Params
from sandbox.state import Chat, World

_UPLOADS = ("photo", "video", "voice", "document", "video_note")
_ACTIONS = {"typing", "choose_sticker", "find_location", "record_video", "record_voice", "record_video_note"}
_ACTIONS |= {f"upload_{what}" for what in _UPLOADS}


def find_chat(world: World, params: Params) -> Chat:
    """The chat named by `chat_id`: 400 when it is empty or unknown."""
    if not (chat_id := params.text("chat_id")):
        raise bad_request("chat_id is empty")
    chat = world.chats.get(int(chat_id)) if re.fullmatch(r"-?\d{1,19}", chat_id) else None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def writable_chat(world: World, params: Params) -> Chat:
    """A chat the bot may write to: 403 before the user's first message, when blocked, or outside the group."""
    chat = find_chat(world, params)
    if error := _refusal(world, chat):
        raise error
    return chat


def _refusal(world: World, chat: Chat) -> ApiError | None:
    if chat.user is None:
        member = chat.members.get(world.bot.id) in ("member", "administrator")
        return None if member else forbidden("bot was kicked from the group chat")
    if chat.user.blocked:
        return blocked()
    return None if chat.user.started else forbidden("bot can't initiate conversation with a user")


async def send_chat_action(world: World, params: Params) -> Reply:
    """Bot API, sendChatAction: 400 for an unknown action."""
    chat = writable_chat(world, params)
    action = params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.events.publish("chat_action", chat_id=chat.id, action=action)
    return Reply()


async def get_chat(world: World, params: Params) -> Reply:
    """ChatFullInfo, the fields every chat has."""
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    return Reply(find_chat(world, params).as_json() | full)


_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


async def get_chat_member(world: World, params: Params) -> Reply:
    """Bot API, getChatMember: in a private chat everyone known is a member."""
    chat = find_chat(world, params)
    user_id = params.integer("user_id")
    user = world.bot if user_id == world.bot.id else world.users.get(user_id)
    if user is None:
        raise bad_request("member not found" if user_id else "invalid user_id specified")
    return Reply(member_json(user.as_json(), "member" if chat.private else chat.members.get(user_id, "left")))


_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_send_welcome_messages",
)


def member_json(user: Json, status: str) -> Json:
    """The Bot API's ChatMember of that status; an administrator has every right of a group."""
    member: Json = {"status": status, "user": user}
    if status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_ADMIN_RIGHTS, True)
    if status == "creator":
        member["is_anonymous"] = False
    if status == "kicked":
        member["until_date"] = 0
    return member
