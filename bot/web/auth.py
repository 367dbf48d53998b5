"""Who may call: `Authorization: tma <initData>` or `Authorization: Bearer <admin API token>` (RFC 9110, 11.6.2)."""

import hmac
from dataclasses import dataclass

from aiohttp import web

from bot.actor import API, Actor, Role
from bot.services import UserRecord
from bot.web.errors import InitDataInvalid, Unauthorized
from bot.web.init_data import InitDataVerifier


@dataclass(frozen=True, slots=True)
class Caller:
    """The actor of a request, and the Telegram user behind it (the admin API has none)."""

    actor: Actor
    user: UserRecord | None


CALLER = web.RequestKey("caller", Caller)


class Authenticator:
    """Turns an Authorization header into a caller."""

    def __init__(self, verifier: InitDataVerifier, admin_api_token: str, admin_ids: frozenset[int]) -> None:
        self._verifier = verifier
        self._admin_api_token = admin_api_token.encode()
        self._admin_ids = admin_ids

    def authenticate(self, request: web.Request) -> Caller:
        """The caller; raises Unauthorized."""
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        match scheme.lower():
            case "tma":
                return self._telegram_user(credentials.strip())
            case "bearer":
                return self._admin_api(credentials.strip())
            case _:
                raise Unauthorized("send Authorization: tma <initData> or Authorization: Bearer <admin API token>")

    def _telegram_user(self, init_data: str) -> Caller:
        try:
            user = self._verifier.verify(init_data)
        except InitDataInvalid as error:
            raise Unauthorized(f"initData: {error.reason}") from None
        return Caller(Actor(user.id, Role.ADMIN if user.id in self._admin_ids else Role.GUEST), user)

    def _admin_api(self, token: str) -> Caller:
        # As bytes: compare_digest takes no text beyond ASCII.
        if not hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._admin_api_token):
            raise Unauthorized("the bearer token is not the admin API's (see `python -m bot token`)")
        return Caller(API, None)
