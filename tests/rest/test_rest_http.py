"""What HTTP asks of any server: HEAD, OPTIONS, 405 with Allow, 404, limits; and times outside of which nothing is taken."""

import pytest
from rest.rest_parts import FORMS, Api, assert_problem
from world import example

from bot.web.access import GUEST_REQUESTS_PER_MINUTE
from bot.web.routes import ROUTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATHS = sorted({route.path for route in ROUTES} | {"/telegram/webhook"})


def allowed(path: str) -> set[str]:
    # The ids of users and of forms stand in the same place.
    place = path.replace("{form_id}", "{user_id}")
    methods = {route.method for route in ROUTES if route.path.replace("{form_id}", "{user_id}") == place}
    return methods | ({"HEAD"} if "GET" in methods else set()) | ({"POST"} if path == "/telegram/webhook" else set())


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", PATHS)
async def test_another_method_is_405_and_told_which_are_there(api: Api, path: str, method: str) -> None:
    place = path.format(user_id=1, form_id=1)
    answer = await api.world.request(method, place)

    assert answer.status == 405
    assert set(answer.headers["Allow"].split(",")) == allowed(path)
    assert_problem(answer)


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES if route.method == "GET"}))
async def test_head_is_get_without_a_body(api: Api, path: str) -> None:
    user_id, guest = api.guest()
    await api.form(guest)
    place = path.format(user_id=user_id)
    got = await api.world.request("GET", place, api.ada)

    answer = await api.world.request("HEAD", place, api.ada)

    assert (answer.status, answer.body) == (got.status, b"")
    assert answer.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/", "/api/nothing", FORMS + "/x", FORMS + "/1/x", "/docs/assets/x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_such_place_is_a_problem_too(api: Api, method: str, path: str) -> None:
    answer = await api.world.request(method, path, api.admin)

    assert answer.status in ((404,) if not path.startswith("/docs/") or method == "GET" else (405,))
    assert_problem(answer)


async def test_a_guest_over_the_limit_is_told_when_to_come_again(api: Api) -> None:
    user_id, guest = api.guest()
    # A new minute may begin on the way, so at most twice the limit.
    for _ in range(2 * GUEST_REQUESTS_PER_MINUTE + 1):
        answer = await api("GET", f"{FORMS}/{user_id}", guest)
        if answer.status != 200:
            break

    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert (await api("GET", f"{FORMS}/{user_id}", api.guest()[1])).status == 404, "another guest is not held back"


async def test_negative_control_an_admin_is_not_held_back(api: Api) -> None:
    statuses = {
        (await api("GET", f"{FORMS}/1", api.ada)).status for _ in range(2 * GUEST_REQUESTS_PER_MINUTE + 2)
    }

    assert statuses == {200}


async def test_no_answer_may_be_kept_or_read_as_something_else(api: Api) -> None:
    _, guest = api.guest()
    answer = await api("POST", FORMS, guest, json=example())

    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert "Traceback" not in answer.body.decode()
