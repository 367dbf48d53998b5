"""The composition root: builds everything, sees everything. Nothing is made when this module is imported."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.middleware import FSMContextMiddleware
from aiohttp import web
from redis.asyncio import Redis

from bot.config import Settings
from bot.database import migrate
from bot.handlers import set_up_handlers
from bot.middlewares.flood import FloodMiddleware
from bot.middlewares.prompts import PromptMiddleware
from bot.middlewares.telegram import ActorMiddleware, LanguageMiddleware, ServicesMiddleware
from bot.questionnaire import load
from bot.rate_limits import MemoryPace, MemoryRateLimiter, RateLimiter, RedisPace, RedisRateLimiter
from bot.services import Services, create_services
from bot.services.clock import Clock, utc_now
from bot.telegram.exporting import Exporter
from bot.telegram.limits import CountingMiddleware, SendLimits
from bot.telegram.poller import Poller
from bot.telegram.profile import ALLOWED_UPDATES, WEBHOOK_PATH, Profile
from bot.telegram.reminding import keep_reminding
from bot.telegram.rendering import Renderer
from bot.telegram.sender import Sender
from bot.telegram.storage import connect, create_fsm
from bot.telegram.updates import UpdateProcessor
from bot.web.app import set_up_web
from bot.web.auth import Authenticator
from bot.web.init_data import InitDataVerifier
from bot.web.keys import AUTHENTICATOR, RATE_LIMITER, SERVICES, SETTINGS
from bot.web.telegram import PROFILE, WebhookHandler
from db.engine import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything with a life of its own."""

    settings: Settings
    database: Database
    services: Services
    redis: Redis | None
    fsm: FSMContextMiddleware
    rate_limiter: RateLimiter
    bot: Bot
    dispatcher: Dispatcher
    profile: Profile
    processor: UpdateProcessor
    sender: Sender


def build(settings: Settings, clock: Clock = utc_now) -> Parts:
    """Make the parts; nothing is opened yet. Raises QuestionnaireInvalid."""
    questionnaire = load(settings.questionnaire_file)
    database = Database(settings.database_url)
    remind_after = timedelta(hours=settings.draft_reminder_hours)
    services = create_services(database, questionnaire, clock, card_chats(settings), remind_after)
    redis = connect(settings.redis_url) if settings.redis_url else None
    bot = create_bot(settings)
    limits = SendLimits(RedisPace(redis, prefix=key_prefix(bot)) if redis else MemoryPace())
    bot.session.middleware(CountingMiddleware(limits))
    fsm = create_fsm(redis, prefix=key_prefix(bot))
    rate_limiter = RedisRateLimiter(redis, prefix=key_prefix(bot)) if redis else MemoryRateLimiter()
    dispatcher = create_dispatcher(settings, services, fsm, rate_limiter)
    return Parts(
        settings=settings,
        database=database,
        services=services,
        redis=redis,
        fsm=fsm,
        rate_limiter=rate_limiter,
        bot=bot,
        dispatcher=dispatcher,
        profile=Profile(bot, settings),
        processor=UpdateProcessor(dispatcher, bot, services, limits, settings.default_language),
        sender=create_sender(settings, bot, services, limits),
    )


def card_chats(settings: Settings) -> Sequence[int]:
    """Where admins see each form: their group, or each of them privately."""
    return (settings.admin_chat_id,) if settings.admin_chat_id else sorted(settings.admin_ids)


def create_sender(settings: Settings, bot: Bot, services: Services, limits: SendLimits) -> Sender:
    """The outbox's sender."""
    renderer = Renderer(services, settings.default_language, settings.page_url, settings.admin_ids)
    return Sender(bot, services, renderer, Exporter(bot, services, settings.admin_ids), limits)


def key_prefix(bot: Bot) -> str:
    """What every key in Redis begins with: several bots may share one."""
    return f"bal_bot:{bot.id}"


def create_bot(settings: Settings) -> Bot:
    """The Bot API's client."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api_url))
    token = settings.telegram_bot_token.get_secret_value()
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True))


def create_dispatcher(
    settings: Settings, services: Services, fsm: FSMContextMiddleware, rate_limiter: RateLimiter | None = None
) -> Dispatcher:
    """The dispatcher with its middlewares and routers. Its own FSM is off: see bot/handlers/conversation.py.

    Without a `rate_limiter` guests are counted in memory.
    """
    dispatcher = Dispatcher(
        disable_fsm=True,
        page_url=settings.page_url,
        admin_chat_id=settings.admin_chat_id,
        default_language=settings.default_language,
    )
    dispatcher.update.outer_middleware(ServicesMiddleware(services))
    dispatcher.update.outer_middleware(ActorMiddleware(settings.admin_ids))
    dispatcher.update.outer_middleware(LanguageMiddleware(settings.default_language))
    dispatcher.update.outer_middleware(FloodMiddleware(rate_limiter or MemoryRateLimiter()))
    dispatcher.update.outer_middleware(PromptMiddleware())
    set_up_handlers(dispatcher, fsm)
    return dispatcher


def create_app(settings: Settings, clock: Clock = utc_now) -> web.Application:
    """The host process: aiogram's webhook application, the REST sub-app on it, and in polling mode a poller beside."""
    parts = build(settings, clock)
    app = web.Application()
    app[SETTINGS] = settings
    app[SERVICES] = parts.services
    app[PROFILE] = parts.profile
    app[AUTHENTICATOR] = _authenticator(settings, clock)
    app[RATE_LIMITER] = parts.rate_limiter
    set_up_web(app, parts.services.questionnaire)
    secret = settings.webhook_secret
    WebhookHandler(parts.dispatcher, parts.bot, parts.processor, secret).register(app, path=WEBHOOK_PATH)
    _give_life(app, parts)
    return app


def _authenticator(settings: Settings, clock: Clock) -> Authenticator:
    verifier = InitDataVerifier(settings.telegram_bot_token.get_secret_value(), clock)
    return Authenticator(verifier, settings.admin_api_token, settings.admin_ids)


def _give_life(app: web.Application, parts: Parts) -> None:
    """Open in this order; aiohttp closes in the other, once every request in hand is answered."""

    async def database(_app: web.Application) -> AsyncIterator[None]:
        await migrate(parts.database)
        yield
        await parts.services.forms.close()
        await parts.database.close()

    async def clients(_app: web.Application) -> AsyncIterator[None]:
        yield
        await parts.fsm.close()
        if parts.redis is not None:
            await parts.redis.aclose()
        await parts.bot.session.close()

    async def telegram(_app: web.Application) -> AsyncIterator[None]:
        async with talking_to_telegram(parts):
            yield

    async def drain(_app: web.Application) -> None:
        parts.services.health.drain()

    app.cleanup_ctx.extend((database, clients, telegram))
    app.on_shutdown.append(drain)


@asynccontextmanager
async def talking_to_telegram(parts: Parts) -> AsyncIterator[None]:
    """The tasks beside the server.

    The profile is announced once, the outbox is sent, drafts are reminded of, in polling mode updates come.
    """
    announcing = asyncio.create_task(parts.profile.announce(), name="announce")
    poller = Poller(parts.bot, parts.processor, ALLOWED_UPDATES)
    polling = asyncio.create_task(_poll(parts, poller), name="poll")
    sending = asyncio.create_task(parts.sender.run(), name="outbox")
    reminding = asyncio.create_task(keep_reminding(parts.services), name="reminders")
    for task in (polling, sending):
        task.add_done_callback(_stop_on_error)
    yield
    announcing.cancel()
    reminding.cancel()
    poller.stop()
    if not poller.running:
        polling.cancel()
    parts.sender.stop()
    await asyncio.wait({announcing, polling, sending, reminding})
    await parts.processor.finish()


async def _poll(parts: Parts, poller: Poller) -> None:
    await parts.profile.receive_updates()
    if parts.settings.mode == "polling":
        await poller.run()


def _stop_on_error(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("%s has ended, the process stops: %s", task.get_name(), type(error).__name__, exc_info=error)
        signal.raise_signal(signal.SIGTERM)
