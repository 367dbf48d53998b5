"""Files of npm packages that tests need and the repository does not carry, fetched once into .cache."""

import subprocess
import tarfile
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache"


def cached_package(package: str, member: str) -> Path:
    """A file of a package, as `name@version`."""
    target = CACHE / f"{package.replace('@', '').replace('/', '-')}.{Path(member).name}"
    if not target.exists():
        CACHE.mkdir(exist_ok=True)
        command = ["npm", "pack", package, "--silent", "--pack-destination", str(CACHE)]
        packed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
        archive = CACHE / packed.stdout.split()[-1]
        with tarfile.open(archive) as files:
            found = files.extractfile(f"package/{member}")
            assert found is not None
            target.write_bytes(found.read())
        archive.unlink()
    return target


def official_script() -> Path:
    """Telegram's telegram-web-app.js of Bot API 8.0."""
    return cached_package("@twa-dev/sdk@8.0.2", "src/telegram-web-apps.js")
