"""What a Mini App asks Telegram for by invokeCustomMethod: CloudStorage and the shared contact (Bot API, Mini Apps)."""

import json
import re
import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

from sandbox.errors import Json
from sandbox.initdata import init_data_hash
from sandbox.state import User, World

_MOST_KEYS = 1024
_LONGEST_VALUE = 4096


class RefusedError(Exception):
    """The page gets the message as `error`."""


def invoke(world: World, user: User, method: str, params: Json) -> Json:
    """`{"result"}`, or `{"error"}` with Telegram's word for it."""
    if method not in _METHODS:
        return {"error": "METHOD_INVALID"}
    try:
        return {"result": _METHODS[method](world, user, params)}
    except RefusedError as error:
        return {"error": str(error)}


def _save(_: World, user: User, params: Json) -> bool:
    key, value = _key(params.get("key")), params.get("value")
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        raise RefusedError("VALUE_INVALID")
    if key not in user.cloud and len(user.cloud) >= _MOST_KEYS:
        raise RefusedError("QUOTA_EXCEEDED")
    user.cloud[key] = value
    return True


def _values(_: World, user: User, params: Json) -> dict[str, str]:
    return {key: user.cloud.get(key, "") for key in _keys(params)}


def _delete(_: World, user: User, params: Json) -> bool:
    for key in _keys(params):
        user.cloud.pop(key, None)
    return True


def _list(_: World, user: User, __: Json) -> list[str]:
    return list(user.cloud)


def _contact(world: World, user: User, _: Json) -> str:
    """Signed as initData is (Bot API, Mini Apps, requestContact)."""
    contact = {"user_id": user.id, "phone_number": user.phone_number, "first_name": user.first_name}
    fields = {"contact": json.dumps(contact, ensure_ascii=False), "auth_date": str(int(time.time()))}
    return urlencode(fields | {"hash": init_data_hash(world.token, fields)}, quote_via=quote)


def _keys(params: Json) -> list[str]:
    keys = params.get("keys")
    if not isinstance(keys, list):
        raise RefusedError("KEYS_INVALID")
    return [_key(key) for key in keys]


def _key(key: object) -> str:
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", key):
        raise RefusedError("KEY_INVALID")
    return key


_METHODS: dict[str, Callable[[World, User, Json], object]] = {
    "saveStorageValue": _save,
    "getStorageValues": _values,
    "deleteStorageValues": _delete,
    "getStorageKeys": _list,
    "getRequestedContact": _contact,
}
