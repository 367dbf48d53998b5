"""Idempotency-Key and submission_id: the same request again gets the first answer."""

import uuid

import pytest
from rest.rest_parts import FORMS, Api, at_once
from world import example

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODY = {"form_data": example(), "status": "submitted"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


async def forms_of(api: Api, user_id: int) -> int:
    return int((await api.world.rows("SELECT count(*) FROM forms WHERE user_id = :id", id=user_id))[0][0])


async def test_the_first_answer_comes_again_even_after_a_change(api: Api) -> None:
    user_id, guest = api.guest()
    mine = key()
    first = await api("POST", FORMS, guest, headers=mine, json=BODY)
    await api("PUT", f"{FORMS}/{first.json['id']}", api.admin, json={"status": "approved"})

    again = await api("POST", FORMS + "/", guest, headers=mine, json=BODY)

    assert (again.status, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert await forms_of(api, user_id) == 1
    assert (await api("GET", f"{FORMS}/{user_id}/latest", guest)).json["status"] == "approved"


@pytest.mark.parametrize(
    "other", [{"form_data": example() | {"quantity": 3}, "status": "submitted"}, {"form_data": {}}, {"quantity": 99}]
)
async def test_another_body_under_the_same_key_is_422(api: Api, other: object) -> None:
    user_id, guest = api.guest()
    mine = key()
    await api("POST", FORMS, guest, headers=mine, json=BODY)

    answer = await api("POST", FORMS, guest, headers=mine, json=other)

    assert (answer.status, answer.json["type"]) == (422, "urn:bal-bot:problem:idempotency-key-reused")
    assert await forms_of(api, user_id) == 1


async def test_a_key_is_its_actor_s_own(api: Api) -> None:
    (_, one), (_, other), mine = api.guest(), api.guest(), key()

    first = await api("POST", FORMS, one, headers=mine, json=BODY)
    second = await api("POST", FORMS, other, headers=mine, json=BODY)

    assert (second.status, second.json["id"] != first.json["id"]) == (201, True)
    assert "Idempotency-Replayed" not in second.headers


async def test_ten_at_once_are_one_form(api: Api) -> None:
    user_id, guest = api.guest()
    mine = key()

    answers = await at_once(*(api("POST", FORMS, guest, headers=mine, json=BODY) for _ in range(10)))

    assert {answer.status for answer in answers} == {201}
    assert all(answer.json == answers[0].json for answer in answers)
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 9
    assert await forms_of(api, user_id) == 1
    assert len(await api.history(answers[0].json["id"])) == 1


async def test_negative_control_ten_at_once_without_a_key_are_ten(api: Api) -> None:
    user_id, guest = api.guest()
    await at_once(*(api("POST", FORMS, guest, json=BODY) for _ in range(10)))

    assert await forms_of(api, user_id) == 10


@pytest.mark.parametrize("together", [True, False])
async def test_the_admin_api_cannot_use_one_key_for_two_users(api: Api, *, together: bool) -> None:
    users, mine = (api.guest()[0], api.guest()[0]), key()
    calls = [api("POST", FORMS, api.admin, headers=mine, json=BODY | {"user_id": user_id}) for user_id in users]

    answers = await at_once(*calls) if together else [await call for call in calls]

    assert sorted(answer.status for answer in answers) == [201, 422]
    assert sum([await forms_of(api, user_id) for user_id in users]) == 1


async def test_after_deletion_the_same_request_is_404_and_makes_nothing(api: Api) -> None:
    user_id, guest = api.guest()
    mine = key()
    first = await api("POST", FORMS, guest, headers=mine, json=BODY)
    await api("DELETE", f"{FORMS}/{first.json['id']}", guest)

    again = await api("POST", FORMS, guest, headers=mine, json=BODY)

    assert again.status == 404
    query = "SELECT count(*) FROM forms WHERE user_id = :id AND deleted_at IS NULL"
    assert await api.world.rows(query, id=user_id) == [(0,)]


async def test_a_request_that_failed_does_not_use_its_key_up(api: Api) -> None:
    _, guest = api.guest()
    mine = key()
    assert (await api("POST", FORMS, guest, headers=mine, json={"quantity": 99})).status == 422

    assert (await api("POST", FORMS, guest, headers=mine, json=BODY)).status == 201


class TestSubmissionId:
    async def test_the_same_id_is_the_same_form(self, api: Api) -> None:
        user_id, guest = api.guest()
        body = BODY | {"submission_id": str(uuid.uuid4())}
        first = await api("POST", FORMS, guest, json=body)

        again = await api("POST", FORMS, guest, json=body)

        assert (again.status, again.json) == (201, first.json)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert await forms_of(api, user_id) == 1

    async def test_two_guests_may_have_the_same_id(self, api: Api) -> None:
        body = BODY | {"submission_id": str(uuid.uuid4())}
        answers = [await api("POST", FORMS, api.guest()[1], json=body) for _ in range(2)]

        assert answers[0].json["id"] != answers[1].json["id"]

    @pytest.mark.parametrize("wrong", ["", "7", 7, "z" * 36, [], True])
    async def test_what_is_no_uuid(self, api: Api, wrong: object) -> None:
        answer = await api("POST", FORMS, api.guest()[1], json=BODY | {"submission_id": wrong})
        assert (answer.status, answer.json["errors"]) == (422, {"submission_id": ["not_a_uuid"]})


class TestPut:
    async def test_the_same_change_again_gets_the_first_answer(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest)
        mine, change = key(), {"form_data": example() | {"quantity": 5}}
        first = await api("PUT", f"{FORMS}/{form['id']}", guest, headers=mine | {"If-Match": '"1"'}, json=change)
        await api("PUT", f"{FORMS}/{form['id']}", guest, json={"form_data": example()})

        again = await api("PUT", f"{FORMS}/{form['id']}/", guest, headers=mine | {"If-Match": '"1"'}, json=change)

        assert (again.status, again.json, again.headers["ETag"]) == (200, first.json, '"2"')
        assert again.headers["Idempotency-Replayed"] == "true"

    async def test_ten_at_once_are_one_change(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest)
        mine, change = key(), {"form_data": example() | {"quantity": 5}}

        answers = await at_once(
            *(api("PUT", f"{FORMS}/{form['id']}", guest, headers=mine, json=change) for _ in range(10))
        )

        assert [answer.status for answer in answers] == [200] * 10
        assert {answer.json["version"] for answer in answers} == {2}
        assert len(await api.history(form["id"])) == 2

    async def test_one_key_for_two_forms_at_once(self, api: Api) -> None:
        _, guest = api.guest()
        forms, mine = [await api.form(guest), await api.form(guest)], key()
        change = {"form_data": example() | {"quantity": 5}}

        answers = await at_once(
            *(api("PUT", f"{FORMS}/{form['id']}", guest, headers=mine, json=change) for form in forms)
        )

        assert sorted(answer.status for answer in answers) == [200, 422]

    async def test_a_key_of_a_post_is_no_key_of_a_put(self, api: Api) -> None:
        _, guest = api.guest()
        mine = key()
        form = (await api("POST", FORMS, guest, headers=mine, json=BODY)).json

        assert (await api("PUT", f"{FORMS}/{form['id']}", guest, headers=mine, json=BODY)).status == 422

    async def test_after_deletion_it_is_404(self, api: Api) -> None:
        _, guest = api.guest()
        form, mine = await api.form(guest), key()
        await api("PUT", f"{FORMS}/{form['id']}", guest, headers=mine, json=BODY)
        await api("DELETE", f"{FORMS}/{form['id']}", guest)

        assert (await api("PUT", f"{FORMS}/{form['id']}", guest, headers=mine, json=BODY)).status == 404
