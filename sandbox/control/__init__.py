"""The control API under /sandbox: plays the people and shows what Telegram knows. JSON in, JSON out. And the page.

Errors are `{"error": …}` with 400, 404 or 409.
"""

from aiohttp import web

from sandbox.control import apps, pages, play, show
from sandbox.control.http import as_json

_USER = r"/sandbox/users/{user_id:\d+}"
_MESSAGE = _USER + r"/messages/{message_id:\d+}"
_CHAT = r"/sandbox/chats/{chat_id:-?\d+}"
ROUTES = [
    web.get("/sandbox/info", as_json(show.info)),
    web.get("/sandbox/users", as_json(show.list_users)),
    web.post("/sandbox/users", as_json(play.create_user)),
    web.post(_USER, as_json(play.change_user)),
    web.post(f"{_USER}/text", as_json(play.send_text)),
    web.post(f"{_USER}/contact", as_json(play.send_contact)),
    web.post(f"{_USER}/button", as_json(play.press_button)),
    web.post(f"{_USER}/callback", as_json(play.press_inline)),
    web.post(f"{_USER}/web-app-data", as_json(play.send_web_app_data)),
    web.post(_MESSAGE, as_json(play.edit_message)),
    web.delete(_MESSAGE, as_json(play.delete_message)),
    web.post(f"{_USER}/block", as_json(play.block)),
    web.post(f"{_USER}/unblock", as_json(play.unblock)),
    web.post(f"{_USER}/init-data", as_json(apps.make_init_data)),
    web.post(f"{_USER}/launch", as_json(apps.launch)),
    web.post(f"{_USER}/custom-method", as_json(apps.call_custom_method)),
    web.post("/sandbox/script", as_json(apps.set_script)),
    web.post("/sandbox/groups", as_json(play.create_group)),
    web.get("/sandbox/chats", as_json(show.list_chats)),
    web.get(_CHAT, as_json(show.read_chat)),
    web.get(f"{_CHAT}/wait", as_json(show.wait_for_message)),
    web.get("/sandbox/files/{file_id}", show.download),
    web.get("/sandbox/commands", as_json(show.list_commands)),
    web.get("/sandbox/calls", as_json(show.list_calls)),
    web.get("/sandbox/log", as_json(show.list_log)),
    web.get("/sandbox/updates", as_json(show.list_updates)),
    web.post(r"/sandbox/updates/{update_id:\d+}/redeliver", as_json(show.redeliver)),
    web.post("/sandbox/mode", as_json(show.set_mode)),
    web.get("/sandbox/faults", as_json(show.get_faults)),
    web.post("/sandbox/faults", as_json(show.set_faults)),
    web.post("/sandbox/limited", as_json(show.reset_limited)),
    web.get("/sandbox/events", show.events),
    web.get("/", pages.index),
    web.get(r"/static/{name:[\w-]+\.(?:js|css|svg)}", pages.asset),
]
