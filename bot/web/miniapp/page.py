"""GET /mini-app/: the questionnaire as a form."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp_jinja2
import phonenumbers
from aiohttp import web

from bot.locales import LANGUAGES, texts_of
from bot.questionnaire import Field, Group, Questionnaire
from bot.web.keys import SERVICES
from bot.web.miniapp.assets import ASSETS
from bot.web.miniapp.script_data import script_data
from bot.web.site import language_of
from bot.web.telegram import PROFILE

TEMPLATES = Path(__file__).parent / "templates"
TELEGRAM_SCRIPT = "https://telegram.org/js/telegram-web-app.js"
# Framed by Telegram Web alone; X-Frame-Options could not say that. Telegram's script sets styles of its own.
POLICY = (
    "default-src 'none'; script-src 'self' https://telegram.org; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors https://web.telegram.org https://*.web.telegram.org"
)
LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
LONGEST_STEPPER = 100
# What a browser may fill by itself (HTML, "Autofill"), by the key of a text field.
AUTOCOMPLETE = {
    "name": "name",
    "full_name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "organization": "organization",
    "city": "address-level2",
    "birthday": "bday",
}


class Section(NamedTuple):
    """Fields that stand together; `group` is None for those without a heading."""

    group: Group | None
    fields: Sequence[Field]


class Numbering(NamedTuple):
    """How the phone numbers of a region are written: country code, prefix inside it, lengths without either."""

    code: int
    prefix: str
    lengths: Sequence[int]


async def page(request: web.Request) -> web.Response:
    """GET /mini-app and /mini-app/."""
    response = aiohttp_jinja2.render_template("page.html", request, _context(request))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.enable_compression()
    return response


def sections(questionnaire: Questionnaire) -> list[Section]:
    """The fields in the order of asking, those of one group together."""
    groups = {group.key: group for group in questionnaire.groups}
    return [
        Section(groups.get(key or ""), tuple(fields))
        for key, fields in groupby(questionnaire.fields, key=lambda field: field.group)
    ]


def numbering(region: str) -> Numbering:
    """Of a region (ISO 3166-1) that phonenumbers knows."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    lengths = metadata.general_desc.possible_length if metadata and metadata.general_desc else ()
    prefix = metadata.national_prefix if metadata else None
    return Numbering(phonenumbers.country_code_for_region(region), prefix or "", lengths)


def is_stepper(low: int, high: int, step: int) -> bool:
    """Whether a whole number is quicker tapped than typed."""
    return (high - low) // step <= LONGEST_STEPPER


def _context(request: web.Request) -> dict[str, Any]:
    app, language = request.config_dict, language_of(request)
    services, texts = app[SERVICES], texts_of(language)
    questionnaire = services.questionnaire
    username = app[PROFILE].username
    return {
        "language": language,
        "languages": {code: LANGUAGE_NAMES[code] for code in LANGUAGES if code in questionnaire.languages},
        "t": texts.plain,
        "questionnaire": questionnaire,
        "availability": services.forms.availability(),
        "sections": sections(questionnaire),
        "last_field": questionnaire.fields[-1],
        "data": script_data(questionnaire, texts),
        "assets": {name: asset.address for name, asset in app[ASSETS].items()},
        "telegram_script": TELEGRAM_SCRIPT,
        "bot_url": f"https://t.me/{username}" if username else "",
        "autocomplete": AUTOCOMPLETE,
        "numbering": numbering,
        "is_stepper": is_stepper,
    }
