"""Every route of design.md × everyone who may ask: the exact status."""

import pytest
from rest.rest_parts import FORMS, Api, Headers
from world import VERA, example, sign_init_data

from bot.web.routes import ROUTES, Access

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = {
    ("GET", "/"),
    ("GET", "/docs"),
    ("GET", "/redoc"),
    ("GET", "/openapi.json"),
    ("GET", "/mini-app"),
    ("GET", "/api/questionnaire"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}
GUESTS = {
    ("POST", "/api/form-data"),
    ("GET", "/api/form-data/{user_id}"),
    ("GET", "/api/form-data/{user_id}/latest"),
    ("PUT", "/api/form-data/{form_id}"),
    ("DELETE", "/api/form-data/{form_id}"),
}
ADMINS = {
    ("GET", "/api/form-data"),
    ("GET", "/api/form-data/export"),
    ("GET", "/telegram/set-webhook"),
    ("POST", "/telegram/set-webhook"),
    ("GET", "/telegram/delete-webhook"),
    ("POST", "/telegram/delete-webhook"),
    ("GET", "/telegram/webhook-info"),
    ("GET", "/metrics"),
}
# aiogram's own handler serves it; tests/bad_input knocks at it.
TELEGRAM = {("POST", "/telegram/webhook")}

PEOPLE = ("owner", "other guest", "admin", "admin API", "nobody", "wrong token", "forged initData")
FORM_BODY = {"form_data": example(), "status": "submitted"}
#           owner, other, admin, API, nobody, wrong token, forged
OPEN_TO = {
    "public": (200, 200, 200, 200, 200, 200, 200),
    "admins": (403, 403, 200, 200, 401, 401, 401),
    "owner": (200, 404, 200, 200, 401, 401, 401),
}
STORES = list(zip(PEOPLE, (201, 201, 201, 422, 401, 401, 401), strict=True))
DELETES = list(zip(PEOPLE, (204, 404, 204, 204, 401, 401, 401), strict=True))
ROWS = (
    *((method, path, None, "public") for method, path in sorted(PUBLIC)),
    *((method, path, None, "admins") for method, path in sorted(ADMINS)),
    ("GET", FORMS + "/{user_id}", None, "owner"),
    ("GET", FORMS + "/{user_id}/latest", None, "owner"),
    ("PUT", FORMS + "/{form_id}", {"form_data": example()}, "owner"),
)
CALLS = [
    pytest.param(method, path + slash, body, who, OPEN_TO[access][place], id=f"{method} {path}{slash} {who}")
    for method, path, body, access in ROWS
    for slash in (("", "/") if path != "/" else ("",))
    for place, who in enumerate(PEOPLE)
]


def authorisation(api: Api, owner: Headers, who: str) -> Headers:
    _, other = api.guest()
    return {
        "owner": owner,
        "other guest": other,
        "admin": api.ada,
        "admin API": api.admin,
        "nobody": {},
        "wrong token": {"Authorization": "Bearer " + "0" * 64},
        "forged initData": {"Authorization": f"tma {sign_init_data('1:ANOTHER', VERA)}"},
    }[who]


@pytest.mark.parametrize(("method", "path", "body", "who", "status"), CALLS)
async def test_who_may_call(api: Api, method: str, path: str, body: object, who: str, status: int) -> None:
    user_id, owner = api.guest()
    form = await api.form(owner) if "{" in path else {"id": 0}
    options = {} if body is None else {"json": body}

    answer = await api(
        method, path.format(user_id=user_id, form_id=form["id"]), authorisation(api, owner, who), **options
    )

    assert answer.status == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("tma ")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("who", "status"), STORES)
async def test_who_may_store(api: Api, who: str, status: int, slash: str) -> None:
    _, owner = api.guest()
    answer = await api("POST", FORMS + slash, authorisation(api, owner, who), json=FORM_BODY)

    assert answer.status == status
    if who == "admin API":
        assert answer.json["errors"] == {"user_id": ["required"]}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("who", "status"), DELETES)
async def test_who_may_delete(api: Api, who: str, status: int, slash: str) -> None:
    _, owner = api.guest()
    form = await api.form(owner)
    answer = await api("DELETE", f"{FORMS}/{form['id']}{slash}", authorisation(api, owner, who))

    assert answer.status == status
    assert await api.world.rows("SELECT deleted_at IS NOT NULL FROM forms WHERE id = :id", id=form["id"]) == [
        (status == 204,)
    ]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_somebody_else_s_form_and_no_form_are_the_same_404(api: Api, method: str) -> None:
    user_id, owner = api.guest()
    form = await api.form(owner)
    _, other = api.guest()
    place, nowhere = (user_id, 2**51) if method == "GET" else (form["id"], 2**51)
    options = {"json": FORM_BODY} if method == "PUT" else {}

    theirs = await api(method, f"{FORMS}/{place}", other, **options)
    nobodys = await api(method, f"{FORMS}/{nowhere}", other, **options)

    assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body)
    assert theirs.status == 404


async def test_every_route_of_the_design_is_in_the_table() -> None:
    assert {(route.method, route.path) for route in ROUTES} | TELEGRAM >= PUBLIC | GUESTS | ADMINS | TELEGRAM


@pytest.mark.parametrize(
    ("access", "known"),
    [(Access.PUBLIC, PUBLIC), (Access.GUEST, GUESTS), (Access.ADMIN, ADMINS)],
    ids=["public", "guests", "admins"],
)
async def test_no_route_is_added_unnoticed(access: Access, known: set[tuple[str, str]]) -> None:
    assert {(route.method, route.path) for route in ROUTES if route.access is access} == known


async def test_no_address_is_served_beside_the_table(api: Api) -> None:
    """What aiohttp really serves: the table, the webhook, and files."""
    served = set()
    for route in api.world.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        served.add((route.method, path.rstrip("/") or "/"))
    files = {(method, path) for method, path in served if path.startswith(("/docs/", "/mini-app/"))}
    known = {(route.method, route.path) for route in ROUTES} | TELEGRAM
    heads = {("HEAD", path) for method, path in known if method == "GET"}

    assert served - files <= known | heads
    assert {method for method, _ in files} <= {"GET", "HEAD"}
