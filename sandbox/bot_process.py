"""The bot as a process of its own, with settings made up for a demo: the sandbox knows its command and nothing else."""

import asyncio
import hashlib
import hmac
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 35.0  # a little more than the bot gives to what is in hand
_TAIL = 15


class BotNotStartedError(Exception):
    """The bot did not get ready; the message says so and shows the end of its log."""


def new_token() -> str:
    """A made-up token in a real one's shape; it opens nothing but one sandbox."""
    return f"8000000001:AAF{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class BotProcess:
    """How to run one bot; `folder` holds its database and log."""

    token: str
    telegram_url: str
    port: int
    admin_id: int
    folder: Path
    secret_key: str
    mode: str = "polling"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def admin_api_token(self) -> str:
        """Derived as the documentation of SECRET_KEY says: HMAC-SHA256 of `admin-api`, in hex."""
        return hmac.new(self.secret_key.encode(), b"admin-api", hashlib.sha256).hexdigest()

    def settings(self) -> dict[str, str]:
        """Every setting there is, so that neither the environment nor a `.env` has a say."""
        return {
            "TELEGRAM_BOT_TOKEN": self.token,
            "SECRET_KEY": self.secret_key,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'bal_bot.db'}",
            "WEBHOOK_URL": self.url if self.mode == "webhook" else "",
            "MINI_APP_URL": f"{self.url}/mini-app",
            "BOT_MODE": self.mode,
            "REDIS_URL": "",
            "ADMIN_IDS": str(self.admin_id),
            "ADMIN_CHAT_ID": "",
            "TELEGRAM_API_URL": self.telegram_url,
            "HOST": HOST,
            "PORT": str(self.port),
            "QUESTIONNAIRE_FILE": str(ROOT / "questionnaire.toml"),
            "DEFAULT_LANGUAGE": "ru",
            "DRAFT_REMINDER_HOURS": "24",
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "console",
        }

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.folder / "bot.log"


@asynccontextmanager
async def running(bot: BotProcess, *, fresh: bool = True) -> AsyncIterator[None]:
    """Runs the bot, ready when this is entered; `fresh`: on an empty database. BotNotStartedError when it is not."""
    if fresh:
        shutil.rmtree(bot.folder, ignore_errors=True)
    bot.folder.mkdir(parents=True, exist_ok=True)
    with bot.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            cwd=ROOT,
            env={**os.environ, **bot.settings()},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is ours alone: the bot is ended below, in its time
        )
    try:
        await _ready(bot, process)
        yield
    finally:
        await _end(process)


async def _ready(bot: BotProcess, process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as session:
            while not await _answers(session, f"{bot.url}/readyz"):
                if process.returncode is not None:
                    raise BotNotStartedError(_why(bot, f"it ended with status {process.returncode}"))
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise BotNotStartedError(_why(bot, f"{bot.url}/readyz said nothing good for {_START_SECONDS:g} s")) from None


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.ok
    except aiohttp.ClientError:
        return False


def _why(bot: BotProcess, reason: str) -> str:
    tail = bot.log.read_text(errors="replace").splitlines()[-_TAIL:]
    lines = "\n".join(f"  {line}" for line in tail) or "  (nothing)"
    return f"The bot did not start: {reason}. The end of its log, {bot.log}:\n{lines}"


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except (TimeoutError, asyncio.CancelledError):
        with suppress(ProcessLookupError):
            process.kill()
        raise
