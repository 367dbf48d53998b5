"""OpenAPI 3.1 (spec.openapis.org), made of the route table and the models."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.questionnaire import Questionnaire
from bot.services.statuses import Status
from bot.web.routes import ROUTES, Access, Route
from bot.web.schemas import Problem

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
PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": {"in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
    "cursor": {"in": "query", "description": "`next` of an earlier page", "schema": {"type": "string"}},
    "status": {"in": "query", "schema": {"enum": [str(status) for status in Status]}},
    "q": {"in": "query", "description": "Words that must all be found", "schema": {"type": "string", "maxLength": 200}},
    "format": {"in": "query", "schema": {"enum": ["csv", "xlsx"], "default": "csv"}},
    "lang": {"in": "query", "schema": {"enum": ["ru", "en"]}},
    "Idempotency-Key": {
        "in": "header",
        "description": "The same request again gets the first answer, with `Idempotency-Replayed: true`",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "If-Match": {"in": "header", "description": "The ETag that was read", "schema": {"type": "string"}},
}
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
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bal Bot", "version": "1", "description": "Forms of a ball's guests."},
        "paths": paths,
        "components": {"schemas": _with_answers(schemas["$defs"], questionnaire), "securitySchemes": SECURITY},
    }


def _with_answers(schemas: dict[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    return schemas | {"Answers": questionnaire.json_schema(draft=False)}


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
    names = [part.strip("{}") for part in route.path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}} for name in names]


def _success(route: Route) -> dict[str, Any]:
    if not route.returns:
        return {"description": "Done, nothing to say"}
    if isinstance(route.returns, tuple):
        return {"description": route.summary, "content": {name: {"schema": _plain(name)} for name in route.returns}}
    return {"description": route.summary, "content": {"application/json": {"schema": _ref(route.returns)}}}


def _plain(media_type: str) -> dict[str, str]:
    # Of JSON without a model nothing is promised; neither of a binary file (OpenAPI 3.1, "Considerations for File …").
    return {"type": "string"} if media_type.startswith("text/") else {}


def _problems(route: Route) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref(Problem)}}
    return {str(status): {"description": TITLES[status], "content": content} for status in _statuses(route)}


def _statuses(route: Route) -> Sequence[int]:
    access = {Access.PUBLIC: (), Access.GUEST: (401, 403, 429, 503), Access.ADMIN: (401, 403, 503)}[route.access]
    body = (400, 413, 415, 422) if route.body else ()
    return sorted({*access, *body, *route.problems})


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}
