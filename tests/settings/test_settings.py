"""Settings: every mistake at once, by name, never the value; exit status 2; the derived secrets."""

import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import SettingsInvalid

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {"TELEGRAM_BOT_TOKEN": "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc", "SECRET_KEY": "0123456789abcdef" * 2}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> tuple[str, ...]:
    for name, value in (GOOD | environment).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    return caught.value.problems


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short-s3cret", "SECRET_KEY is too short: at least 32 characters"),
        ("SECRET_KEY", "change-me-change-me-change-me-change-me", "SECRET_KEY is a placeholder"),
        ("SECRET_KEY", "a" * 40, "SECRET_KEY is a placeholder"),
        ("TELEGRAM_BOT_TOKEN", "your-bot-token", "TELEGRAM_BOT_TOKEN is not a bot's token"),
        ("TELEGRAM_BOT_TOKEN", "123456:your_token_here", "TELEGRAM_BOT_TOKEN is not a bot's token"),
        ("TELEGRAM_BOT_TOKEN", "", "TELEGRAM_BOT_TOKEN is not a bot's token"),
        ("WEBHOOK_URL", "http://bot.example.org", "WEBHOOK_URL must begin with https://"),
        ("WEBHOOK_URL", "bot.example.net", "WEBHOOK_URL is not an address"),
        ("WEBHOOK_URL", "https://bot.example.org:8000", "WEBHOOK_URL has a port that Telegram does not call"),
        ("WEBHOOK_URL", "https://[broken", "WEBHOOK_URL is not an address"),
        ("MINI_APP_URL", "http://bot.example.org/mini-app", "MINI_APP_URL must begin with https://"),
        ("BOT_MODE", "webhook", "BOT_MODE is webhook, but WEBHOOK_URL is empty"),
        ("BOT_MODE", "sometimes", "BOT_MODE must be 'webhook' or 'polling'"),
        ("ADMIN_IDS", "12,vera", "ADMIN_IDS must be Telegram ids"),
        ("ADMIN_IDS", "-100500", "ADMIN_IDS must be Telegram ids"),
        ("ADMIN_CHAT_ID", "admins", "ADMIN_CHAT_ID must be a whole number"),
        ("DATABASE_URL", "postgres://u:hunter2@h/d", "DATABASE_URL must be sqlite+aiosqlite"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", "DATABASE_URL must be sqlite+aiosqlite"),
        ("REDIS_URL", "localhost:6380", "REDIS_URL must be like redis://"),
        ("REDIS_URL", "redis://:hunter/2@localhost:6379/0", "REDIS_URL must be like redis://"),
        ("DATABASE_URL", "postgresql+asyncpg://u:hunter2@h:80x/db", "DATABASE_URL must be sqlite+aiosqlite"),
        ("PORT", "http", "PORT must be a whole number"),
        ("PORT", "70000", "PORT must be a port from 1 to 65535"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be"),
        ("DEFAULT_LANGUAGE", "de", "DEFAULT_LANGUAGE must be"),
        ("TELEGRAM_API_URL", "api", "TELEGRAM_API_URL is not an address"),
    ],
)
def test_each_mistake_has_its_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    [problem] = problems(monkeypatch, **{name: value})
    assert problem.startswith(sentence)
    if len(value) > 8:
        assert value not in problem


def test_every_mistake_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, SECRET_KEY="x", ADMIN_IDS="y", PORT="z", BOT_MODE="webhook", LOG_LEVEL="loud")
    assert [problem.split()[0] for problem in found] == ["SECRET_KEY", "BOT_MODE", "ADMIN_IDS", "PORT", "LOG_LEVEL"]


def test_an_env_file_that_is_no_utf_8_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("SECRET_KEY=ключ".encode("cp1251"))
    with pytest.raises(SettingsInvalid, match="UTF-8"):
        load_settings()


def test_missing_settings_are_named() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert [problem.split()[0] for problem in caught.value.problems] == ["TELEGRAM_BOT_TOKEN", "SECRET_KEY"]


@pytest.mark.parametrize(
    ("environment", "mode", "page"),
    [
        ({}, "polling", ""),
        ({"WEBHOOK_URL": "https://bot.example.org/"}, "webhook", "https://bot.example.org/mini-app"),
        ({"WEBHOOK_URL": "https://b.org", "BOT_MODE": "polling"}, "polling", "https://b.org/mini-app"),
        ({"MINI_APP_URL": "http://127.0.0.1:8000/mini-app"}, "polling", "http://127.0.0.1:8000/mini-app"),
        ({"WEBHOOK_URL": "", "BOT_MODE": "", "ADMIN_CHAT_ID": ""}, "polling", ""),
    ],
)
def test_the_mode_and_the_page(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], mode: str, page: str
) -> None:
    for name, value in (GOOD | environment).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.mode, settings.page_url) == (mode, page)


def test_the_env_file_is_read(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in (GOOD | {"ADMIN_IDS": "7, 8"}).items()]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    assert load_settings().admin_ids == {7, 8}


def test_derived_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    key = GOOD["SECRET_KEY"].encode()
    settings = load_settings()
    assert settings.webhook_secret == hmac.new(key, b"telegram-webhook", hashlib.sha256).hexdigest()
    assert settings.admin_api_token == hmac.new(key, b"admin-api", hashlib.sha256).hexdigest()


def run_bot(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program is ours
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_wrong_setting_ends_with_status_2_and_no_value(tmp_path: Path) -> None:
    done = run_bot(tmp_path, SECRET_KEY="hunter2-hunter2", TELEGRAM_BOT_TOKEN="my-real-token-value")
    assert done.returncode == 2
    assert "SECRET_KEY is too short" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout
    assert "my-real-token-value" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_broken_questionnaire_ends_with_status_2_and_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "questionnaire.toml").write_text('key = "ball"\n[[fields]]\ntype = "chioce"\n', encoding="utf-8")
    done = run_bot(tmp_path, **GOOD)
    assert done.returncode == 2
    assert "questionnaire.toml, line" in done.stderr
    assert "did you mean «choice»" in done.stderr


def test_a_database_that_is_not_there_ends_with_status_1_and_words(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://postgres:hunter2@127.0.0.1:1/none"
    done = run_bot(tmp_path, DATABASE_URL=url, QUESTIONNAIRE_FILE=str(ROOT / "questionnaire.toml"), **GOOD)
    assert done.returncode == 1
    assert "DATABASE_URL: the database cannot be opened" in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_token_command_prints_the_admin_api_token(tmp_path: Path) -> None:
    done = run_bot(tmp_path, "token", **GOOD)
    expected = hmac.new(GOOD["SECRET_KEY"].encode(), b"admin-api", hashlib.sha256).hexdigest()
    assert (done.returncode, done.stdout) == (0, expected + "\n")


def test_an_unknown_command_prints_the_usage(tmp_path: Path) -> None:
    done = run_bot(tmp_path, "dance")
    assert done.returncode == 2
    assert "python -m bot migrate" in done.stderr
