"""`make docs-assets`: fetch Swagger UI and ReDoc again, at the versions of manifest.json, and check every file.

To move to another version, write it into manifest.json and run `make docs-assets ACCEPT=1`, which takes the new
checksums; then read what changed, and look at `/docs` and `/redoc`.
"""

# ruff: noqa: INP001 - a script beside CI's, no package
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "bot" / "web" / "assets" / "docs"
MANIFEST = FOLDER / "manifest.json"
COMPRESSED = (".js", ".css")  # what a browser is sent; licences stay readable

type Manifest = dict[str, dict[str, str]]


def main() -> int:
    """Returns 1, after a line for each, when files differ from their checksums; `--accept` takes them."""
    manifest: Manifest = json.loads(MANIFEST.read_text())
    differing = []
    for name, content in fetch(manifest):
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != manifest[name].get("sha256"):
            differing.append(name)
            manifest[name]["sha256"] = sha256
        if name not in differing or "--accept" in sys.argv:
            store(name, content)
    return report(manifest, differing)


def fetch(manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """Every file of the manifest with its content, each package packed once by npm."""
    for package in sorted({f"{entry['package']}@{entry['version']}" for entry in manifest.values()}):
        with tempfile.TemporaryDirectory() as folder:
            command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - names from our own file
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                archive.extractall(folder, filter="data")
            for name, entry in manifest.items():
                if package == f"{entry['package']}@{entry['version']}":
                    yield name, (Path(folder) / "package" / entry["path"]).read_bytes()


def store(name: str, content: bytes) -> None:
    """Write the file unless it is there already: compressing the same content again may give other bytes."""
    compressed = name.endswith(COMPRESSED)
    path = FOLDER / (f"{name}.gz" if compressed else name)
    if not path.exists() or (gzip.decompress(path.read_bytes()) if compressed else path.read_bytes()) != content:
        path.write_bytes(gzip.compress(content, 9, mtime=0) if compressed else content)


def report(manifest: Manifest, differing: list[str]) -> int:
    """The exit status, after one line about what was found."""
    if "--accept" in sys.argv:
        MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")
    elif differing:
        print(f"Not what manifest.json says, left alone: {', '.join(differing)}", file=sys.stderr)  # noqa: T201 - a command
        return 1
    print(f"{len(manifest)} files are in place, {len(differing)} of them new.")  # noqa: T201 - a command's answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
