"""The page's own files: named by their content, so that a browser may keep them for a year; compressed once."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
PREFIX = "/mini-app/assets"
YEAR = "public, max-age=31536000, immutable"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
# JSDoc blocks and lines that are nothing but a note: a guest's phone need not load them.
_NOTE = re.compile(rb"^[ ]*(/\*\*((?!\*/).)*\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `name` is `<stem>.<hash><suffix>`."""

    name: str
    media_type: str
    plain: bytes
    packed: bytes

    @property
    def address(self) -> str:
        """The path it is served at."""
        return f"{PREFIX}/{self.name}"

    def response(self, *, packed: bool) -> web.Response:
        """The file, gzipped if `packed`."""
        headers = {"Cache-Control": YEAR, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        if packed:
            headers["Content-Encoding"] = "gzip"
        body = self.packed if packed else self.plain
        return web.Response(body=body, content_type=self.media_type, charset="utf-8", headers=headers)


ASSETS = web.AppKey("miniapp_assets", dict[str, Asset])
"""By the file's own name, `page.css`."""


def register(app: web.Application) -> None:
    """Read the files and add their routes."""
    app[ASSETS] = {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in MEDIA_TYPES}
    app.router.add_get(PREFIX + "/{name}", _serve)


def _read(path: Path) -> Asset:
    plain = _NOTE.sub(b"", path.read_bytes())
    name = f"{path.stem}.{hashlib.sha256(plain).hexdigest()[:12]}{path.suffix}"
    return Asset(name, MEDIA_TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0))


async def _serve(request: web.Request) -> web.Response:
    wanted = request.match_info["name"]
    for asset in request.config_dict[ASSETS].values():
        if asset.name == wanted:
            return asset.response(packed="gzip" in request.headers.get("Accept-Encoding", "").lower())
    raise web.HTTPNotFound
