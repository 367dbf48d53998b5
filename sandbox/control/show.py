"""Control routes that show what Telegram knows, live too, and the ones that put faults on it."""

import asyncio
import json
from operator import itemgetter
from urllib.parse import quote

from aiohttp import web

from sandbox.control.http import API, DELIVERY, LONGEST_WAIT, find_chat, query_number, read_body, world_of
from sandbox.errors import ControlError, Json
from sandbox.initdata import THEMES
from sandbox.methods.getting_updates import webhook_info
from sandbox.methods.profile import commands_for
from sandbox.proxy import PROXIES
from sandbox.state import Chat, Message, World, user_view
from sandbox.switch import MODES, SWITCH

_HEARTBEAT = 15.0
_LOG = 200
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


async def info(request: web.Request) -> Json:
    """The bot, how it gets its updates, the faults; the page's themes, whose script a framed Mini App gets.

    `modes` are there when one can be asked for; `limited` counts the calls that the send limits refused.
    """
    api = request.app[API]
    updates = api.world.updates
    mode = "webhook" if updates.webhook else "polling"
    bot: Json = {"bot": api.world.bot.as_json(), "mode": mode, "polled": updates.polled}
    page: Json = {
        "modes": MODES if SWITCH in request.app else None,
        "themes": THEMES,
        "script": request.app[PROXIES].script.mode,
    }
    bad_day: Json = {"faults": api.faults.as_json(), "limited": api.limits.limited}
    return bot | {"webhook": webhook_info(updates)} | bad_day | page


async def list_users(request: web.Request) -> list[Json]:
    """Everyone, with `started` and `blocked`."""
    return [user_view(user) for user in world_of(request).users.values()]


async def list_chats(request: web.Request) -> list[Json]:
    """Every chat."""
    return [chat.as_json() for chat in world_of(request).chats.values()]


async def read_chat(request: web.Request) -> Json:
    """The chat, a group's members by id, its messages (deleted ones too), its reply keyboard and menu button."""
    world = world_of(request)
    chat = find_chat(world, int(request.match_info["chat_id"]))
    messages = [message.as_view() for message in chat.messages.values()]
    shown: Json = {"chat": chat.as_json(), "members": chat.members, "messages": messages, "keyboard": chat.keyboard}
    return shown | {"menu_button": chat.menu_button or world.menu_button}


async def wait_for_message(request: web.Request) -> Json:
    """The bot's first message with an id over `after` and a text or caption that contains `contains`.

    Waits up to `timeout` seconds (5) for one to come or to be edited so; 404 when none does.
    """
    world = world_of(request)
    chat = find_chat(world, int(request.match_info["chat_id"]))
    after, contains = query_number(request, "after", 0), request.query.get("contains", "")
    timeout = min(query_number(request, "timeout", 5), LONGEST_WAIT)
    found = await world.events.wait_until(lambda: _find_message(world, chat, after, contains), timeout)
    if found is None:
        raise ControlError(f"no such message within {timeout:g} s", 404)
    return found.as_view()


def _find_message(world: World, chat: Chat, after: float, contains: str) -> Message | None:
    for message in chat.messages.values():
        said = message.data.get("text") or message.data.get("caption") or ""
        own = message.data["from"]["id"] == world.bot.id
        if own and not message.deleted and message.id > after and contains in said:
            return message
    return None


async def list_commands(request: web.Request) -> list[Json]:
    """By scope; with ?user_id= what that user sees in the private chat, with &chat_id= in a group."""
    world = world_of(request)
    if user_id := int(query_number(request, "user_id", 0)):
        chat = find_chat(world, int(query_number(request, "chat_id", user_id)))
        return commands_for(world, world.users.get(user_id), chat)
    names = ("scope", "chat_id", "user_id", "language_code")
    return [dict(zip(names, key, strict=True)) | {"commands": found} for key, found in world.commands.items()]


async def list_calls(request: web.Request) -> list[Json]:
    """Bot API calls, oldest first; ?method=, ?limit= (100)."""
    return request.app[API].latest(request.query.get("method", ""), int(query_number(request, "limit", 100)))


async def list_updates(request: web.Request) -> Json:
    """Every update made, oldest first, and the ids of those that wait."""
    updates = world_of(request).updates
    return {"updates": [u.as_json() for u in updates.history], "pending": list(updates.pending)}


async def list_log(request: web.Request) -> list[Json]:
    """The latest updates and calls together, oldest first, as the events of the same names; getUpdates left out."""
    api = request.app[API]
    updates = [{"type": "update", "at": u.at, "update": u.as_json()} for u in list(api.world.updates.history)[-_LOG:]]
    calls = [{"type": "call", **call} for call in api.latest("", _LOG) if call["method"] != "getUpdates"]
    return sorted(updates + calls, key=itemgetter("at"))


async def redeliver(request: web.Request) -> Json:
    """Sends an update to the webhook again, `times` (1) at once; the HTTP status of each (0: no answer)."""
    updates, body = world_of(request).updates, await read_body(request)
    update = updates.find(int(request.match_info["update_id"]))
    if update is None:
        raise ControlError("no such update", 404)
    if updates.webhook is None:
        raise ControlError("only a webhook gets an update twice, and none is set", 409)
    outcomes = await request.app[DELIVERY].redeliver(update, body.get("times", int, 1))
    return {"statuses": [o.status for o in outcomes], "answers": [o.answer and o.answer.logged() for o in outcomes]}


async def download(request: web.Request) -> web.StreamResponse:
    """A file that the bot sent, for the page, which knows no token; pictures are shown, the rest is saved."""
    stored = world_of(request).files.get(request.match_info["file_id"])
    if stored is None:
        return web.json_response({"error": "no such file"}, status=404)
    shown = "inline" if stored.mime_type in _PICTURES else "attachment"
    headers = {"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(stored.name, safe='')}"}
    headers |= {"X-Content-Type-Options": "nosniff", "Content-Type": stored.mime_type}
    return web.Response(body=stored.data, headers=headers)


async def set_mode(request: web.Request) -> Json:
    """Asks for `mode` polling or webhook; 409 where nobody runs the bot for this sandbox, as `make demo` does."""
    if SWITCH not in request.app:
        raise ControlError("the bot chooses its mode itself: set BOT_MODE and start it again", 409)
    mode = (await read_body(request)).get("mode", str)
    request.app[SWITCH].ask(mode)
    return {"mode": mode}


async def get_faults(request: web.Request) -> Json:
    """The switches as they stand."""
    return request.app[API].faults.as_json()


async def set_faults(request: web.Request) -> Json:
    """Sets the named switches and leaves the others; see `Faults`. `rate_limits` begins the count `limited` anew."""
    api, body = request.app[API], await read_body(request)
    api.faults.update(body.fields)
    if "rate_limits" in body.fields:
        api.limits.reset()
    api.world.events.publish("faults", faults=api.faults.as_json())
    return api.faults.as_json()


async def reset_limited(request: web.Request) -> Json:
    """Begins the count of calls that the send limits refused anew; what was sent still counts against the limits."""
    limits = request.app[API].limits
    limits.reset()
    return limits.limited


async def events(request: web.Request) -> web.StreamResponse:
    """Every change as server-sent events: `event` is its type, `data` the JSON object."""
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    with world_of(request).events.subscribe() as news:
        await response.prepare(request)
        try:
            await response.write(b"retry: 1000\n\n")
            while (chunk := await _next_chunk(news)) is not None:
                await response.write(chunk)
        except ConnectionResetError:
            pass  # the reader went away
    return response


async def _next_chunk(news: asyncio.Queue[Json | None]) -> bytes | None:
    try:
        async with asyncio.timeout(_HEARTBEAT):
            event = await news.get()
    except TimeoutError:
        return b": beat\n\n"
    return None if event is None else f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
