"""The Makefile by its own doors: the targets, and what it says when something is missing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


class Workshop:
    """An empty folder with the Makefile, where `make` finds only the commands that a test gives it."""

    def __init__(self, folder: Path, makefile: Path) -> None:
        self.folder, self.bin = folder, folder / "bin"
        self.bin.mkdir()
        shutil.copy(makefile, folder)
        (folder / "requirements.txt").write_text("a==1\n")

    def command(self, path: str, script: str) -> Path:
        """Put a shell script where `path` says."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if name not in {"PYTHON", "MAKEFLAGS", "MAKELEVEL"}}
        environment = clean | {"PATH": f"{self.bin}:{os.environ['PATH']}"}
        return subprocess.run(  # noqa: S603 - our own Makefile
            ["make", *arguments],  # noqa: S607 - whichever make the machine has
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def workshop(root: Path, tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, root / "Makefile")


def targets(makefile: Path) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", makefile.read_text(), re.MULTILINE))


def test_help_is_the_default_and_prints_every_target(root: Path, workshop: Workshop) -> None:
    printed = re.findall(r"^  make ([a-z-]+) ", workshop.make().stdout, re.MULTILINE)
    assert sorted(printed) == sorted(targets(root / "Makefile") - {"compose"})


def test_the_readme_names_only_targets_that_exist(root: Path) -> None:
    for readme in [root / "README.md", *root.glob("README.*.md")]:
        code = " ; ".join(re.findall(r"```.*?```|`[^`\n]+`", readme.read_text(), re.DOTALL))
        named = set(re.findall(r"\bmake ((?:[a-z][a-z-]*\b ?)+)", code))
        assert named, f"{readme.name} names no target at all"
        assert {word for words in named for word in words.split()} <= targets(root / "Makefile")


def test_an_old_python_is_refused_in_one_sentence(workshop: Workshop) -> None:
    old = workshop.command("old/python3", "exit 1")
    result = workshop.make("setup", f"PYTHON={old}")
    sentence, *rest = result.stderr.splitlines()
    assert result.returncode
    assert sentence.startswith("Python 3.12 or newer is needed")
    assert str(old) in sentence
    assert "make setup PYTHON=" in sentence
    assert len(rest) == 1, "make's own line and nothing else"
    assert not (workshop.folder / ".venv").exists()


def test_a_python_without_ensurepip_names_the_package(workshop: Workshop) -> None:
    bare = workshop.command("bare/python3", 'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac')
    result = workshop.make("demo", f"PYTHON={bare}")
    assert result.returncode
    assert "apt-get install python3.12-venv" in result.stderr
    assert not (workshop.folder / ".venv").exists()


def test_a_changed_file_is_installed_once_and_a_new_date_is_no_change(workshop: Workshop) -> None:
    log = workshop.folder / "pip.log"
    workshop.command(".venv/bin/python", f'case "$*" in *" pip install "*) echo "$*" >> {log};; esac')
    (workshop.folder / ".venv" / "pyvenv.cfg").touch()
    requirements = workshop.folder / "requirements.txt"
    calls = []
    for change in (
        lambda: requirements.write_text("a==1\n"),
        int,
        requirements.touch,
        lambda: requirements.write_text("a==2\n"),
    ):
        change()
        os.utime(requirements, (2e9 + len(calls), 2e9 + len(calls)))  # newer than the stamp, as after a checkout
        assert workshop.make("setup").returncode == 0
        calls.append(len(log.read_text().splitlines()))
    assert calls == [1, 1, 1, 2]
    assert all("--require-hashes -r requirements.txt" in line for line in log.read_text().splitlines())


def test_a_failed_installation_is_tried_again(workshop: Workshop) -> None:
    workshop.command(".venv/bin/python", 'case "$*" in *" pip install "*) exit 1;; esac')
    (workshop.folder / ".venv" / "pyvenv.cfg").touch()
    assert [bool(workshop.make("setup").returncode) for _ in range(2)] == [True, True]


@pytest.mark.parametrize("target", ["deploy", "down", "logs", "status"])
def test_docker_targets_ask_for_the_settings_first(workshop: Workshop, target: str) -> None:
    log = workshop.folder / "docker.log"
    workshop.command("bin/docker", f'echo "$*" >> {log}')
    refused = workshop.make(target)
    assert refused.returncode
    assert "cp env.docker .env" in refused.stderr
    (workshop.folder / ".env").touch()
    assert workshop.make(target).returncode == 0
    assert log.read_text().splitlines()[-1] != "compose version"


def test_without_docker_it_says_so(workshop: Workshop) -> None:
    workshop.command("bin/docker", "exit 1")
    refused = workshop.make("deploy")
    assert refused.returncode
    assert refused.stderr.startswith("Docker with its compose plugin is needed")
