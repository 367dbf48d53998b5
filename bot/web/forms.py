"""The routes of forms: input to a service call, result to JSON."""

from aiohttp import web

from bot.services import FormFilter, Stored
from bot.web.auth import CALLER
from bot.web.bodies import (
    cursor_of,
    etag,
    expected_versions,
    form_response,
    json_response,
    limit_of,
    number_of,
    page_response,
    read_submission,
    request_key,
    reviewed_json,
    submission_key,
)
from bot.web.filters import form_filter
from bot.web.keys import SERVICES


async def questionnaire(request: web.Request) -> web.Response:
    """GET /api/questionnaire."""
    return json_response(request.config_dict[SERVICES].questionnaire.describe())


async def create(request: web.Request) -> web.Response:
    """POST /api/form-data/."""
    caller = request[CALLER]
    submission, body = await read_submission(request)
    key = request_key(request, caller, body) or submission_key(submission)
    forms = request.config_dict[SERVICES].forms
    stored = await forms.submit(caller.actor, caller.user, submission, source="api", key=key)
    location = {"Location": f"/api/form-data/{stored.form.id}"}
    return form_response(stored.form, status=201, headers=location | _replayed(stored))


async def of_user(request: web.Request) -> web.Response:
    """GET /api/form-data/{user_id}."""
    wanted = FormFilter(user_id=number_of(request, "user_id"))
    forms = request.config_dict[SERVICES].forms
    actor = request[CALLER].actor
    page = await forms.list(actor, wanted, limit=limit_of(request), before=cursor_of(request))
    return page_response(page, await forms.decisions(actor, page.items))


async def latest(request: web.Request) -> web.Response:
    """GET /api/form-data/{user_id}/latest."""
    forms = request.config_dict[SERVICES].forms
    actor = request[CALLER].actor
    form = await forms.latest(actor, number_of(request, "user_id"))
    return json_response(reviewed_json(form, await forms.decisions(actor, [form])), headers=etag(form))


async def update(request: web.Request) -> web.Response:
    """PUT /api/form-data/{form_id}."""
    caller = request[CALLER]
    submission, body = await read_submission(request)
    stored = await request.config_dict[SERVICES].forms.update(
        caller.actor,
        number_of(request, "form_id"),
        submission,
        expected=expected_versions(request),
        key=request_key(request, caller, body),
    )
    return form_response(stored.form, headers=_replayed(stored))


async def delete(request: web.Request) -> web.Response:
    """DELETE /api/form-data/{form_id}."""
    await request.config_dict[SERVICES].forms.delete(request[CALLER].actor, number_of(request, "form_id"))
    return web.Response(status=204)


async def every(request: web.Request) -> web.Response:
    """GET /api/form-data/."""
    forms = request.config_dict[SERVICES].forms
    page = await forms.list(
        request[CALLER].actor, form_filter(request), limit=limit_of(request), before=cursor_of(request)
    )
    return page_response(page)


def _replayed(stored: Stored) -> dict[str, str]:
    return {"Idempotency-Replayed": "true"} if stored.replayed else {}
