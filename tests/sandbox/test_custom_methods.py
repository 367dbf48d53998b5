"""What a Mini App asks Telegram for: CloudStorage with its limits, and the signed contact."""

import json
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from sandbox_parts import ANNA, BORIS, TOKEN, Json

from sandbox.initdata import init_data_hash

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def invoke(base: str, session: aiohttp.ClientSession) -> Any:
    async def call(method: str, user_id: int = ANNA, **params: object) -> Json:
        body = {"method": method, "params": params}
        async with session.post(f"{base}/sandbox/users/{user_id}/custom-method", json=body) as response:
            answer: Json = await response.json()
            return answer

    return call


async def test_storage_is_the_guests_own(invoke: Any) -> None:
    assert await invoke("saveStorageValue", key="a", value="1") == {"result": True}
    assert await invoke("getStorageValues", keys=["a", "b"]) == {"result": {"a": "1", "b": ""}}
    assert await invoke("getStorageKeys") == {"result": ["a"]}
    assert await invoke("getStorageKeys", BORIS) == {"result": []}
    assert await invoke("deleteStorageValues", keys=["a"]) == {"result": True}
    assert await invoke("getStorageKeys") == {"result": []}


async def test_the_contact_is_signed(invoke: Any) -> None:
    fields = dict(parse_qsl((await invoke("getRequestedContact"))["result"]))
    given = fields.pop("hash")
    assert given == init_data_hash(TOKEN, fields)
    assert json.loads(fields["contact"])["user_id"] == ANNA


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("unknown", {}, "METHOD_INVALID"),
        ("saveStorageValue", {"key": "", "value": "x"}, "KEY_INVALID"),
        ("saveStorageValue", {"key": "k" * 129, "value": "x"}, "KEY_INVALID"),
        ("saveStorageValue", {"key": "k", "value": "x" * 4097}, "VALUE_INVALID"),
        ("saveStorageValue", {"key": "k", "value": 1}, "VALUE_INVALID"),
        ("getStorageValues", {"keys": "k"}, "KEYS_INVALID"),
        ("deleteStorageValues", {"keys": ["я"]}, "KEY_INVALID"),
    ],
)
async def test_what_is_refused(invoke: Any, method: str, params: Json, error: str) -> None:
    assert await invoke(method, **params) == {"error": error}


async def test_there_is_room_for_1024_keys(sandbox: Any, invoke: Any) -> None:
    sandbox.world.users[ANNA].cloud = {f"k{number}": "" for number in range(1024)}
    assert await invoke("saveStorageValue", key="k1", value="x") == {"result": True}
    assert await invoke("saveStorageValue", key="new", value="x") == {"error": "QUOTA_EXCEEDED"}
