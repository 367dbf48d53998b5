"""`python -m sandbox --port 8081 --token 42:TEST`: runs the sandbox and prints its address."""

import argparse
import asyncio

from sandbox.running import bound, listening, until_stopped
from sandbox.server import DEFAULT_TOKEN, create_sandbox


def main() -> None:
    """Exits with status 2 and one sentence when an option is wrong or the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Telegram on your own machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8081, help="port to listen on, 0 for a free one (%(default)s)")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot's token (%(default)s)")
    parser.add_argument("--rate-limits", action="store_true", help="obey Telegram's usual limits on sending")
    options = parser.parse_args()
    try:
        serving = serve(options.host, options.port, options.token, rate_limits=options.rate_limits)
        asyncio.run(until_stopped(serving))
    except (ValueError, OSError, OverflowError) as error:
        parser.error(str(error))


async def serve(host: str, port: int, token: str, *, rate_limits: bool) -> None:
    """Serves until it is cancelled."""
    sandbox = create_sandbox(token, rate_limits=rate_limits)
    async with listening(sandbox.app, bound(host, port)) as address:
        print(f"Sandbox: {address}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
