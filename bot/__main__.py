"""`python -m bot`: run the bot; `python -m bot migrate`, `python -m bot token`: see USAGE."""

import asyncio
import gc
import logging
import sys

from bot.config import Settings, load_settings
from bot.errors import QuestionnaireInvalid, SettingsInvalid, StartFailed
from bot.logs import set_up_logs

USAGE = """\
python -m bot           run the bot (settings: environment or .env, see README.md)
python -m bot migrate   bring the database to the newest schema, and end
python -m bot token     print the token of the admin API
"""
MISCONFIGURED, FAILED = 2, 1
# A handler is stopped after 25 s (bot/telegram/updates.py): what is in hand can end.
SHUTDOWN_SECONDS = 30

log = logging.getLogger("bot")


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    # Imported here: aiogram takes seconds, and the other commands need none of it.
    import uvloop  # noqa: PLC0415
    from aiohttp import web  # noqa: PLC0415

    from bot.app import create_app  # noqa: PLC0415

    app = create_app(settings)
    app.on_startup.append(tune_gc)
    log.info("mode: %s; listening on %s:%s", settings.mode, settings.host, settings.port)
    try:
        web.run_app(
            app,
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=None,
            shutdown_timeout=SHUTDOWN_SECONDS,
            loop=uvloop.new_event_loop(),
        )
    except OSError as error:
        raise StartFailed(f"HOST, PORT: cannot listen on {settings.host}:{settings.port} ({error.strerror})") from None


async def tune_gc(_app: object) -> None:
    """Keep the garbage collector off aiogram's models: many small objects that live for ever."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def migrate(settings: Settings) -> None:
    """Apply the migrations."""
    from bot.database import migrate_once  # noqa: PLC0415 - only this command needs it

    asyncio.run(migrate_once(settings.database_url))
    sys.stdout.write("the database is at the newest schema\n")


def token(settings: Settings) -> None:
    """Print the admin API's token."""
    sys.stdout.write(settings.admin_api_token + "\n")


COMMANDS = {"run": run, "migrate": migrate, "token": token}


def main(arguments: list[str]) -> int:
    """The command's exit status: 2 for settings or a questionnaire that are wrong, 1 for a start that failed."""
    command = COMMANDS.get(arguments[0] if arguments else "run")
    if command is None or len(arguments) > 1:
        sys.stderr.write(USAGE)
        return MISCONFIGURED
    try:
        settings = load_settings()
        set_up_logs(settings.log_level, settings.log_format)
        command(settings)
    except (SettingsInvalid, QuestionnaireInvalid) as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        return MISCONFIGURED
    except StartFailed as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
