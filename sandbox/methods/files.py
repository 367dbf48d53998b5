"""Bot API, sendDocument, sendPhoto and getFile; files stay in memory."""

import mimetypes
import struct

from sandbox.errors import Json, bad_request
from sandbox.methods.chats import writable_chat
from sandbox.methods.messages import read_caption, send
from sandbox.methods.reply import Reply
from sandbox.params import Params, Upload
from sandbox.state import StoredFile, World

_PHOTO_LIMIT = 10 * 1024 * 1024
_PNG_HEADER = 24
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


async def send_document(world: World, params: Params) -> Reply:
    """Bot API, sendDocument."""
    caption = read_caption(params)
    chat = writable_chat(world, params)
    stored = _stored(world, params, "document")
    document: Json = {"file_name": stored.name, "mime_type": stored.mime_type} | _file_json(stored)
    return Reply(send(world, chat, params, {"document": document} | caption).data)


async def send_photo(world: World, params: Params) -> Reply:
    """Bot API, sendPhoto: 400 when it is no picture."""
    caption = read_caption(params)
    chat = writable_chat(world, params)
    stored = _stored(world, params, "photo")
    width, height = _image_size(stored.data)
    photo = _file_json(stored) | {"width": width, "height": height}
    return Reply(send(world, chat, params, {"photo": [photo]} | caption).data)


async def get_file(world: World, params: Params) -> Reply:
    """Bot API, getFile."""
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    return Reply(_file_json(stored) | {"file_path": stored.path})


def _file_json(stored: StoredFile) -> Json:
    return {"file_id": stored.file_id, "file_unique_id": stored.file_unique_id, "file_size": len(stored.data)}


def _stored(world: World, params: Params, name: str) -> StoredFile:
    """The uploaded file, or one sent before and named by its file_id."""
    given = params.file(name)
    if given is None:
        raise bad_request(f"there is no {name} in the request")
    if isinstance(given, Upload):
        return _store(world, given, name)
    if given not in world.files:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    return world.files[given]


def _store(world: World, upload: Upload, name: str) -> StoredFile:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if name == "photo":
        _check_photo(upload.data)
    mime_type = mimetypes.guess_type(upload.name)[0] or upload.content_type or "application/octet-stream"
    return world.store_file(upload.name, mime_type, upload.data, f"{name}s")


def _check_photo(data: bytes) -> None:
    if len(data) > _PHOTO_LIMIT:
        raise bad_request(f"too big for a photo; the maximum size is {_PHOTO_LIMIT} bytes")
    if not data.startswith(_IMAGES):
        raise bad_request("IMAGE_PROCESS_FAILED")


def _image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG; of the rest a stand-in, nothing here depends on it."""
    if data.startswith(_IMAGES[0]) and len(data) >= _PNG_HEADER:
        width, height = struct.unpack(">II", data[16:_PNG_HEADER])
        return width, height
    return 800, 600
