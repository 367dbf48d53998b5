"""How long the bot takes to /readyz on SQLite, and its memory at rest, beside a bare `import aiogram`.

Run `python -m benchmarks.startup [rounds]`; it prints a line a round and the medians of the differences.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def bare_import() -> tuple[float, float]:
    """Seconds from the start of the process to the end of `import aiogram`, and its memory in MB."""
    began = time.perf_counter()
    code = "import aiogram, sys; sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        return time.perf_counter() - began, resident(process)


def bot() -> tuple[float, float]:
    """Seconds from the start of the process to the first 200 of /readyz, and its memory in MB."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": "42:TEST",
            "SECRET_KEY": "benchmark-benchmark-benchmark-benchmark",
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bal_bot.db",
            "TELEGRAM_API_URL": "http://127.0.0.1:9",
            "REDIS_URL": "",
            "WEBHOOK_URL": f"http://localhost:{port}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "ERROR",
        }
        began = time.perf_counter()
        with subprocess.Popen([sys.executable, "-m", "bot"], env=environment) as process:
            while not ready(port):
                time.sleep(0.01)
            taken = time.perf_counter() - began
            memory = resident(process)
            process.terminate()
    return taken, memory


def ready(port: int) -> bool:
    """Whether /readyz says 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def resident(process: subprocess.Popen[bytes]) -> float:
    """Memory of a process in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main(rounds: int) -> None:
    """Measure and print."""
    over_seconds, over_memory = [], []
    for _ in range(rounds):
        (bare_seconds, bare_memory), (seconds, memory) = bare_import(), bot()
        over_seconds.append(seconds - bare_seconds)
        over_memory.append(memory - bare_memory)
        print(f"import aiogram {bare_seconds:.2f} s {bare_memory:.0f} MB; bot ready {seconds:.2f} s {memory:.0f} MB")
    print(f"over it: {statistics.median(over_seconds):.2f} s, {statistics.median(over_memory):.0f} MB")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
