"""The settings (design.md, "Settings"): read once, every mistake told at once, by name, never with its value."""

import hashlib
import hmac
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsInvalid

MIN_SECRET_LENGTH = 32
MOST_HOURS = 720
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
TELEGRAM_PORTS = {None, 80, 88, 443, 8443}
TELEGRAM_API = "https://api.telegram.org"
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,}")
_PLACEHOLDER = re.compile(r"your[_-]|[_-]token|change.?me|replace.?me|placeholder|x{6}|<.*>", re.IGNORECASE)


def _token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text or _PLACEHOLDER.search(text) or not _TOKEN.fullmatch(text):
        raise ValueError("is not a bot's token: paste the one that @BotFather gave you, like 123456:ABC-DEF")
    return value


def _secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < MIN_SECRET_LENGTH:
        raise ValueError(
            f"is too short: at least {MIN_SECRET_LENGTH} characters, e.g. the output of `openssl rand -hex 32`"
        )
    if _PLACEHOLDER.search(text) or len(set(text)) == 1:
        raise ValueError("is a placeholder: put in your own, e.g. the output of `openssl rand -hex 32`")
    return value


def _address(value: str, *, need: str) -> str:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise ValueError(f"is not an address: write it like {need}")
    if parts.scheme != "https" and host not in LOCAL_HOSTS:
        raise ValueError("must begin with https:// (Telegram takes nothing else)")
    if host not in LOCAL_HOSTS and port not in TELEGRAM_PORTS:
        raise ValueError("has a port that Telegram does not call: use 443, 80, 88 or 8443")
    return value.rstrip("/")


def _webhook_url(value: str) -> str:
    return _address(value, need="https://bot.example.org") if value else value


def _mini_app_url(value: str) -> str:
    return _address(value, need="https://bot.example.org/mini-app") if value else value


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("is not an address: write it like http://127.0.0.1:8081, or leave it out for Telegram's own")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if value.startswith("sqlite+aiosqlite:///") and ":memory:" not in value and value != "sqlite+aiosqlite:///":
        return value
    if re.match(r"postgresql\+asyncpg://[^/]*/.+", value) and _has_good_port(value):
        return value
    raise ValueError(
        "must be sqlite+aiosqlite:///./file.db (a file) or postgresql+asyncpg://user:password@host/database"
    )


def _has_good_port(address: str) -> bool:
    # Also what a "/" in a password makes of an address: it must be written %2F there.
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _redis_url(value: str) -> str:
    if value and not (value.startswith(("redis://", "rediss://", "unix://")) and _has_good_port(value)):
        raise ValueError("must be like redis://127.0.0.1:6379/0 (or rediss://, unix://); write / in a password as %2F")
    return value


def _ids(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever stands in the environment
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(re.fullmatch(r"[1-9]\d{0,15}", part) for part in parts):
        raise ValueError("must be Telegram ids (positive numbers) with commas between them, like 12345,67890")
    return frozenset(map(int, parts))


def _hours(value: int) -> int:
    if not 0 <= value <= MOST_HOURS:
        raise ValueError(f"must be a number of hours from 0 (off) to {MOST_HOURS}")
    return value


def _none_if_empty(value: Any) -> Any:  # noqa: ANN401 - as above
    return None if value == "" else value


class Settings(BaseSettings):
    """One field a setting, named as in the environment but in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, frozen=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)]
    secret_key: Annotated[SecretStr, AfterValidator(_secret)]
    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite+aiosqlite:///./bal_bot.db"
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] = ""
    mini_app_url: Annotated[str, AfterValidator(_mini_app_url)] = ""
    bot_mode: Annotated[Literal["webhook", "polling"] | None, BeforeValidator(_none_if_empty)] = None
    redis_url: Annotated[str, AfterValidator(_redis_url)] = ""
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    admin_chat_id: Annotated[int | None, BeforeValidator(_none_if_empty)] = None
    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = TELEGRAM_API
    host: str = "0.0.0.0"  # noqa: S104 - the contract's default: a container listens on all of its addresses
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    questionnaire_file: Path = Path("questionnaire.toml")
    default_language: Literal["ru", "en"] = "ru"
    draft_reminder_hours: Annotated[int, AfterValidator(_hours)] = 24
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("bot_mode")
    @classmethod
    def _webhook_mode_needs_its_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        # A WEBHOOK_URL that is wrong is not in the data: it has its own sentence.
        if value == "webhook" and info.data.get("webhook_url") == "":
            raise ValueError("is webhook, but WEBHOOK_URL is empty: give this server's https address there")
        return value

    @property
    def mode(self) -> Literal["webhook", "polling"]:
        """How updates come in."""
        return self.bot_mode or ("webhook" if self.webhook_url else "polling")

    @property
    def page_url(self) -> str:
        """The address of the mini-app, empty when there is none that Telegram could open."""
        return self.mini_app_url or (f"{self.webhook_url}/mini-app" if self.webhook_url else "")

    @cached_property
    def webhook_secret(self) -> str:
        """What Telegram sends in X-Telegram-Bot-Api-Secret-Token."""
        return self._derive(b"telegram-webhook")

    @cached_property
    def admin_api_token(self) -> str:
        """The bearer token of the admin API."""
        return self._derive(b"admin-api")

    def _derive(self, purpose: bytes) -> str:
        return hmac.new(self.secret_key.get_secret_value().encode(), purpose, hashlib.sha256).hexdigest()


def load_settings(**overrides: Any) -> Settings:
    """The settings from the environment and `.env`; raises SettingsInvalid with a sentence for each mistake."""
    try:
        return Settings(**overrides)
    except UnicodeDecodeError:
        raise SettingsInvalid([".env is not a text in UTF-8: save it so"]) from None
    except ValidationError as error:
        raise SettingsInvalid([_sentence(dict(problem)) for problem in error.errors(include_input=False)]) from None


def _sentence(problem: dict[str, Any]) -> str:
    text = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return text
    name = str(problem["loc"][0]).upper()
    return f"{name} {_WORDS.get(problem['type'], text)}".format(**problem.get("ctx", {}))


_WORDS = {
    "missing": "is missing: set it in the environment or in .env (env.docker is a template)",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be a port from 1 to 65535",
    "less_than_equal": "must be a port from 1 to 65535",
    "literal_error": "must be {expected}",
}
