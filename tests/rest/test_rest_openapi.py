"""/openapi.json: valid 3.1, and every status that it announces for a form is one that can be had."""

import uuid

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from rest.rest_parts import FORMS, Api, Contract, at_once
from world import STORED, Answer, example

from bot import rate_limits
from bot.web.access import GUEST_REQUESTS_PER_MINUTE
from bot.web.routes import ROUTES

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_is_valid_3_1(api: Api) -> None:
    assert api.contract.spec["openapi"].startswith("3.1")
    validate(api.contract.spec, cls=OpenAPIV31SpecValidator)


async def test_every_route_is_there_once(api: Api) -> None:
    operations = [operation for path in api.contract.spec["paths"].values() for operation in path.values()]

    assert len(operations) == len(ROUTES)
    assert len({operation["operationId"] for operation in operations}) == len(ROUTES)
    assert all(operation["summary"] for operation in operations)


async def test_the_answers_schema_takes_what_is_stored_and_nothing_else(api: Api) -> None:
    schemas = api.contract.spec["components"]["schemas"]
    whole, draft = (Draft202012Validator(schemas[name]) for name in ("WholeAnswers", "Answers"))

    whole.validate(STORED)
    draft.validate({"name": "Иван"})
    for wrong in (STORED | {"quantity": 11}, STORED | {"colour": "red"}):
        assert not whole.is_valid(wrong)
        assert not draft.is_valid(wrong)
    assert not whole.is_valid({"name": "Иван"})


@pytest.mark.parametrize(
    "answer",
    [
        Answer(418, {"Content-Type": "application/json"}, b"{}"),
        Answer(200, {"Content-Type": "text/plain"}, b"{}"),
        Answer(200, {"Content-Type": "application/json"}, b'{"items": [], "next": 5}'),
        Answer(200, {"Content-Type": "application/json"}, b'{"items": [], "next": null, "more": 1}'),
        Answer(404, {"Content-Type": "application/problem+json"}, b'{"title": "x"}'),
    ],
    ids=["status", "media type", "wrong type", "unknown key", "half a problem"],
)
async def test_negative_control_the_judge_can_say_no(api: Api, answer: Answer) -> None:
    with pytest.raises((AssertionError, KeyError)):
        Contract(api.contract.spec).judge("GET", FORMS + "/5", answer)


# What needs a database that is away (503) or a role that this route does not know is shown elsewhere.
UNSHOWN = {403: {("GET", FORMS + "/{id}"), ("GET", FORMS + "/{id}/latest"), ("DELETE", FORMS + "/{id}")}}


async def test_every_status_announced_for_a_form_can_be_had(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "_window", lambda: 7)
    user_id, guest = api.guest()
    form = await api.form(guest)
    mine = f"{FORMS}/{form['id']}"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    await api("POST", FORMS, guest, headers=key, json=example())
    await api("DELETE", f"{FORMS}/{form['id'] + 1}", guest)
    calls = {
        "POST": [
            ({}, {}), (guest, {"data": b"{", "headers": {"Content-Type": "application/json"}}),
            (guest, {"json": {"user_id": 7}}), (guest, {"json": example(), "headers": key}),
            (guest, {"json": {"name": "x" * 70_000}}), (guest, {"data": b"x"}), (guest, {"json": {"x": 1}}),
        ],
        "PUT": [
            ({}, {}), (guest, {"data": b"{", "headers": {"Content-Type": "application/json"}}),
            (guest, {"json": {"status": "approved"}}), (api.guest()[1], {"json": example()}),
            (guest, {"json": {"status": "draft"}}), (guest, {"json": example(), "headers": {"If-Match": '"9"'}}),
            (guest, {"json": {"name": "x" * 70_000}}), (guest, {"data": b"x"}), (guest, {"json": {"x": 1}}),
            (guest, {"json": example()}),
        ],
    }  # fmt: skip
    for method, tries in calls.items():
        for who, options in tries:
            await api(method, FORMS if method == "POST" else mine, who, **options)
    await at_once(*(api("GET", f"{FORMS}/{user_id}{tail}", {}) for tail in ("", "/latest")))
    for tail in ("", "/latest", "?limit=0"):
        await api("GET", f"{FORMS}/{user_id}{tail}", guest)
        await api("GET", f"{FORMS}/{user_id}{tail}", api.guest()[1])
    for _ in range(GUEST_REQUESTS_PER_MINUTE):
        await api("GET", f"{FORMS}/{user_id}", guest)
    for method, path, options in (
        ("GET", f"{FORMS}/{user_id}/latest", {}),
        ("POST", FORMS, {"json": {}}),
        ("PUT", mine, {"json": {}}),
        ("DELETE", mine, {}),
    ):
        await api(method, path, guest, **options)
    await api("DELETE", mine)
    await api("DELETE", mine, api.admin)
    await api("DELETE", mine, api.admin)

    unseen = {
        (method.upper(), path, int(status))
        for path, operations in api.contract.spec["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
        if path.startswith(FORMS) and int(status) != 503 and "form-data/export" not in path and path != FORMS
        if (method.upper(), path) not in UNSHOWN.get(int(status), ())
    } - api.contract.seen
    assert not unseen
