"""The vendored Swagger UI and ReDoc: what manifest.json says, and nothing else."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder(root: Path) -> Path:
    return root / "bot" / "web" / "assets" / "docs"


@pytest.fixture(scope="session")
def manifest(folder: Path) -> dict[str, dict[str, str]]:
    return json.loads((folder / "manifest.json").read_text())


def content(folder: Path, name: str) -> bytes:
    if name.endswith((".js", ".css")):
        return gzip.decompress((folder / f"{name}.gz").read_bytes())
    return (folder / name).read_bytes()


def test_every_file_is_the_one_that_was_fetched(folder: Path, manifest: dict[str, dict[str, str]]) -> None:
    assert {name: hashlib.sha256(content(folder, name)).hexdigest() for name in manifest} == {
        name: entry["sha256"] for name, entry in manifest.items()
    }


def test_there_is_no_other_file(folder: Path, manifest: dict[str, dict[str, str]]) -> None:
    assert {path.name.removesuffix(".gz") for path in folder.iterdir()} == {"manifest.json", *manifest}


def test_every_package_comes_with_its_licence_and_one_version(manifest: dict[str, dict[str, str]]) -> None:
    packages = {entry["package"] for entry in manifest.values()}
    assert packages == {entry["package"] for name, entry in manifest.items() if name.endswith(".LICENSE.txt")}
    assert len(packages) == len({(entry["package"], entry["version"]) for entry in manifest.values()})
    assert {entry["version"] for entry in manifest.values() if entry["package"] == "redoc"} == {
        "2.5.4"
    }  # 3 phones home
