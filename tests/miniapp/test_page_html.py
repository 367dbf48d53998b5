"""What the server sends: the form's semantics, headers, bytes."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from world import World

from bot.questionnaire import FIELD_TYPES
from bot.web.miniapp import TEMPLATES

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERY_TYPE = {"questionnaire_file": Path(__file__).parent / "every_type.toml"}
FIRST_LOAD = 20_000


async def html(server: World, query: str = "", **headers: str) -> str:
    answer = await server.request("GET", f"/mini-app/{query}", headers)
    assert answer.status == 200
    return answer.body.decode()


def control(page: str, path: str) -> str:
    """The tag of a field's control."""
    found = re.search(rf'<(?:input|textarea)[^>]* name="{re.escape(path)}"[^>]*>', page)
    assert found
    return found[0]


async def test_every_field_type_has_its_template() -> None:
    assert {name for name in FIELD_TYPES if not (TEMPLATES / "fields" / f"{name}.html").is_file()} == set()


async def test_headers(server: World) -> None:
    for path in ("/mini-app", "/mini-app/", "/mini-app/?via=kb&lang=ru"):
        headers = (await server.request("GET", path)).headers
        assert headers["Cache-Control"] == "no-store"
        assert "X-Frame-Options" not in headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self' https://telegram.org; style-src 'self' 'unsafe-inline'" in policy
        assert "frame-ancestors https://web.telegram.org https://*.web.telegram.org" in policy


async def test_assets_are_named_by_content_and_kept_for_a_year(server: World) -> None:
    addresses = re.findall(r'"(/mini-app/assets/[^"]+)"', await html(server))
    assert len(addresses) == 3
    for address in addresses:
        assert re.search(r"/(page|first)\.[0-9a-f]{12}\.(css|js)$", address)
        answer = await server.request("GET", address)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        plain = await server.request("GET", address, {"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert plain.body == answer.body
    assert (await server.request("GET", "/mini-app/assets/page.000000000000.js")).status == 404
    assert (await server.request("GET", "/mini-app/assets/page.js")).status == 404


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_first_load_is_light(server: World, language: str) -> None:
    addresses = re.findall(r'"(/mini-app/assets/[^"]+)"', await html(server))
    sizes = {}
    for address in (f"/mini-app/?lang={language}", *addresses):
        answer = await server.request("GET", address, {"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        sizes[address] = int(answer.headers.get("Content-Length") or len(gzip.compress(answer.body)))
    assert sum(sizes.values()) < FIRST_LOAD, sizes


async def test_language_is_the_launchs_then_the_browsers_then_the_settings(server: World) -> None:
    assert '<html lang="en">' in await html(server, "?lang=en", **{"Accept-Language": "ru"})
    assert '<html lang="en">' in await html(server, **{"Accept-Language": "en-GB,ru;q=0.5"})
    assert '<html lang="ru">' in await html(server, **{"Accept-Language": "fr"})


async def test_controls_say_what_they_take(server: World) -> None:
    page = await html(server, "?lang=ru")
    for path, words in {
        "name": ('type="text"', 'autocomplete="name"', 'enterkeyhint="next"', "required"),
        "email": ('type="email"', 'inputmode="email"', 'autocomplete="email"', 'autocapitalize="none"'),
        "phone": ('type="tel"', 'inputmode="tel"', 'autocomplete="tel"'),
        "quantity": ('inputmode="numeric"', 'value="1"'),
        "preferences.dietary_requirements": ('type="text"', 'placeholder="Вегетарианец"'),
        "preferences.accessibility_needs": ('enterkeyhint="done"',),
    }.items():
        for word in (*words, f'{path}-error"'):
            assert word in control(page, path), (path, word)
        if path != "quantity":
            assert f'<label for="{path}">' in page
    assert 'aria-describedby="email-hint email-error"' in control(page, "email")
    assert 'id="email-hint">Сюда придёт приглашение.' in page
    assert "required" not in control(page, "preferences.dietary_requirements")
    assert "<legend><h2>Пожелания</h2></legend>" in page


@pytest.mark.parametrize("settings_overrides", [EVERY_TYPE], indirect=True)
async def test_every_type_is_rendered_and_escaped(server: World) -> None:
    page = await html(server, "?lang=ru")
    assert "<h1>Всё &lt;сразу&gt;</h1>" in page
    for path in (
        "name",
        "about",
        "age",
        "ticket",
        "dances",
        "alone",
        "party.companion",
        "party.birthday",
        "data_consent",
    ):
        control(page, path)
        assert f'id="{path}-field"' in page
    assert re.search(r'id="party.companion-field"[^>]* hidden>', page)


def timed(line: str) -> Any:
    """Writes the ball's questionnaire with one more line into a folder."""

    def write(folder: Path) -> Path:
        text = Path("questionnaire.toml").read_text()
        file = folder / "questionnaire.toml"
        file.write_text(text.replace("version = 1", f"version = 1\n{line}", 1))
        return file

    return write


@pytest.fixture
def settings_overrides(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    given = dict(getattr(request, "param", {}))
    if callable(given.get("questionnaire_file")):
        given["questionnaire_file"] = given["questionnaire_file"](tmp_path)
    return given


CLOSED = {"questionnaire_file": timed("closes_at = 2020-01-01T10:00:00+03:00")}
CLOSED_UTC = {"questionnaire_file": timed("closes_at = 2020-01-01T07:00:00Z")}
NOT_YET = {"questionnaire_file": timed("opens_at = 2100-01-01T10:00:00+03:00")}


@pytest.mark.parametrize(
    ("settings_overrides", "words"),
    [
        (CLOSED, "Приём анкет закончился 01.01.2020 10:00."),
        (CLOSED_UTC, "Приём анкет закончился 01.01.2020 10:00."),
        (NOT_YET, "Анкета откроется 01.01.2100 10:00."),
    ],
    indirect=["settings_overrides"],
)
async def test_outside_its_time_a_kind_sentence_stands_instead_of_the_form(server: World, words: str) -> None:
    page = await html(server, "?lang=ru")
    assert words in page
    assert "<form" not in page
    assert "<script type=" not in page
