"""What HTTP asks of any server: HEAD, OPTIONS, 405 with Allow, 404; and the limit of a guest's requests."""

import pytest
from rest.rest_parts import FORMS, Api, assert_problem

from bot import rate_limits
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


@pytest.mark.parametrize(
    "path", ["/nothing", "/api", "/api/", "/api/nothing", FORMS + "/x", FORMS + "/1/x", "/docs/assets/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_such_place_is_a_problem_too(api: Api, method: str, path: str) -> None:
    answer = await api.world.request(method, path, api.admin)

    assert answer.status in ((404,) if not path.startswith("/docs/") or method == "GET" else (405,))
    assert_problem(answer)


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No new minute begins while a test counts."""
    monkeypatch.setattr(rate_limits, "_window", lambda: 7)


@pytest.mark.usefixtures("one_minute")
async def test_a_guest_over_the_limit_is_told_when_to_come_again(api: Api) -> None:
    user_id, guest = api.guest()
    for _ in range(GUEST_REQUESTS_PER_MINUTE):
        assert (await api("GET", f"{FORMS}/{user_id}", guest)).status == 200

    answer = await api("GET", f"{FORMS}/{user_id}", guest)

    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert (await api("GET", f"{FORMS}/{user_id}", api.guest()[1])).status == 404, "another guest is not held back"


@pytest.mark.usefixtures("one_minute")
@pytest.mark.parametrize("who", ["ada", "admin"])
async def test_negative_control_an_admin_is_not_held_back(api: Api, who: str) -> None:
    admin = getattr(api, who)
    statuses = {(await api("GET", f"{FORMS}/1", admin)).status for _ in range(GUEST_REQUESTS_PER_MINUTE + 1)}

    assert statuses == {200}
