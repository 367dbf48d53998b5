"""GET /api/form-data/export: the guest list as a file."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import hdrs, web

from bot.errors import AnswersInvalid
from bot.locales import texts_of
from bot.services import FormFilter
from bot.services.exports import Table
from bot.web.auth import CALLER
from bot.web.bodies import form_filter
from bot.web.keys import SERVICES
from bot.web.site import language_of

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PART = 64 * 1024


async def export(request: web.Request) -> web.StreamResponse:
    """The filtered list in the format asked for."""
    kind = request.query.get("format", "csv")
    if kind not in MEDIA_TYPES:
        raise AnswersInvalid({"format": ["not_a_choice"]})
    response = web.StreamResponse(headers=_headers(request, kind))
    wanted = form_filter(request)
    if request.method == hdrs.METH_HEAD:
        return response
    # The first part before the first byte: a fault of the database can still become a 503.
    parts = _csv(request, wanted) if kind == "csv" else _xlsx(request, wanted)
    first = await anext(parts)
    await response.prepare(request)
    await response.write(first)
    async for part in parts:
        await response.write(part)
    await response.write_eof()
    return response


def _headers(request: web.Request, kind: str) -> dict[str, str]:
    name = request.config_dict[SERVICES].exports.file_name(kind)
    return {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }


def _csv(request: web.Request, wanted: FormFilter) -> AsyncIterator[bytes]:
    return request.config_dict[SERVICES].exports.csv(request[CALLER].actor, wanted, _table(request))


async def _xlsx(request: web.Request, wanted: FormFilter) -> AsyncIterator[bytes]:
    exports, actor = request.config_dict[SERVICES].exports, request[CALLER].actor
    with TemporaryDirectory(prefix="bal-bot-") as folder:
        exported = await exports.write(actor, wanted, _table(request), Path(folder), kind="xlsx")
        with exported.path.open("rb") as file:
            for part in iter(partial(file.read, PART), b""):
                yield part


def _table(request: web.Request) -> Table:
    language = language_of(request)
    return request.config_dict[SERVICES].exports.table(texts_of(language).plain, language)
