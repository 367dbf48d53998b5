"""Bot API, "Getting updates": getUpdates and the webhook methods."""

import re
from urllib.parse import urlsplit

from sandbox.errors import Json, bad_request
from sandbox.markup import LOCAL_HOSTS
from sandbox.methods.reply import Reply
from sandbox.params import Params
from sandbox.state import World
from sandbox.updates import UpdateQueue, Webhook

_SECRET_LIMIT = 256
_PORTS = (80, 88, 443, 8443)


async def get_updates(world: World, params: Params) -> Reply:
    """409 while a webhook is set, and for the earlier of two calls at once."""
    _take_allowed(world.updates, params)
    limit = params.clamped("limit", 100, 1, 100)
    timeout = params.clamped("timeout", 0, 0, 50)
    return Reply(await world.updates.fetch(params.integer("offset"), limit, timeout))


async def set_webhook(world: World, params: Params) -> Reply:
    """An empty url removes the webhook; plain http only to this machine, which is the sandbox's exception."""
    url = params.text("url")
    if not url:
        return await delete_webhook(world, params)
    _check_url(url)
    secret = params.text("secret_token")
    if len(secret) > _SECRET_LIMIT:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    webhook = Webhook(url, secret, params.clamped("max_connections", 40, 1, 100))
    _take_allowed(world.updates, params)
    _drop_if_asked(world, params)
    return _told(world, webhook, "Webhook was set", "Webhook is already set")


async def delete_webhook(world: World, params: Params) -> Reply:
    """Bot API, deleteWebhook."""
    _drop_if_asked(world, params)
    return _told(world, None, "Webhook was deleted", "Webhook is already deleted")


async def get_webhook_info(world: World, _: Params) -> Reply:
    """Bot API, getWebhookInfo."""
    return Reply(webhook_info(world.updates))


def webhook_info(updates: UpdateQueue) -> Json:
    """The Bot API's WebhookInfo."""
    webhook = updates.webhook
    info: Json = {"url": webhook.url if webhook else "", "has_custom_certificate": False}
    info["pending_update_count"] = len(updates.pending)
    if webhook:
        info["max_connections"] = webhook.max_connections
    if updates.allowed:
        info["allowed_updates"] = list(updates.allowed)
    if updates.last_error:
        info["last_error_date"], info["last_error_message"] = updates.last_error
    return info


def _told(world: World, webhook: Webhook | None, changed: str, unchanged: str) -> Reply:
    if not world.updates.set_webhook(webhook):
        return Reply(description=unchanged)
    world.events.publish("webhook", info=webhook_info(world.updates))
    return Reply(description=changed)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise bad_request("bad webhook: Invalid URL") from None
    if not host or parts.scheme not in ("http", "https"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if host in LOCAL_HOSTS:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _take_allowed(updates: UpdateQueue, params: Params) -> None:
    """allowed_updates stays as it was when the parameter is absent; an empty list is the default set."""
    allowed = params.decoded("allowed_updates", "allowed_updates")
    if allowed is None:
        return
    if not isinstance(allowed, list) or not all(isinstance(kind, str) for kind in allowed):
        raise bad_request("allowed_updates must be an Array of Strings")
    updates.allowed = tuple(allowed)


def _drop_if_asked(world: World, params: Params) -> None:
    if params.boolean("drop_pending_updates"):
        world.updates.drop()
