"""`make lighthouse`: Lighthouse on the real page of a real bot, offline, on a simulated phone.

Prints the scores of each way in; status 1 when one falls short. Telegram's script comes over TLS from this machine.
"""

import asyncio
import gzip
import json
import os
import shlex
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.beside import Flow, flow
from sandbox.bot_process import HOST, ROOT, BotNotStartedError
from sandbox.client import SandboxError
from sandbox.running import until_stopped
from tests.npm_packages import CACHE, official_script

VERSION = "12.8.2"  # the newest that runs on Node 20
FOLDER = CACHE / f"lighthouse-{VERSION}"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--ignore-certificate-errors",
)
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 0}
GUEST = 1001

type Report = dict[str, Any]


class LighthouseError(Exception):
    """Lighthouse did not run; the message holds the end of what it said."""


def main() -> int:
    """0 when every score is high enough."""
    try:
        good = asyncio.run(until_stopped(measure()))
    except (BotNotStartedError, LighthouseError, SandboxError, aiohttp.ClientError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{shlex.join(error.cmd)}: {error.stderr.strip()}", file=sys.stderr)
        return 1
    return 0 if good else 1


async def measure() -> bool:
    """Every way in to the page, one after another; whether all are good enough."""
    command = lighthouse()
    outcomes = []
    async with telegram_org() as port, flow() as running:
        for name, address in (await addresses(running)).items():
            report = await audit(command, address, port)
            print(f"{name}: {scores(report)}", flush=True)
            print("".join(f"  {line}\n" for line in flaws(report)), end="", flush=True)
            outcomes.append(is_good(report))
    return all(outcomes)


def lighthouse() -> Path:
    """Its command, fetched with npm once."""
    command = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        print(f"Fetching lighthouse {VERSION} (about a minute)", flush=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        quiet = ("--silent", "--no-save", "--no-audit", "--no-fund")
        words = ["npm", "install", "--prefix", str(FOLDER), *quiet, f"lighthouse@{VERSION}"]
        subprocess.run(words, check=True, capture_output=True, text=True)
    return command


async def addresses(flow: Flow) -> dict[str, str]:
    """The page as Telegram opens it from the keyboard and from an inline button, and as a browser does."""
    await flow.people.create_user("Иван", id=GUEST, language_code="ru")
    page = f"{flow.bot.url}/mini-app/"
    return {
        "keyboard": await flow.people.launch(GUEST, f"{page}?lang=ru&via=kb", "keyboard"),
        "inline": await flow.people.launch(GUEST, f"{page}?lang=ru", "inline"),
        "browser": page,
    }


@asynccontextmanager
async def telegram_org() -> AsyncIterator[int]:
    """The port of this machine's telegram.org, which knows one file."""
    app = web.Application()
    app.router.add_get("/js/telegram-web-app.js", script)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0, ssl_context=certificate()).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def script(_: web.Request) -> web.Response:
    """Telegram's script, compressed and kept by the browser."""
    headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=31536000"}
    body = gzip.compress(official_script().read_bytes())
    return web.Response(body=body, headers=headers, content_type="text/javascript", charset="utf-8")


def certificate() -> ssl.SSLContext:
    """A self-signed certificate for telegram.org, new each time."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
        new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=telegram.org"]
        name = ["-addext", "subjectAltName=DNS:telegram.org"]
        subprocess.run([*new, *name, "-keyout", key, "-out", certificate], check=True, capture_output=True, text=True)
        context.load_cert_chain(certificate, key)
    return context


async def audit(command: Path, address: str, telegram_port: int) -> Report:
    """One run on a simulated mid-range phone (Lighthouse's default form factor)."""
    flags = [*FLAGS, f"--host-resolver-rules='MAP telegram.org {HOST}:{telegram_port}'"]
    process = await asyncio.create_subprocess_exec(
        *(str(command), address, "--quiet", "--output=json", "--no-enable-error-reporting"),
        f"--chrome-flags={' '.join(flags)}",
        cwd=ROOT,
        env={**os.environ, "CHROME_PATH": CHROMIUM},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        output, said = await process.communicate()
    finally:
        with suppress(ProcessLookupError):  # it has ended, unless we are stopped
            process.send_signal(signal.SIGINT)  # the signal on which it ends its Chromium
    if process.returncode:
        raise LighthouseError(f"lighthouse ended with status {process.returncode}: {said.decode()[-2000:]}")
    report: Report = json.loads(output)
    return report


def score(report: Report, category: str) -> int:
    """0 to 100."""
    return round(100 * (report["categories"][category]["score"] or 0))


def scores(report: Report) -> str:
    """All categories in a line."""
    return ", ".join(f"{score(report, category)} {category.replace('-', ' ')}" for category in LEAST)


def is_good(report: Report) -> bool:
    """Whether no category falls below its least."""
    return all(score(report, category) >= least for category, least in LEAST.items())


def flaws(report: Report) -> list[str]:
    """The audits that cost points in a category that falls short."""
    short = [category for category, least in LEAST.items() if score(report, category) < least]
    weighed = {one["id"] for category in short for one in report["categories"][category]["auditRefs"] if one["weight"]}
    audits = [report["audits"][name] for name in sorted(weighed)]
    return [f"{one['title']} {one.get('displayValue', '')}" for one in audits if one["score"] not in (1, None)]


if __name__ == "__main__":
    sys.exit(main())
