"""GET /api/form-data/export: the guest list as a file, streamed."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import hdrs, web

from bot.errors import AnswersInvalid
from bot.services.exports import Pages, csv_parts, write_xlsx
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
    response = web.StreamResponse(headers=_headers(kind))
    pages = request.config_dict[SERVICES].forms.export(request[CALLER].actor, form_filter(request))
    if request.method == hdrs.METH_HEAD:
        return response
    # The first page before the first byte: a fault of the database can still become a 503.
    parts = _csv(request, pages) if kind == "csv" else _xlsx(request, pages)
    first = await anext(parts)
    await response.prepare(request)
    await response.write(first)
    async for part in parts:
        await response.write(part)
    await response.write_eof()
    return response


def _headers(kind: str) -> dict[str, str]:
    return {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": f'attachment; filename="forms.{kind}"',
        "Cache-Control": "no-store",
    }


def _csv(request: web.Request, pages: Pages) -> AsyncIterator[bytes]:
    return csv_parts(request.config_dict[SERVICES].questionnaire, pages, language_of(request))


async def _xlsx(request: web.Request, pages: Pages) -> AsyncIterator[bytes]:
    with TemporaryDirectory(prefix="bal-bot-") as folder:
        path = Path(folder) / "forms.xlsx"
        await write_xlsx(path, request.config_dict[SERVICES].questionnaire, pages, language_of(request))
        with path.open("rb") as file:
            for part in iter(partial(file.read, PART), b""):
                yield part
