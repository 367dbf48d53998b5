"""What a Mini App is given at launch (Bot API, Mini Apps, "Validating data received via the Mini App")."""

import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import quote, urlencode

from sandbox.errors import Json

VERSION = "9.1"
LIGHT: Json = {
    "bg_color": "#ffffff",
    "text_color": "#000000",
    "hint_color": "#707579",
    "link_color": "#3390ec",
    "button_color": "#3390ec",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#f4f4f5",
    "header_bg_color": "#ffffff",
    "accent_text_color": "#3390ec",
    "section_bg_color": "#ffffff",
    "section_header_text_color": "#707579",
    "subtitle_text_color": "#707579",
    "destructive_text_color": "#e53935",
}
DARK: Json = LIGHT | {
    "bg_color": "#212121",
    "text_color": "#ffffff",
    "hint_color": "#aaaaaa",
    "link_color": "#8774e1",
    "button_color": "#8774e1",
    "secondary_bg_color": "#0f0f0f",
    "header_bg_color": "#212121",
    "accent_text_color": "#8774e1",
    "section_bg_color": "#212121",
    "section_header_text_color": "#aaaaaa",
    "subtitle_text_color": "#aaaaaa",
    "destructive_text_color": "#e53935",
}
ROSE: Json = LIGHT | {
    "bg_color": "#fff5f8",
    "text_color": "#3b1020",
    "hint_color": "#8a5568",
    "link_color": "#b0154f",
    "button_color": "#c2185b",
    "secondary_bg_color": "#fde4ec",
    "header_bg_color": "#fff5f8",
    "accent_text_color": "#b0154f",
    "section_bg_color": "#fff9fb",
    "section_header_text_color": "#8a5568",
    "subtitle_text_color": "#8a5568",
    "destructive_text_color": "#b71c1c",
}
THEMES = {"light": LIGHT, "dark": DARK, "rose": ROSE}


def signed_init_data(token: str, user: Json, *, auth_date: int | None = None, start_param: str = "") -> str:
    """The initData as a query string; `hash` is right for `token`, `signature` (Telegram's own key) is a dummy."""
    fields = {
        "query_id": f"AAH{secrets.token_urlsafe(15)}",
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(time.time()) if auth_date is None else auth_date),
        "signature": secrets.token_urlsafe(64),
    }
    if start_param:
        fields["start_param"] = start_param
    return urlencode(fields | {"hash": init_data_hash(token, fields)}, quote_via=quote)


def init_data_hash(token: str, fields: dict[str, str]) -> str:
    """HMAC-SHA256 of the sorted `key=value` lines under HMAC-SHA256("WebAppData", token), in hex."""
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()


def launch_url(url: str, init_data: str, theme: str = "light") -> str:
    """The address Telegram Web opens: launch parameters in the fragment; a keyboard launch has no `init_data`."""
    parameters = {"tgWebAppData": init_data} if init_data else {}
    parameters |= {
        "tgWebAppVersion": VERSION,
        "tgWebAppPlatform": "web",
        "tgWebAppThemeParams": json.dumps(THEMES[theme], separators=(",", ":")),
    }
    return f"{url}{'&' if '#' in url else '#'}{urlencode(parameters, quote_via=quote)}"
