"""Dockerfile, compose file and the template of .env, read as Docker and the bot would read them."""

import json
import re
import subprocess
import sys
import threading
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from bot.config import Settings, load_settings
from bot.errors import SettingsInvalid

FILLED_IN = {"TELEGRAM_BOT_TOKEN": "123456:ABC-DEF", "SECRET_KEY": "0123456789abcdef" * 2}


@pytest.fixture(scope="session")
def services(root: Path) -> dict[str, Any]:
    return yaml.safe_load((root / "docker-compose.yml").read_text())["services"]


@pytest.fixture(scope="session")
def volumes(root: Path) -> set[str]:
    return set(yaml.safe_load((root / "docker-compose.yml").read_text())["volumes"])


@pytest.fixture(scope="session")
def dockerfile(root: Path) -> list[tuple[str, str]]:
    """The instructions as (name, rest), continuation lines joined."""
    text = re.sub(r"\\\n\s*", "", (root / "Dockerfile").read_text())
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines()) if word.isupper()]


def values(dockerfile: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for word, rest in dockerfile if word == name]


# The compose file


def test_three_services_start_in_order_and_again_after_a_crash(services: dict[str, Any]) -> None:
    assert set(services) == {"app", "postgres", "redis"}
    assert services["app"]["depends_on"] == {name: {"condition": "service_healthy"} for name in ("postgres", "redis")}
    assert {service["restart"] for service in services.values()} == {"unless-stopped"}


def test_each_server_has_a_health_check_and_a_volume(services: dict[str, Any], volumes: set[str]) -> None:
    assert "pg_isready" in services["postgres"]["healthcheck"]["test"]
    assert "redis-cli ping" in services["redis"]["healthcheck"]["test"][-1]
    mounted = [volume.partition(":") for name in ("postgres", "redis") for volume in services[name]["volumes"]]
    assert {(name, path) for name, _, path in mounted} == {
        ("postgres-data", "/var/lib/postgresql/data"),
        ("redis-data", "/data"),
    }
    assert {name for name, _, _ in mounted} == volumes


def test_only_the_bot_is_reachable_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["app"]
    assert services["app"]["ports"] == ["${HOST:-0.0.0.0}:${PORT:-8000}:8000"]


def test_user_and_database_are_the_same_on_both_sides(services: dict[str, Any]) -> None:
    assert services["postgres"]["environment"]["POSTGRES_USER"] == "bal_bot_user"
    assert services["postgres"]["environment"]["POSTGRES_DB"] == "bal_bot_db"
    url = services["app"]["environment"]["DATABASE_URL"]
    assert (
        re.sub(r"\$\{.*?\}", "PASSWORD", url) == "postgresql+asyncpg://bal_bot_user:PASSWORD@postgres:5432/bal_bot_db"
    )


def test_no_password_no_start(services: dict[str, Any]) -> None:
    for text in (
        services["app"]["environment"]["DATABASE_URL"],
        services["postgres"]["environment"]["POSTGRES_PASSWORD"],
    ):
        assert re.search(r"\$\{POSTGRES_PASSWORD:\?[^}]*set it in \.env", text)


def test_the_bot_accepts_what_the_compose_file_sets(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (services["app"]["environment"] | FILLED_IN).items():
        monkeypatch.setenv(name, re.sub(r"\$\{.*?\}", "password", value))
    settings = load_settings(_env_file=None)
    assert (settings.host, settings.port, settings.redis_url) == ("0.0.0.0", 8000, "redis://redis:6379/0")  # noqa: S104


def test_docker_waits_longer_than_the_bot_takes_to_stop(services: dict[str, Any]) -> None:
    from bot.__main__ import SHUTDOWN_SECONDS  # noqa: PLC0415 - the process's entry, needed here alone

    assert int(services["app"]["stop_grace_period"].removesuffix("s")) > SHUTDOWN_SECONDS


# The template of .env


def test_the_template_names_exactly_the_settings(root: Path) -> None:
    assert set(dotenv_values(root / "env.docker")) == {name.upper() for name in Settings.model_fields} | {
        "POSTGRES_PASSWORD"
    }


def test_every_setting_of_the_template_is_explained(root: Path) -> None:
    lines = (root / "env.docker").read_text().splitlines()
    assert not [line for above, line in pairwise(lines) if "=" in line and line[0] != "#" != above[:1]]


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.usefixtures("no_settings")
def test_the_template_as_it_stands_is_refused_by_name(root: Path) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(_env_file=root / "env.docker")
    assert [problem.split()[0] for problem in refused.value.problems] == ["TELEGRAM_BOT_TOKEN", "SECRET_KEY"]


@pytest.mark.usefixtures("no_settings")
def test_the_template_filled_in_says_the_defaults(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FILLED_IN.items():
        monkeypatch.setenv(name, value)
    assert load_settings(_env_file=root / "env.docker") == load_settings(_env_file=None)


# The image


def test_the_image_is_built_with_hashes_checked_and_runs_without_root(dockerfile: list[tuple[str, str]]) -> None:
    assert [line.split()[0] for line in values(dockerfile, "FROM")] == ["python:3.13-slim"] * 2
    installed = [line for line in values(dockerfile, "RUN") if "pip install" in line]
    assert len(installed) == 1
    assert {"--require-hashes", "--no-cache-dir", "requirements.txt"} <= set(installed[0].split())
    user = values(dockerfile, "USER")[-1]
    assert user != "root"
    assert any("useradd" in line and line.split("&&")[0].split()[-1] == user for line in values(dockerfile, "RUN"))


def test_the_bot_is_process_one_and_gets_the_signal(dockerfile: list[tuple[str, str]]) -> None:
    assert [json.loads(line) for line in values(dockerfile, "CMD")] == [["python", "-m", "bot"]]
    assert values(dockerfile, "STOPSIGNAL") == ["SIGTERM"]
    assert values(dockerfile, "EXPOSE") == ["8000"]


def test_what_the_image_copies_exists_and_is_not_ignored(root: Path, dockerfile: list[tuple[str, str]]) -> None:
    allowed = [line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [word for line in values(dockerfile, "COPY") if "--from" not in line for word in line.split()[:-1]]
    assert {"bot", "db", "migrations", "alembic.ini", "requirements.txt"} <= set(copied)
    for source in copied:
        assert list(root.glob(source)), source
        assert any(fnmatch(source, pattern) for pattern in allowed), f".dockerignore keeps {source} out"


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False), (None, False)])
def test_the_health_check_asks_healthz(dockerfile: list[tuple[str, str]], status: int | None, *, healthy: bool) -> None:
    command = json.loads(values(dockerfile, "HEALTHCHECK")[0].partition("CMD ")[2])
    assert command[0] == "python"
    asked: list[str] = []

    class Bot(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status or 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Bot) as server:
        if status:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
        else:
            server.socket.close()
        result = subprocess.run(  # noqa: S603 - the Dockerfile's own command
            [sys.executable, *command[1:]], env={"PORT": str(server.server_port)}, capture_output=True, check=False
        )
        if status:
            server.shutdown()
            thread.join()
    assert (result.returncode == 0) is healthy
    assert asked == (["/healthz"] if status else [])
