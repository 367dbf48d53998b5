"""PUT /api/form-data/{form_id}: answers, status, both; lost updates; every transition."""

import pytest
from rest.rest_parts import FORMS, Api, Headers, at_once
from world import ADA, STORED, Answer, Json, example

from bot.services.statuses import Status

pytestmark = pytest.mark.asyncio(loop_scope="module")

# current → wanted, as design.md tells it: who gets 200; 409 where the status is theirs to give, though not now.
OWNER = {
    "draft": {"draft", "submitted", "cancelled"},
    "submitted": {"submitted", "cancelled"},
    "approved": {"submitted", "cancelled"},
    "rejected": {"submitted", "cancelled"},
    "needs_changes": {"submitted", "cancelled"},
    "cancelled": set(),
}
ADMIN = {
    "draft": {"draft", "submitted"},
    "submitted": {"approved", "rejected", "needs_changes"},
    "approved": set(),
    "rejected": set(),
    "needs_changes": set(),
    "cancelled": set(),
}
THEIRS_TO_GIVE = {
    "owner": {"draft", "submitted", "cancelled"},
    "admin": {"draft", "submitted", "approved", "rejected", "needs_changes"},
}
STATUSES = [str(status) for status in Status]


def expected(side: str, current: str, wanted: str) -> int:
    if wanted in (OWNER if side == "owner" else ADMIN)[current]:
        return 200
    return 409 if wanted in THEIRS_TO_GIVE[side] else 403


async def put(api: Api, form: Json, who: Headers, body: Json, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await api("PUT", f"{FORMS}/{form['id']}", who, headers=named, json=body)


class TestWhat:
    async def test_answers(self, api: Api) -> None:
        user_id, guest = api.guest()
        form = await api.form(guest)

        answer = await put(api, form, guest, {"form_data": example() | {"quantity": 7}})

        assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
        changed = answer.json
        assert changed["form_data"] == STORED | {"quantity": 7}
        assert changed | {"form_data": 0, "version": 1, "updated_at": 0} == form | {"form_data": 0, "updated_at": 0}
        assert changed["updated_at"] > form["updated_at"]
        assert (await api("GET", f"{FORMS}/{user_id}/latest", guest)).json == changed
        assert (await api.history(form["id"]))[1:] == [(user_id, "guest", "edited", "submitted", "submitted")]

    async def test_answers_are_replaced_not_merged(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest)
        answers = {key: value for key, value in example().items() if key != "preferences"}

        assert "preferences" not in (await put(api, form, guest, {"form_data": answers})).json["form_data"]

    async def test_status(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest)

        answer = await put(api, form, api.ada, {"status": "rejected", "note": "мест нет"})

        assert (answer.status, answer.json["status"], answer.json["form_data"]) == (200, "rejected", STORED)
        assert (await api.history(form["id"]))[1:] == [(ADA, "admin", "moved", "submitted", "rejected")]
        query = "SELECT note FROM form_events WHERE form_id = :id ORDER BY id"
        assert await api.world.rows(query, id=form["id"]) == [(None,), ("мест нет",)]

    async def test_both(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest, "draft")

        answer = await put(api, form, guest, {"form_data": example() | {"quantity": 4}, "status": "submitted"})

        assert (answer.json["status"], answer.json["form_data"]["quantity"]) == ("submitted", 4)
        assert answer.json["submitted_at"] is not None

    async def test_the_flat_shape(self, api: Api) -> None:
        _, guest = api.guest()
        answer = await put(api, await api.form(guest), guest, example() | {"quantity": 9})

        assert (answer.status, answer.json["form_data"]["quantity"]) == (200, 9)

    async def test_a_half_done_draft_is_not_submitted(self, api: Api) -> None:
        _, guest = api.guest()
        draft = (await api("POST", FORMS, guest, json={"name": "Иван"})).json

        answer = await put(api, draft, guest, {"status": "submitted"})

        assert (answer.status, answer.json["errors"]["email"]) == (422, ["required"])
        assert (await put(api, draft, guest, {"form_data": {"name": "Ив"}})).json["status"] == "draft"

    @pytest.mark.parametrize("body", [{}, {"form_data": None}, {"status": None}, {"note": "только слова"}])
    async def test_nothing_to_change(self, api: Api, body: Json) -> None:
        _, guest = api.guest()
        answer = await put(api, await api.form(guest), guest, body)

        assert (answer.status, answer.json["errors"]) == (422, {"": ["nothing_to_change"]})

    @pytest.mark.parametrize("form_data", [[], "", 0, False, "x", 5])
    async def test_answers_that_are_no_object(self, api: Api, form_data: object) -> None:
        _, guest = api.guest()
        answer = await put(api, await api.form(guest), guest, {"form_data": form_data})

        assert (answer.status, answer.json["errors"]) == (422, {"": ["not_an_object"]})

    async def test_a_form_does_not_change_hands(self, api: Api) -> None:
        _, guest = api.guest()
        other_id, _ = api.guest()
        form = await api.form(guest)

        assert (await put(api, form, guest, {"form_data": example(), "user_id": other_id})).status == 403
        assert (await put(api, form, api.admin, {"form_data": example(), "user_id": other_id})).status == 403
        assert (await put(api, form, guest, {"form_data": example(), "user_id": form["user_id"]})).status == 200

    async def test_what_is_refused_leaves_the_form_as_it_was(self, api: Api) -> None:
        user_id, guest = api.guest()
        form = await api.form(guest)

        assert (await put(api, form, guest, {"form_data": example() | {"quantity": 11}})).status == 422

        assert (await api("GET", f"{FORMS}/{user_id}/latest", guest)).json == form
        assert len(await api.history(form["id"])) == 1


class TestIfMatch:
    @pytest.mark.parametrize(
        ("tag", "status"),
        [
            ('"1"', 200),
            ("*", 200),
            ('"7", "1"', 200),
            ('W/"7", "1"', 200),
            ('"2"', 412),
            ('"7", "8"', 412),
            ('W/"1"', 412),
            ('"01x"', 412),
            ('"*"', 412),
            ("1", 412),
            ("garbage", 412),
            ('"', 412),
            ('"١"', 412),
            ('"' + "9" * 5000 + '"', 412),
            ("", 412),
        ],
    )
    async def test_a_tag(self, api: Api, tag: str, status: int) -> None:
        _, guest = api.guest()
        form = await api.form(guest)
        answer = await put(api, form, guest, {"form_data": example()}, If_Match=tag)

        assert answer.status == status
        if status == 412:
            assert "1" in answer.json["detail"]

    async def test_of_two_who_read_the_same_one_writes(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest)
        bodies = [{"form_data": example() | {"quantity": number}} for number in (3, 4)]

        answers = await at_once(*(put(api, form, guest, body, If_Match='"1"') for body in bodies))

        assert sorted(answer.status for answer in answers) == [200, 412]
        [written] = [answer.json for answer in answers if answer.status == 200]
        assert await api.world.rows("SELECT version FROM forms WHERE id = :id", id=form["id"]) == [(2,)]
        assert (await api("GET", f"{FORMS}/{form['user_id']}/latest", guest)).json == written

    async def test_negative_control_without_it_the_first_is_lost(self, api: Api) -> None:
        _, guest = api.guest()
        form = await api.form(guest)
        bodies = [{"form_data": example() | {"quantity": number}} for number in (3, 4)]

        answers = await at_once(*(put(api, form, guest, body) for body in bodies))

        assert [answer.status for answer in answers] == [200, 200]
        assert sorted(answer.json["version"] for answer in answers) == [2, 3]

    async def test_it_does_not_tell_of_somebody_else_s_form(self, api: Api) -> None:
        (_, guest), (_, other) = api.guest(), api.guest()
        form = await api.form(guest)

        assert (await put(api, form, other, {"form_data": example()}, If_Match='"9"')).status == 404


class TestTransitions:
    @pytest.mark.parametrize("wanted", STATUSES)
    @pytest.mark.parametrize("current", STATUSES)
    @pytest.mark.parametrize("side", ["owner", "admin"])
    async def test_every_one(self, api: Api, side: str, current: str, wanted: str) -> None:
        user_id, guest = api.guest()
        form = await api.in_status(user_id, guest, current)

        answer = await put(api, form, guest if side == "owner" else api.admin, {"status": wanted})

        status = expected(side, current, wanted)
        assert answer.status == status
        now = wanted if status == 200 else current
        assert await api.world.rows("SELECT status FROM forms WHERE id = :id", id=form["id"]) == [(now,)]
        if status == 409:
            assert current in answer.json["detail"]
            assert answer.json["type"] == "urn:bal-bot:problem:transition-not-allowed"

    @pytest.mark.parametrize("wanted", ["lost", "", "APPROVED", "approved "])
    async def test_no_such_status(self, api: Api, wanted: str) -> None:
        _, guest = api.guest()
        answer = await put(api, await api.form(guest), api.admin, {"status": wanted})

        assert (answer.status, answer.json["errors"]) == (422, {"status": ["not_a_choice"]})

    @pytest.mark.parametrize(
        ("current", "then"),
        [
            ("draft", "draft"),
            ("submitted", "submitted"),
            ("approved", "submitted"),
            ("rejected", "submitted"),
            ("needs_changes", "submitted"),
        ],
    )
    async def test_a_guest_s_edit_of_a_reviewed_form_asks_for_a_new_review(
        self, api: Api, current: str, then: str
    ) -> None:
        user_id, guest = api.guest()
        form = await api.in_status(user_id, guest, current)

        answer = await put(api, form, guest, {"form_data": example() | {"quantity": 6}})

        assert (answer.status, answer.json["status"]) == (200, then)
        last = (await api.history(form["id"]))[-1]
        # A draft that its page saves again leaves no line.
        assert last == (
            user_id,
            "guest",
            *(("created", None, then) if current == "draft" else ("edited", current, then)),
        )
        if current != then:
            assert answer.json["submitted_at"] > form["submitted_at"]

    async def test_an_admin_s_edit_keeps_the_status(self, api: Api) -> None:
        user_id, guest = api.guest()
        form = await api.in_status(user_id, guest, "approved")

        answer = await put(api, form, api.admin, {"form_data": example() | {"quantity": 6}})

        assert (answer.json["status"], answer.json["submitted_at"]) == ("approved", form["submitted_at"])

    @pytest.mark.parametrize("side", ["owner", "admin"])
    async def test_a_cancelled_form_is_not_edited(self, api: Api, side: str) -> None:
        user_id, guest = api.guest()
        form = await api.in_status(user_id, guest, "cancelled")

        answer = await put(api, form, guest if side == "owner" else api.admin, {"form_data": example()})

        assert (answer.status, "cancelled" in answer.json["detail"]) == (409, True)

    async def test_of_two_admins_one_decides_and_the_other_is_told(self, api: Api) -> None:
        for _ in range(5):
            _, guest = api.guest()
            form = await api.form(guest)
            decisions = ("approved", "rejected")

            answers = await at_once(
                put(api, form, api.ada, {"status": decisions[0]}), put(api, form, api.admin, {"status": decisions[1]})
            )

            assert sorted(answer.status for answer in answers) == [200, 409]
            [decided] = [answer.json["status"] for answer in answers if answer.status == 200]
            [told] = [answer.json["detail"] for answer in answers if answer.status == 409]
            assert told.startswith(decided)
            assert await api.world.rows("SELECT status FROM forms WHERE id = :id", id=form["id"]) == [(decided,)]
            assert len(await api.history(form["id"])) == 2
