"""No answer, token or secret in any log, at the most talkative level."""

import asyncio
import json
import sys
from pathlib import Path

from test_bot_faults import bot_environment, ready
from world import IVAN, SECRET_KEY, example, free_socket, run_sandbox

from bot.config import load_settings

ROOT = Path(__file__).resolve().parent.parent.parent
MARK = "СлучайноеИмя"


async def test_nothing_of_a_guest_and_no_secret_is_logged_at_debug(database_url: str) -> None:
    bound = free_socket()
    port = bound.getsockname()[1]
    bound.close()
    token = "81:VERYSECRETTOKEN"
    async with run_sandbox(token) as (_, people, api_url):
        environment = bot_environment(api_url, port, database_url, token, LOG_LEVEL="DEBUG")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
        )
        await ready(port)
        await people.send_web_app_data(IVAN, json.dumps(example() | {"name": MARK}))
        await people.wait_for_message(IVAN, "принята", seconds=10)
        await people.send_web_app_data(IVAN, json.dumps(example() | {"name": MARK, "email": MARK}))
        await people.wait_for_message(IVAN, "Исправьте", seconds=10)
        process.terminate()
        _, logged = await asyncio.wait_for(process.communicate(), 20)
    text = logged.decode()
    derived = load_settings(secret_key=SECRET_KEY, telegram_bot_token="1:AAAA")
    assert "listening on" in text
    for secret in (MARK, "ivan@example.com", "+7 (999)", token, SECRET_KEY, derived.webhook_secret):
        assert secret not in text
    assert json.dumps(MARK)[1:-1] not in text
