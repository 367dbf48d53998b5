"""The READMEs say every setting, command and route."""

from pathlib import Path

import pytest

from bot.config import Settings
from bot.messages.commands import ADMINS, GUESTS
from bot.web.routes import ROUTES

ROOT = Path(__file__).resolve().parent.parent.parent
READMES = pytest.mark.parametrize("readme", ["README.md", "README.ru.md"])


def words(readme: str) -> str:
    return (ROOT / readme).read_text(encoding="utf-8")


@READMES
@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_readme(readme: str, setting: str) -> None:
    assert f"`{setting.upper()}`" in words(readme)


@READMES
@pytest.mark.parametrize("command", [*GUESTS, *ADMINS])
def test_every_command_stands_in_the_readme(readme: str, command: str) -> None:
    assert f"| `/{command}` |" in words(readme)


@READMES
@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_every_route_stands_in_the_readme(readme: str, path: str) -> None:
    shown = words(readme).replace("…", "/api/form-data")
    assert path in shown or f"`{path}" in shown


@READMES
def test_pictures_and_links_exist(readme: str) -> None:
    targets = [part.split(")")[0] for part in words(readme).split("](")[1:]]
    for target in targets:
        if not target.startswith(("http", "#")):
            assert (ROOT / target).exists(), target


def test_both_languages_have_the_same_headings_and_tables() -> None:
    def shape(readme: str) -> list[str]:
        lines = words(readme).splitlines()
        return [line.split()[0] if line.startswith("#") else "|" for line in lines if line.startswith(("#", "|"))]

    assert shape("README.md") == shape("README.ru.md")
