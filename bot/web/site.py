"""GET /: what this is."""

import aiohttp_jinja2
from aiohttp import web

from bot.locales import choose_language, texts_of
from bot.web.keys import SERVICES, SETTINGS
from bot.web.telegram import PROFILE


@aiohttp_jinja2.template("index.html")
async def index(request: web.Request) -> dict[str, object]:
    """The front page, in the browser's language."""
    app = request.config_dict
    language = language_of(request)
    return {
        "title": app[SERVICES].questionnaire.title[language],
        "username": app[PROFILE].username,
        "texts": texts_of(language).plain,
        "language": language,
    }


def language_of(request: web.Request) -> str:
    """The language that the query asks for, or the browser, or the setting."""
    default = request.config_dict[SETTINGS].default_language
    accepted = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0].strip()
    return choose_language(request.query.get("lang"), choose_language(accepted, default))
