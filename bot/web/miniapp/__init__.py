"""The page a guest fills: rendered from the questionnaire, one stylesheet, one ES module, no build step."""

from bot.web.miniapp.assets import register
from bot.web.miniapp.page import TEMPLATES, page

__all__ = ["TEMPLATES", "page", "register"]
