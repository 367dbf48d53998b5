"""Control routes that play the people: who there is, and what they do."""

from aiohttp import web

from sandbox import people
from sandbox.control.http import Body, find_chat, find_user, read_body, world_of
from sandbox.errors import ControlError, Json
from sandbox.state import Chat, User, World, user_view


async def create_user(request: web.Request) -> Json:
    """first_name; id, last_name, username, language_code, role (guest, admin) as wanted. The same id again is 409."""
    world, body = world_of(request), await read_body(request)
    user_id = body.get("id", int, max(world.users, default=1000) + 1)
    if user_id <= 0 or user_id in world.users or user_id == world.bot.id:
        raise ControlError(f"user id {user_id} is taken or not positive", 409)
    user = User(user_id, body.get("first_name", str))
    user.last_name, user.username = body.get("last_name", str, ""), body.get("username", str, "")
    user.language_code, user.role = body.get("language_code", str, ""), body.get("role", str, "guest")
    return user_view(world.add_user(user))


async def change_user(request: web.Request) -> Json:
    """The user's app speaks another language now: language_code."""
    user, body = find_user(request), await read_body(request)
    user.language_code = body.get("language_code", str)
    world_of(request).events.publish("user", user=user_view(user))
    return user_view(user)


async def create_group(request: web.Request) -> Json:
    """title, members (user ids, the first is the creator), admins (ids, the bot's too); id as wanted."""
    world, body = world_of(request), await read_body(request)
    members, admins = body.get("members", list), body.get("admins", list, [])
    if not members or not set(members) <= set(world.users):
        raise ControlError("members must be ids of known users, at least one")
    chat_id = body.get("id", int, min([*world.chats, -1000]) - 1)
    if chat_id >= 0 or chat_id in world.chats:
        raise ControlError(f"group id {chat_id} is taken or not negative", 409)
    statuses = {m: "administrator" if m in admins else "member" for m in [*members, world.bot.id]}
    chat = world.add_group(Chat(chat_id, title=body.get("title", str), members=statuses | {members[0]: "creator"}))
    people.push_membership(world, chat, world.users[members[0]], "left", statuses[world.bot.id])
    return chat.as_json()


async def _acting(request: web.Request) -> tuple[World, User, Chat, Body]:
    world, user, body = world_of(request), find_user(request), await read_body(request)
    return world, user, find_chat(world, body.get("chat_id", int, user.id)), body


async def send_text(request: web.Request) -> Json:
    """text; chat_id (a group), reply_to_message_id as wanted."""
    world, user, chat, body = await _acting(request)
    reply_to = body.get("reply_to_message_id", int, 0)
    return people.send_text(world, user, chat, body.get("text", str), reply_to).as_view()


async def send_contact(request: web.Request) -> Json:
    """The user's own number; another phone_number as wanted."""
    world, user, _, body = await _acting(request)
    return people.send_contact(world, user, body.get("phone_number", str, user.phone_number)).as_view()


async def press_button(request: web.Request) -> Json:
    """The text of a reply-keyboard button; phone_number for one that asks for the contact."""
    world, user, chat, body = await _acting(request)
    phone = body.get("phone_number", str, user.phone_number)
    return people.press_button(world, user, chat, body.get("text", str), phone).as_view()


async def press_inline(request: web.Request) -> Json:
    """message_id and data of an inline button; `wait`: seconds to wait for the bot's answer."""
    world, user, chat, body = await _acting(request)
    query = people.press_inline(world, user, chat, body.get("message_id", int), body.get("data", str))
    await world.events.wait_until(lambda: query.answer, body.seconds("wait"))
    return {"callback_query_id": query.id, "answer": query.answer}


async def send_web_app_data(request: web.Request) -> Json:
    """data, button_text as wanted: what WebApp.sendData of a keyboard launch does."""
    world, user, _, body = await _acting(request)
    button_text = body.optional("button_text", str)
    return people.send_web_app_data(world, user, body.get("data", str), button_text).as_view()


async def edit_message(request: web.Request) -> Json:
    """Needs text; chat_id (a group) as wanted."""
    world, user, chat, body = await _acting(request)
    message_id = int(request.match_info["message_id"])
    return people.edit_text(world, user, chat, message_id, body.get("text", str)).as_view()


async def delete_message(request: web.Request) -> Json:
    """For everyone; chat_id (a group) as wanted."""
    world, user, chat, _ = await _acting(request)
    message_id = int(request.match_info["message_id"])
    people.delete(world, user, chat, message_id)
    return chat.messages[message_id].as_view()


async def block(request: web.Request) -> Json:
    """The user blocks the bot."""
    people.set_blocked(world_of(request), find_user(request), blocked=True)
    return user_view(find_user(request))


async def unblock(request: web.Request) -> Json:
    """The user unblocks the bot."""
    people.set_blocked(world_of(request), find_user(request), blocked=False)
    return user_view(find_user(request))
