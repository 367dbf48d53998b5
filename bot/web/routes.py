"""The one table of routes: who may call each and what it answers. Registration and OpenAPI are made of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web
from pydantic import BaseModel

from bot.web import docs, exports, forms, health, metrics, miniapp, site, telegram
from bot.web.schemas import (
    ChangedForm,
    Done,
    Form,
    FormList,
    Health,
    NewForm,
    Questionnaire,
    ReviewedForm,
    ReviewedFormList,
    WebhookInfo,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Access(Enum):
    """Who may call a route."""

    PUBLIC = auto()
    GUEST = auto()
    ADMIN = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """One route, with and without a trailing slash.

    `returns` is a model, or the media types (none: no body); `problems` are the statuses beside those that its access
    and body imply.
    """

    method: str
    path: str
    handler: Handler
    access: Access
    summary: str
    returns: type[BaseModel] | tuple[str, ...]
    status: int = 200
    body: type[BaseModel] | None = None
    problems: Sequence[int] = ()
    parameters: Sequence[str] = ()


PAGING = ("limit", "cursor")
FILTER = ("status", "ticket_type", "since", "until", "q")
HTML = ("text/html",)
EXPORTS = tuple(media_type.partition(";")[0] for media_type in exports.MEDIA_TYPES.values())

REST = (
    Route("GET", "/api/questionnaire", forms.questionnaire, Access.PUBLIC, "The questionnaire", Questionnaire),
    Route(
        "POST", "/api/form-data", forms.create, Access.GUEST, "Store a form", Form, 201, NewForm,
        (404, 409), ("Idempotency-Key",),
    ),
    Route(
        "GET", "/api/form-data", forms.every, Access.ADMIN, "All forms, newest first", FormList,
        problems=(422,), parameters=(*FILTER, *PAGING),
    ),
    Route(
        "GET", "/api/form-data/export", exports.export, Access.ADMIN, "All forms as a file", EXPORTS,
        problems=(422,), parameters=("format", "lang", *FILTER),
    ),
    Route(
        "GET", "/api/form-data/{user_id}", forms.of_user, Access.GUEST, "A user's forms, newest first",
        ReviewedFormList, problems=(404, 422), parameters=PAGING,
    ),
    Route(
        "GET", "/api/form-data/{user_id}/latest", forms.latest, Access.GUEST, "A user's newest form", ReviewedForm,
        problems=(404,),
    ),
    Route(
        "PUT", "/api/form-data/{form_id}", forms.update, Access.GUEST, "Replace answers, or status, or both", Form,
        200, ChangedForm, (404, 409, 412), ("If-Match", "Idempotency-Key"),
    ),
    Route(
        "DELETE", "/api/form-data/{form_id}", forms.delete, Access.GUEST, "Erase a form's answers for good", (), 204,
        problems=(404,),
    ),
)  # fmt: skip

SITE = (
    Route("GET", "/", site.index, Access.PUBLIC, "What this is", HTML),
    Route("GET", "/docs", docs.swagger, Access.PUBLIC, "Swagger UI", HTML),
    Route("GET", "/redoc", docs.redoc, Access.PUBLIC, "ReDoc", HTML),
    Route("GET", "/openapi.json", docs.openapi, Access.PUBLIC, "OpenAPI 3.1", ("application/json",)),
    Route("GET", "/mini-app", miniapp.page, Access.PUBLIC, "The page", HTML),
    Route("GET", "/healthz", health.healthz, Access.PUBLIC, "Alive", Health),
    Route("GET", "/readyz", health.readyz, Access.PUBLIC, "Ready", Health, problems=(503,)),
    Route("GET", "/metrics", metrics.metrics, Access.ADMIN, "Prometheus", ("text/plain",)),
)

TELEGRAM = (
    *(
        Route(method, path, handler, Access.ADMIN, summary, Done, problems=problems)
        for path, handler, summary, problems in (
            ("/telegram/set-webhook", telegram.set_webhook, "Have Telegram deliver updates here", (409,)),
            ("/telegram/delete-webhook", telegram.delete_webhook, "Have Telegram keep updates for polling", ()),
        )
        for method in ("GET", "POST")
    ),
    Route("GET", "/telegram/webhook-info", telegram.webhook_info, Access.ADMIN, "The webhook's state", WebhookInfo),
)

ROUTES = (*REST, *SITE, *TELEGRAM)
