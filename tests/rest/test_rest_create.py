"""POST /api/form-data/: what is stored, what comes back, whose it is."""

import json
from datetime import datetime

import pytest
from rest.rest_parts import FORMS, Api
from world import STORED, Json, example

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEYS = {
    "id",
    "user_id",
    "form_data",
    "status",
    "source",
    "questionnaire",
    "questionnaire_version",
    "version",
    "created_at",
    "updated_at",
    "submitted_at",
}


def moment(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


async def test_a_submitted_form_comes_back_whole(api: Api) -> None:
    user_id, guest = api.guest()

    answer = await api("POST", FORMS + "/", guest, json={"form_data": example(), "status": "submitted"})

    form = answer.json
    assert answer.status == 201
    assert answer.headers["Location"] == f"{FORMS}/{form['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "Idempotency-Replayed" not in answer.headers
    assert set(form) == KEYS
    assert form["form_data"] == STORED
    assert (form["user_id"], form["status"], form["source"], form["version"]) == (user_id, "submitted", "api", 1)
    assert (form["questionnaire"], form["questionnaire_version"]) == ("new-year-ball", 1)
    assert moment(form["created_at"]) == moment(form["updated_at"]) == moment(form["submitted_at"])
    assert await api.history(form["id"]) == [(user_id, "guest", "created", None, "submitted")]
    [(stored, status)] = await api.world.rows(
        "SELECT CAST(form_data AS text), status FROM forms WHERE id = :id", id=form["id"]
    )
    assert (json.loads(stored), status) == (STORED, "submitted")


async def test_a_draft_is_the_default_and_may_be_half_done(api: Api) -> None:
    _, guest = api.guest()
    answer = await api("POST", FORMS, guest, json={"form_data": {"name": "Иван"}})

    assert (answer.status, answer.json["status"], answer.json["submitted_at"]) == (201, "draft", None)
    assert answer.json["form_data"] == {"name": "Иван"}


@pytest.mark.parametrize(
    ("body", "form_data"),
    [
        ({}, {}),
        ({"form_data": {}}, {}),
        ({"form_data": None, "status": None, "submission_id": None}, {}),
        ({"name": "Иван"}, {"name": "Иван"}),
        ({"name": "Иван", "status": "draft", "email": ""}, {"name": "Иван"}),
        (
            {"form_data": {"name": "  Ива\u0301н  ", "quantity": "03", "preferences": None}},
            {"name": "Ива́н", "quantity": 3},
        ),
    ],
    ids=["empty", "empty answers", "nulls", "flat", "flat with words", "tidied"],
)
async def test_shapes_of_a_draft(api: Api, body: Json, form_data: Json) -> None:
    _, guest = api.guest()
    answer = await api("POST", FORMS, guest, json=body)

    assert (answer.status, answer.json["form_data"]) == (201, form_data)


@pytest.mark.parametrize("form_data", [[], "", 0, False, "x", 5])
async def test_answers_that_are_no_object(api: Api, form_data: object) -> None:
    answer = await api("POST", FORMS, api.guest()[1], json={"form_data": form_data})

    assert (answer.status, answer.json["errors"]) == (422, {"": ["not_an_object"]})


async def test_the_flat_shape_is_the_same_form(api: Api) -> None:
    _, guest = api.guest()
    answer = await api("POST", FORMS, guest, json=example() | {"status": "submitted"})

    assert (answer.status, answer.json["form_data"], answer.json["status"]) == (201, STORED, "submitted")


async def test_a_submitted_form_is_checked_whole_and_all_at_once(api: Api) -> None:
    _, guest = api.guest()
    body = {"form_data": {"email": "vera@", "phone": "12", "quantity": 11, "colour": "red"}, "status": "submitted"}

    answer = await api("POST", FORMS, guest, json=body)

    assert answer.status == 422
    assert answer.json["errors"] == {
        "name": ["required"],
        "email": ["invalid_email"],
        "phone": ["invalid_phone"],
        "ticket_type": ["required"],
        "quantity": ["too_big"],
        "colour": ["unknown_field"],
    }


@pytest.mark.parametrize("status", ["approved", "rejected", "needs_changes", "cancelled", "gone", ""])
async def test_no_form_begins_in_another_status(api: Api, status: str) -> None:
    answer = await api("POST", FORMS, api.ada, json={"form_data": example(), "status": status})

    assert (answer.status, answer.json["errors"]) == (422, {"status": ["not_a_choice"]})


class TestWhose:
    async def test_a_guest_may_name_themselves(self, api: Api) -> None:
        user_id, guest = api.guest()
        assert (await api("POST", FORMS, guest, json={"user_id": user_id})).json["user_id"] == user_id

    async def test_a_guest_naming_another_is_403_and_stores_nothing(self, api: Api) -> None:
        user_id, guest = api.guest()
        other_id, _ = api.guest()

        answer = await api("POST", FORMS, guest, json={"form_data": example(), "user_id": other_id})

        assert answer.status == 403
        query = "SELECT count(*) FROM forms WHERE user_id IN (:one, :other)"
        assert await api.world.rows(query, one=user_id, other=other_id) == [(0,)]

    @pytest.mark.parametrize("who", ["ada", "admin"])
    async def test_an_admin_stores_on_behalf(self, api: Api, who: str) -> None:
        user_id, guest = api.guest()

        answer = await api("POST", FORMS, getattr(api, who), json={"form_data": example(), "user_id": user_id})

        assert (answer.status, answer.json["user_id"]) == (201, user_id)
        assert (await api("GET", f"{FORMS}/{user_id}/latest", guest)).json == answer.json
        actor = [(None, "api")] if who == "admin" else [(1003, "admin")]
        assert [event[:2] for event in await api.history(answer.json["id"])] == actor

    async def test_an_admin_without_a_name_stores_their_own(self, api: Api) -> None:
        assert (await api("POST", FORMS, api.ada, json={})).json["user_id"] == 1003

    async def test_the_admin_api_must_name_somebody(self, api: Api) -> None:
        answer = await api("POST", FORMS, api.admin, json={"form_data": example()})
        assert (answer.status, answer.json["errors"]) == (422, {"user_id": ["required"]})

    @pytest.mark.parametrize("user_id", [0, -1, 2**52, 2**63, 10**30, 1.5, "1001", True, [1001]])
    async def test_an_id_that_no_user_has(self, api: Api, user_id: object) -> None:
        answer = await api("POST", FORMS, api.admin, json={"user_id": user_id})
        assert (answer.status, answer.json["errors"]) == (422, {"user_id": ["not_a_user_id"]})


async def test_latest_and_the_list_of_a_user(api: Api) -> None:
    user_id, guest = api.guest()
    forms = [await api.form(guest, name=f"Иван {roman}") for roman in ("Первый", "Второй", "Третий")]

    listed = await api("GET", f"{FORMS}/{user_id}", guest)
    newest = await api("GET", f"{FORMS}/{user_id}/latest", guest)

    assert listed.json == {"items": forms[::-1], "next": None}
    assert newest.json == forms[2]
    assert newest.headers["ETag"] == '"1"'


async def test_a_user_without_forms(api: Api) -> None:
    user_id, guest = api.guest()

    assert (await api("GET", f"{FORMS}/{user_id}", guest)).json == {"items": [], "next": None}
    assert (await api("GET", f"{FORMS}/{user_id}/latest", guest)).status == 404


async def test_the_questionnaire_is_what_the_answers_are_checked_by(api: Api) -> None:
    questionnaire = (await api("GET", "/api/questionnaire")).json

    assert [field["path"] for field in questionnaire["fields"]] == [
        "name",
        "email",
        "phone",
        "ticket_type",
        "quantity",
        "preferences.dietary_requirements",
        "preferences.accessibility_needs",
    ]
    assert questionnaire["title"]["ru"] == "Новогодний бал"
