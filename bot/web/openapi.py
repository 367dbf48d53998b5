"""OpenAPI 3.1 (spec.openapis.org), made of the route table and the models."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.questionnaire import Questionnaire
from bot.services.search import LONGEST_QUERY
from bot.services.statuses import Status
from bot.web.routes import ROUTES, Access, Route
from bot.web.schemas import ChangedForm, Form, NewForm, Problem, ReviewedForm

REF = "#/components/schemas/{model}"
TITLES = {
    400: "Not JSON that can be stored, or a header that cannot be read",
    401: "No valid authorisation",
    403: "Not allowed for you",
    404: "No such form, or somebody else's",
    409: "Not from this status, or not now",
    412: "The form has changed since it was read",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The answers or parameters break their rules",
    429: "Too many requests",
    503: "Try again in a moment",
}
MOMENT = "A day (`2026-11-24`) or a moment (`2026-11-24T18:00:00`), by the event's clock unless it has an offset"
PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": {"in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
    "cursor": {"in": "query", "description": "`next` of an earlier page", "schema": {"type": "string"}},
    "status": {"in": "query", "schema": {"enum": [str(status) for status in Status]}},
    "ticket_type": {"in": "query", "description": "A value of the ticket's choices", "schema": {"type": "string"}},
    "since": {"in": "query", "description": f"Submitted then or later. {MOMENT}", "schema": {"type": "string"}},
    "until": {
        "in": "query",
        "description": f"Submitted before then; of a bare day, before its end. {MOMENT}",
        "schema": {"type": "string"},
    },
    "q": {
        "in": "query",
        "description": "Words that must all be found; the last digits of a phone or the number of a form will do",
        "schema": {"type": "string", "maxLength": LONGEST_QUERY},
    },
    "format": {"in": "query", "schema": {"enum": ["csv", "xlsx"], "default": "csv"}},
    "lang": {"in": "query", "schema": {"enum": ["ru", "en"]}},
    "Idempotency-Key": {
        "in": "header",
        "description": "The same request again gets the first answer, with `Idempotency-Replayed: true`",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "If-Match": {"in": "header", "description": "The ETag that was read", "schema": {"type": "string"}},
}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "The form's version, for If-Match", "schema": {"type": "string"}},
    "Location": {"description": "Where the form is replaced (PUT) or erased (DELETE)", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "The request came before", "schema": {"const": "true"}},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}},
}
RETRIED = (429, 503)
IDS = {"{user_id}": "Telegram id of a user", "{form_id}": "Number of a form"}
SECURITY = {
    "initData": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`tma <initData>`"},
    "adminApi": {"type": "http", "scheme": "bearer", "description": "`python -m bot token` prints it"},
}


def create_openapi(questionnaire: Questionnaire) -> dict[str, Any]:
    """The whole description."""
    models = {route.returns for route in ROUTES if isinstance(route.returns, type)}
    models |= {route.body for route in ROUTES if route.body} | {Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=REF)
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(_template(route), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bal Bot", "version": "1", "description": "Forms of a ball's guests."},
        "paths": paths,
        "components": {"schemas": _with_answers(schemas["$defs"], questionnaire), "securitySchemes": SECURITY},
    }


def _with_answers(schemas: dict[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    for model in (Form, ReviewedForm, NewForm, ChangedForm):
        schemas[model.__name__]["properties"]["form_data"] = {"$ref": REF.format(model="Answers")}
    schemas["NewForm"] |= {
        "if": {"properties": {"status": {"const": "submitted"}}, "required": ["status", "form_data"]},
        "then": {"properties": {"form_data": {"$ref": REF.format(model="WholeAnswers")}}},
    }
    drafts = questionnaire.json_schema(draft=True)
    return schemas | {"Answers": drafts, "WholeAnswers": questionnaire.json_schema(draft=False)}


def _template(route: Route) -> str:
    # Two templates that differ in names alone are one path (OpenAPI 3.1, "Paths Object").
    return route.path.replace("{user_id}", "{id}").replace("{form_id}", "{id}")


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}_{route.handler.__name__}",
        "parameters": [*_path_parameters(route), *({"name": name, **PARAMETERS[name]} for name in route.parameters)],
        "responses": {str(route.status): _success(route), **_problems(route)},
        "security": [] if route.access is Access.PUBLIC else [{"initData": []}, {"adminApi": []}],
    }
    if route.body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(route.body)}}}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    parts = [part for part in route.path.split("/") if part in IDS]
    schema = {"type": "integer", "minimum": 1}
    return [
        {"name": "id", "in": "path", "required": True, "description": IDS[part], "schema": schema} for part in parts
    ]


def _success(route: Route) -> dict[str, Any]:
    if not route.returns:
        return {"description": "Done, nothing to say"}
    if isinstance(route.returns, tuple):
        return {"description": route.summary, "content": {name: {"schema": _plain(name)} for name in route.returns}}
    content = {"application/json": {"schema": _ref(route.returns)}}
    return {"description": route.summary, "content": content} | _headers(route)


def _headers(route: Route) -> dict[str, Any]:
    names = ["ETag"] if route.returns in (Form, ReviewedForm) else []
    names += ["Location"] if route.status == HTTPStatus.CREATED else []
    names += ["Idempotency-Replayed"] if "Idempotency-Key" in route.parameters else []
    return {"headers": {name: HEADERS[name] for name in names}} if names else {}


def _plain(media_type: str) -> dict[str, str]:
    # Of JSON without a model nothing is promised; neither of a binary file (OpenAPI 3.1, "Considerations for File …").
    return {"type": "string"} if media_type.startswith("text/") else {}


def _problems(route: Route) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref(Problem)}}
    retry = {"headers": {"Retry-After": HEADERS["Retry-After"]}}
    return {
        str(status): {"description": TITLES[status], "content": content} | (retry if status in RETRIED else {})
        for status in _statuses(route)
    }


def _statuses(route: Route) -> Sequence[int]:
    access = {Access.PUBLIC: (), Access.GUEST: (401, 403, 429, 503), Access.ADMIN: (401, 403, 503)}[route.access]
    body = (400, 413, 415, 422) if route.body else ()
    return sorted({*access, *body, *route.problems})


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}
