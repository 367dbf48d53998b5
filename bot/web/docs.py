"""The API's documentation: OpenAPI 3.1, Swagger UI, ReDoc. Their assets are ours: nothing is fetched from elsewhere."""

import gzip
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web

from bot.web.bodies import json_response

ASSETS = Path(__file__).parent / "assets" / "docs"
ASSET_NAMES = ("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js")
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}
DAY = "public, max-age=86400"
START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", validatorUrl: null, deepLinking: true});\n'
OPENAPI = web.AppKey("openapi", dict[str, object])
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def openapi(request: web.Request) -> web.Response:
    """GET /openapi.json."""
    return json_response(request.config_dict[OPENAPI])


async def swagger(request: web.Request) -> web.Response:
    """GET /docs."""
    return _page(request, "swagger.html")


async def redoc(request: web.Request) -> web.Response:
    """GET /redoc."""
    return _page(request, "redoc.html")


async def asset(request: web.Request) -> web.Response:
    """GET /docs/assets/…: the files of Swagger UI and ReDoc, kept compressed."""
    name = request.match_info["name"]
    if name not in ASSET_NAMES:
        raise web.HTTPNotFound
    body, headers = (ASSETS / f"{name}.gz").read_bytes(), {"Cache-Control": DAY, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return web.Response(body=body, content_type=MEDIA_TYPES[Path(name).suffix], headers=headers)


async def start(_request: web.Request) -> web.Response:
    """GET /docs/start.js: an inline script would need a weaker policy."""
    return web.Response(text=START, content_type="text/javascript")


def _page(request: web.Request, template: str) -> web.Response:
    response = aiohttp_jinja2.render_template(template, request, {})
    response.headers["Content-Security-Policy"] = POLICY
    return response
