"""How long a file of 50,000 forms takes, how much memory, and for how long the event loop cannot answer meanwhile.

Run `python -m benchmarks.exports [forms]`; it makes its own databases and drops them, as `benchmarks.guest_list` does.
"""

import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.guest_list import ADA, FORMS, QUESTIONNAIRE, postgres, seeded, sqlite
from bot.locales import texts_of
from bot.questionnaire import load
from bot.services import FormFilter, Services
from bot.services.exports import KINDS

TICK_SECONDS = 0.005


async def measure(services: Services, kind: str) -> None:
    """Make one file, and print its line."""
    before, began = _memory_mb(), time.perf_counter()
    watching = asyncio.create_task(_watch())
    with tempfile.TemporaryDirectory() as folder:
        table = services.exports.table(texts_of("ru").plain, "ru")
        exported = await services.exports.write(ADA, FormFilter(), table, Path(folder), kind=kind)
        seconds, size = time.perf_counter() - began, exported.path.stat().st_size / 2**20
    watching.cancel()
    stall, most = await watching
    more = most - before
    print(f"| {kind}, {exported.count:,} forms, {size:.1f} MB | {seconds:.1f} | {more:.0f} | {stall * 1000:.0f} |")


async def _watch() -> tuple[float, float]:
    """The longest time for which the loop did not answer, and the most memory that was held."""
    longest, most = 0.0, _memory_mb()
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            longest = max(longest, time.perf_counter() - began - TICK_SECONDS)
            most = max(most, _memory_mb())
    except asyncio.CancelledError:
        return longest, most


def _memory_mb() -> float:
    """What this process holds now (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


async def main(number: int) -> None:
    """Both databases, one after the other."""
    for made in (sqlite, postgres):
        async with made() as url, seeded(url, load(QUESTIONNAIRE), number) as bench:
            print("\n| file | seconds | MB more | longest stall, ms |\n|---|---|---|---|")
            for kind in KINDS:
                await measure(bench.services, kind)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FORMS))
