"""What the applications hold, typed (aiohttp, AppKey)."""

from aiohttp import web

from bot.config import Settings
from bot.rate_limits import RateLimiter
from bot.services import Services
from bot.web.auth import Authenticator

SETTINGS = web.AppKey("settings", Settings)
SERVICES = web.AppKey("services", Services)
AUTHENTICATOR = web.AppKey("authenticator", Authenticator)
RATE_LIMITER = web.AppKey("rate_limiter", RateLimiter)
