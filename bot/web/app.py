"""The HTTP application's parts put together: the REST sub-app, the site around it, and the host's middleware."""

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.questionnaire import Questionnaire
from bot.web import docs, miniapp
from bot.web.access import guarded
from bot.web.openapi import create_openapi
from bot.web.problems import problems_middleware
from bot.web.routes import REST, SITE, TELEGRAM, Route

API = "/api"
TEMPLATES = Path(__file__).parent / "templates"


def create_rest_app() -> web.Application:
    """The REST routes, to be mounted at /api."""
    app = web.Application()
    for route in REST:
        _add(app, route, route.path.removeprefix(API))
    return app


def set_up_web(app: web.Application, questionnaire: Questionnaire) -> None:
    """Mount everything but the webhook on the host application."""
    app.middlewares.append(problems_middleware)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader([TEMPLATES, miniapp.TEMPLATES]), enable_async=False)
    app[docs.OPENAPI] = create_openapi(questionnaire)
    for route in (*SITE, *TELEGRAM):
        _add(app, route, route.path)
    app.router.add_get("/docs/start.js", docs.start)
    app.router.add_get(r"/docs/assets/{name:[\w.-]+}", docs.asset)
    miniapp.register(app)
    app.add_subapp(API, create_rest_app())


def _add(app: web.Application, route: Route, path: str) -> None:
    # Ids are numbers: anything else is no route of ours.
    pattern = path.replace("_id}", r"_id:\d+}")
    handler = guarded(route)
    # Where GET is, HEAD is too (RFC 9110, 9.3.2); aiohttp leaves its body out.
    methods = ("GET", "HEAD") if route.method == "GET" else (route.method,)
    for variant in {pattern.rstrip("/") or "/", pattern.rstrip("/") + "/"}:
        resource = app.router.add_resource(variant)
        for method in methods:
            resource.add_route(method, handler)
