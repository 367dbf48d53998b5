"""GET /api/form-data/export: the guest list as a file, streamed."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import hdrs, web

from bot.errors import AnswersInvalid
from bot.locales import texts_of
from bot.services import ExportOrder
from bot.web.auth import CALLER
from bot.web.filters import form_filter
from bot.web.keys import SERVICES
from bot.web.site import language_of

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PART = 64 * 1024


async def export(request: web.Request) -> web.StreamResponse:
    """The filtered list in the format asked for."""
    order = _order(request)
    response = web.StreamResponse(headers=_headers(request, order.kind))
    if request.method == hdrs.METH_HEAD:
        return response
    # The first page before the first byte: a fault of the database can still become a 503.
    parts = _csv(request, order) if order.kind == "csv" else _xlsx(request, order)
    first = await anext(parts)
    await response.prepare(request)
    await response.write(first)
    async for part in parts:
        await response.write(part)
    await response.write_eof()
    return response


def _order(request: web.Request) -> ExportOrder:
    kind = request.query.get("format", "csv")
    if kind not in MEDIA_TYPES:
        raise AnswersInvalid({"format": ["not_a_choice"]})
    language = language_of(request)
    return ExportOrder(form_filter(request), kind, language, texts_of(language).plain)


def _headers(request: web.Request, kind: str) -> dict[str, str]:
    name = request.config_dict[SERVICES].exports.file_name(kind)
    return {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }


def _csv(request: web.Request, order: ExportOrder) -> AsyncIterator[bytes]:
    return request.config_dict[SERVICES].exports.csv(request[CALLER].actor, order)


async def _xlsx(request: web.Request, order: ExportOrder) -> AsyncIterator[bytes]:
    with TemporaryDirectory(prefix="bal-bot-") as folder:
        exports = request.config_dict[SERVICES].exports
        exported = await exports.export_file(request[CALLER].actor, order, Path(folder))
        with exported.path.open("rb") as file:
            for part in iter(partial(file.read, PART), b""):
                yield part
