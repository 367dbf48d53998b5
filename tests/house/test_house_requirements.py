"""The pinned requirements, and what no file of the project may name."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)(?: ; [^-]\S.*?)?(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)"
)
# Written in pieces, so that this file does not name them either.
INDEX_HOSTS = [
    f"{name}.{end}"
    for name, end in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb.debian", "org"),
    ]
]
MACHINE_PATH = re.compile(rf"(?<![\w./-])/(?:{'|'.join(['work', 'root', 'opt/py' + 'pi', 'opt/whe' + 'els'])})/")


def pins(file: Path) -> dict[str, str]:
    lines = file.read_text().replace("\\\n", " ").splitlines()
    matches = [(line, PIN.fullmatch(re.sub(r" +", " ", line))) for line in lines]
    assert not [line[:80] for line, match in matches if match is None], f"{file.name} has lines without == or hashes"
    return {match["name"]: match["version"] for _, match in matches if match}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes(root: Path, name: str) -> None:
    assert len(pins(root / name)) > 20


def test_a_line_without_hashes_is_noticed(tmp_path: Path) -> None:
    for line in ("aiohttp==3.14.5", "aiohttp>=3 --hash=sha256:" + "a" * 64, "--index-url https://example.org"):
        (tmp_path / "requirements.txt").write_text(line + "\n")
        with pytest.raises(AssertionError, match="without == or hashes"):
            pins(tmp_path / "requirements.txt")


def test_both_files_agree(root: Path) -> None:
    run, dev = pins(root / "requirements.txt"), pins(root / "requirements-dev.txt")
    assert run.items() <= dev.items()


def test_the_pins_are_those_of_pyproject(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["dependencies"] + project["optional-dependencies"]["dev"],
    }
    for name, texts in wanted.items():
        pinned = pins(root / name)
        for requirement in map(Requirement, texts):
            version = pinned.get(canonicalize_name(requirement.name))
            assert version, f"{requirement} is not in {name}: run `make requirements`"
            assert version in requirement.specifier, f"{requirement} is at {version} in {name}: run `make requirements`"


def files_of_the_project(root: Path) -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603 - names no file from outside
        command, cwd=root, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in filter(None, listed.split("\0")) if (path := root / name).is_file()]


def test_no_file_names_a_package_index_or_a_machine(root: Path) -> None:
    found = []
    for path in files_of_the_project(root):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(root)}: {host}" for host in INDEX_HOSTS if host in text]
        found += [f"{path.relative_to(root)}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
    assert not found


@pytest.mark.parametrize(("text", "named"), [("see /work" + "/main", True), ("docs/screenshots/work/", False)])
def test_a_machine_path_is_noticed(text: str, *, named: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is named
