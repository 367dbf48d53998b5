"""reply_markup, checked as Telegram checks it (Bot API, InlineKeyboardMarkup, ReplyKeyboardMarkup)."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sandbox.entities import utf16_length
from sandbox.errors import Json, bad_request
from sandbox.params import Params

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_MAX_BUTTONS = 100
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_FLAGS = ("force_reply", "remove_keyboard", "selective", "one_time_keyboard", "resize_keyboard", "is_persistent")
_PLACEHOLDER_LIMIT = 64  # characters
_CALLBACK_DATA_LIMIT = 64  # bytes
_EMPTY_ACTIONS = {"switch_inline_query", "switch_inline_query_current_chat"}  # may be ""
_INLINE_ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")


def read_markup(params: Params, *, private: bool, inline_only: bool = False) -> Json | None:
    """The checked markup, or None; `private`: whether the chat is one, web_app buttons need it."""
    markup = params.decoded("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    kind = next((name for name in _KINDS if name in markup), None)
    if inline_only and markup and kind != "inline_keyboard":
        raise bad_request("inline keyboard expected")
    _check_manner(markup)
    if kind in ("inline_keyboard", "keyboard"):
        _check_rows(markup[kind], kind, private=private)
        markup = markup | {kind: [row for row in markup[kind] if row]}
    return _normal(markup, kind)


def _check_manner(markup: Json) -> None:
    """What stands in a markup beside its buttons (Bot API, ForceReply, ReplyKeyboardMarkup)."""
    for name in _FLAGS:
        if not isinstance(markup.get(name) or False, bool):
            raise bad_request(f'field "{name}" must be of type Boolean')
    placeholder = markup.get("input_field_placeholder") or ""
    if not isinstance(placeholder, str):
        raise bad_request('field "input_field_placeholder" must be of type String')
    if utf16_length(placeholder) > _PLACEHOLDER_LIMIT:
        raise bad_request("REPLY_MARKUP_INVALID")


def _normal(markup: Json, kind: str | None) -> Json | None:
    """None for a markup that shows nothing: {} and an empty inline keyboard."""
    if kind is None or (kind in ("remove_keyboard", "force_reply") and not markup[kind]):
        return None
    return None if kind == "inline_keyboard" and not markup[kind] else markup


def is_inline(markup: Json | None) -> bool:
    """Whether it stands under its message."""
    return markup is not None and "inline_keyboard" in markup


def buttons(markup: Json | None) -> Iterator[Json]:
    """Every button of a keyboard as an object (a reply keyboard's may be written as a bare string)."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    for row in rows:
        for button in row:
            yield {"text": button} if isinstance(button, str) else button


def _check_rows(rows: object, kind: str, *, private: bool) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{kind}" must be an Array of Arrays of buttons')
    if sum(map(len, rows)) > _MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            if kind == "inline_keyboard":
                _check_inline(_button(button, "inline keyboard button"), private=private)
            else:
                _check_reply(
                    _button({"text": button} if isinstance(button, str) else button, "keyboard button"), private=private
                )


def _button(button: object, what: str) -> Json:
    """A button of any kind: an object with a text."""
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {what}: {what} must be an Object")
    if "text" not in button:
        raise bad_request(f"can't parse {what}: Can't find field \"text\"")
    if not _text(button, "text", what).strip():
        raise bad_request(f"{what} text must be non-empty")
    return button


def _text(fields: Json, name: str, what: str) -> str:
    if not isinstance(fields[name], str):
        raise bad_request(f'can\'t parse {what}: Field "{name}" must be of type String')
    return str(fields[name])


def _check_inline(button: Json, *, private: bool) -> None:
    what = "inline keyboard button"
    actions = [name for name in _INLINE_ACTIONS if button.get(name) not in (None, "")]
    if not actions and not button.keys() & _EMPTY_ACTIONS:
        raise bad_request(f"can't parse {what}: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in actions and len(_text(button, "callback_data", what).encode()) > _CALLBACK_DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if "web_app" in actions:
        _check_web_app(button, what, private=private)
    if "url" in actions:
        _check_url(_text(button, "url", what), f"{what} URL")


def _check_reply(button: Json, *, private: bool) -> None:
    if button.get("request_contact") and not private:
        raise bad_request("phone number can be requested in private chats only")
    if button.get("request_location") and not private:
        raise bad_request("location can be requested in private chats only")
    if button.get("web_app") is not None:
        _check_web_app(button, "keyboard button", private=private)


def _check_web_app(button: Json, what: str, *, private: bool) -> None:
    if not private:
        raise bad_request("BUTTON_TYPE_INVALID")
    check_web_app_url(button["web_app"], what)


def check_web_app_url(web_app: object, what: str) -> None:
    """A WebAppInfo: https, or plain http to this machine, which only the sandbox allows."""
    if not isinstance(web_app, dict) or not isinstance(web_app.get("url"), str):
        raise bad_request(f'can\'t parse {what}: Field "web_app" must have a String "url"')
    url = web_app["url"]
    scheme, host = _scheme_and_host(url, f"{what} Web App URL")
    if scheme != "https" and not (scheme == "http" and host in LOCAL_HOSTS):
        raise bad_request(f"{what} Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def _check_url(url: str, what: str) -> None:
    scheme, _ = _scheme_and_host(url, what)
    if scheme not in ("http", "https", "tg", "ton"):
        raise bad_request(f"{what} '{url}' is invalid: Unsupported URL protocol")


def _scheme_and_host(url: str, what: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or (parts.scheme in ("http", "https") and "." not in host and host not in LOCAL_HOSTS):
        raise bad_request(f"{what} '{url}' is invalid: Wrong HTTP URL")
    return parts.scheme, host
