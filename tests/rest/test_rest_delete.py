"""DELETE /api/form-data/{form_id}: the answers are gone for good, the history keeps who and when."""

import json
import uuid
from pathlib import Path

import pytest
from rest.rest_parts import FORMS, Api, at_once
from sqlalchemy import make_url
from world import World, example

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Вегетарианец-и-нелюдим"
TABLES = ("users", "forms", "form_events", "outbox", "idempotency_keys", "dead_letters")


def with_secret() -> dict[str, object]:
    return {"form_data": example() | {"preferences": {"dietary_requirements": SECRET}}, "status": "submitted"}


async def stored_and_changed(api: Api) -> tuple[int, int, dict[str, str]]:
    """A form whose answers stand wherever the bot keeps any: (id, user_id, guest)."""
    user_id, guest = api.guest()
    post, put = ({"Idempotency-Key": str(uuid.uuid4())} for _ in range(2))
    form = (await api("POST", FORMS, guest, headers=post, json=with_secret())).json
    await api("PUT", f"{FORMS}/{form['id']}", guest, headers=put, json=with_secret())
    return form["id"], user_id, guest


async def everything(api: Api) -> str:
    rows = [await api.world.rows(f"SELECT * FROM {table}") for table in TABLES]  # noqa: S608 - our own words
    return json.dumps(rows, ensure_ascii=False, default=str)


async def test_204_then_404(api: Api) -> None:
    form_id, user_id, guest = await stored_and_changed(api)

    gone = await api("DELETE", f"{FORMS}/{form_id}", guest)

    assert (gone.status, gone.body) == (204, b"")
    assert (await api("DELETE", f"{FORMS}/{form_id}", guest)).status == 404
    assert (await api("PUT", f"{FORMS}/{form_id}", guest, json=with_secret())).status == 404
    assert (await api("GET", f"{FORMS}/{user_id}/latest", guest)).status == 404
    assert (await api("GET", f"{FORMS}/{user_id}", guest)).json["items"] == []
    assert (await api("PUT", f"{FORMS}/{form_id}", api.admin, json={"status": "approved"})).status == 404


async def test_the_answers_are_in_no_table_and_the_history_stays(api: Api) -> None:
    form_id, user_id, _guest = await stored_and_changed(api)
    assert SECRET in await everything(api), "or this test proves nothing"
    assert SECRET.casefold() in await everything(api)

    await api("DELETE", f"{FORMS}/{form_id}", api.ada)

    assert SECRET.casefold() not in (await everything(api)).casefold()
    query = "SELECT CAST(form_data AS text), search_text, deleted_at IS NOT NULL FROM forms WHERE id = :id"
    assert await api.world.rows(query, id=form_id) == [("{}", "", True)]
    assert await api.world.rows("SELECT count(*) FROM idempotency_keys WHERE form_id = :id", id=form_id) == [(0,)]
    assert await api.history(form_id) == [
        (user_id, "guest", "created", None, "submitted"),
        (user_id, "guest", "edited", "submitted", "submitted"),
        (1003, "admin", "deleted", "submitted", None),
    ]


async def test_of_ten_at_once_one_deletes(api: Api) -> None:
    form_id, _, guest = await stored_and_changed(api)

    answers = await at_once(*(api("DELETE", f"{FORMS}/{form_id}", guest) for _ in range(10)))

    assert sorted(answer.status for answer in answers) == [204] + [404] * 9


@pytest.mark.parametrize("database", ["sqlite"], scope="module")
async def test_the_answers_are_not_in_the_bytes_of_the_file(api: Api) -> None:
    """secure_delete overwrites what SQLite would only unlink."""
    form_id, _, guest = await stored_and_changed(api)
    await write_the_log_back(api.world)
    assert SECRET.encode() in file_bytes(api.world), "or this test proves nothing"

    await api("DELETE", f"{FORMS}/{form_id}", guest)

    await write_the_log_back(api.world)
    assert SECRET.encode() not in file_bytes(api.world)


@pytest.mark.parametrize("database", ["sqlite"], scope="module")
async def test_nor_in_the_write_ahead_log(api: Api) -> None:
    form_id, _, guest = await stored_and_changed(api)

    await api("DELETE", f"{FORMS}/{form_id}", guest)

    assert SECRET.encode() not in file_bytes(api.world)


async def write_the_log_back(world: World) -> None:
    async with world.database.engine.connect() as connection:
        # A checkpoint waits for its own transaction too.
        await connection.exec_driver_sql("COMMIT")
        busy, *_ = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
        assert busy == 0


def file_bytes(world: World) -> bytes:
    """The database file and its log."""
    path = make_url(world.settings.database_url).database or ""
    return b"".join(Path(path + end).read_bytes() for end in ("", "-wal") if Path(path + end).exists())
