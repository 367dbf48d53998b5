"""`make demo`: the sandbox and the bot on this machine, one guest played; then it stays up for you to try more.

Needs no token, internet, PostgreSQL or Redis. `--once` plays and ends, with status 0 when the form is stored.
"""

import argparse
import asyncio
import json
import re
import secrets
import sys
from dataclasses import replace

import aiohttp

from sandbox.bot_process import HOST, ROOT, BotNotStartedError, BotProcess, new_token, running
from sandbox.client import SandboxClient, SandboxError
from sandbox.errors import Json
from sandbox.markup import buttons
from sandbox.running import TRIES, bound, free_port, listening, until_stopped
from sandbox.server import create_sandbox
from sandbox.switch import SWITCH, ModeSwitch

GUEST, ADMIN = 1001, 1000
_ANSWER_SECONDS = 20.0
_HIGH_PORT = 60_000
EXAMPLE_FORM: Json = {
    "form_data": {
        "name": "Иван Иванов",
        "email": "ivan@example.com",
        "phone": "+7 (999) 123-45-67",
        "ticket_type": "VIP",
        "quantity": 2,
        "preferences": {"dietary_requirements": "Вегетарианец", "accessibility_needs": "Нет"},
    }
}


def main() -> int:
    """0 when the form was stored, or the demo was ended by its user; 1 when something did not work."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description="The whole flow on this machine.")
    parser.add_argument("--port", type=int, default=8081, help="the sandbox's port, or the next free one (%(default)s)")
    parser.add_argument("--once", action="store_true", help="play one guest and end")
    options = parser.parse_args()
    try:
        asyncio.run(until_stopped(demo(options.port, once=options.once)))
    except (BotNotStartedError, SandboxError, aiohttp.ClientError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


async def demo(port: int, *, once: bool) -> None:
    """Plays one guest; then, unless `once`, runs the bot in whatever mode the page asks for, until it is cancelled."""
    sandbox, switch = create_sandbox(new_token()), ModeSwitch()
    sandbox.app[SWITCH] = switch
    sock = bound(HOST, port, tries=TRIES)
    async with listening(sandbox.app, sock) as address, SandboxClient(address) as people:
        bot = bot_beside(sandbox.world.token, address, sock.getsockname()[1])
        print("Starting the bot (a few seconds) …", flush=True)
        async with running(bot):
            await play(people, bot)
            if once:
                return
            print(f"\nOpen {address}/ and try it yourself. Ctrl-C ends the demo.", flush=True)
            mode = await switch.next()
        while True:
            async with running(replace(bot, mode=mode), fresh=False):
                mode = await switch.next()


def bot_beside(token: str, address: str, port: int) -> BotProcess:
    """A bot whose port and folder follow from the sandbox's: demos started at once do not meet."""
    bot_port = free_port(HOST, port + 1000 if port < _HIGH_PORT else port - 1000)
    return BotProcess(token, address, bot_port, ADMIN, ROOT / ".demo" / str(port), secrets.token_hex(32))


async def play(people: SandboxClient, bot: BotProcess) -> None:
    """A guest starts the bot and sends the example form; the chat and the stored form are printed."""
    await people.create_user(
        "Ольга", id=ADMIN, role="admin", last_name="Организатор", username="olga", language_code="ru"
    )
    await people.create_user("Иван", id=GUEST, last_name="Иванов", username="ivan", language_code="ru")
    await said(people, await people.send_text(ADMIN, "/start"))
    greeting = await said(people, await people.send_text(GUEST, "/start"))
    data = json.dumps(EXAMPLE_FORM, ensure_ascii=False)
    await said(people, await people.send_web_app_data(GUEST, data), after=greeting["message_id"])
    print("\nThe guest's chat\n")
    for message in await people.messages(GUEST):
        print(readable(message), flush=True)
    print("\nThe stored form\n")
    print(json.dumps(await stored_form(bot), ensure_ascii=False, indent=2), flush=True)


async def said(people: SandboxClient, message: Json, after: int = 0) -> Json:
    """What the bot answered; SandboxError when it is silent."""
    return await people.wait_for_message(
        message["chat"]["id"], after=max(after, message["message_id"]), seconds=_ANSWER_SECONDS
    )


async def stored_form(bot: BotProcess) -> Json:
    """The guest's newest form over REST, as the admin API gives it; ClientResponseError when there is none."""
    headers = {"Authorization": f"Bearer {bot.admin_api_token}"}
    url = f"{bot.url}/api/form-data/{GUEST}/latest"
    async with aiohttp.ClientSession(raise_for_status=True) as session, session.get(url, headers=headers) as response:
        form: Json = await response.json()
        return form


def readable(message: Json) -> str:
    """A message as lines of a terminal: who, what, and the buttons."""
    sender = message["from"]
    data = message.get("web_app_data")
    text = f"(data of the form, {len(data['data'].encode())} bytes)" if data else message.get("text", "(no text)")
    shown = re.sub(r"^", "  ", f"{text}", flags=re.MULTILINE)
    keys = "".join(f"  [ {button['text']} ]" for button in buttons(message["reply_markup"]))
    return f"{sender['first_name']}:\n{shown}\n" + (f"{keys}\n" if keys else "")


if __name__ == "__main__":
    sys.exit(main())
