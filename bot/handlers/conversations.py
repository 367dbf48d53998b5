"""Replies: what an admin was asked to write, an admin's word to a guest, the guest's answer."""

from collections.abc import Awaitable, Callable
from html import escape

from aiogram import Router
from aiogram.filters import Filter
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot.actor import Actor
from bot.errors import FormNotFound, TransitionNotAllowed, VersionStale
from bot.handlers.desk import Desk
from bot.handlers.replies import reply
from bot.handlers.reviewing import already, decide_below
from bot.locales import Texts
from bot.messages.phrases import length
from bot.services import Decision, FormMessage, MessageKey, Services
from bot.services.conversations import LONGEST_WORD, is_closed
from bot.services.statuses import Status
from bot.submission import NOTE_LENGTH

FOR_ADMINS = ("reason", "changes", "ask", "answer")


class IsReply(Filter):
    """The message answers one that belongs to a form: by a reply, or in a private chat simply as the next message."""

    def __init__(self, *purposes: str) -> None:
        self._purposes = purposes

    async def __call__(self, message: Message, services: Services, actor: Actor) -> bool | dict[str, FormMessage]:
        """Bot API, Message.reply_to_message; gives `about`, what was asked."""
        about = await _answered(message, services, actor)
        return {"about": about} if about is not None and about.purpose in self._purposes else False


async def _answered(message: Message, services: Services, actor: Actor) -> FormMessage | None:
    original = message.reply_to_message
    if original is not None:
        return await services.conversations.about(message.chat.id, original.message_id)
    if message.chat.id != actor.id or not message.text or message.text.startswith("/"):
        return None
    return await services.conversations.open_prompt(actor, message.message_id)


async def admin_replied(message: Message, about: FormMessage, desk: Desk) -> SendMessage | None:
    """The words that an admin was asked for, or an answer to a guest's answer."""
    if is_closed(about, message.message_id):
        return reply(message, desk.texts("prompt-closed"))
    if (message.text or "").startswith("/cancel"):
        await desk.services.conversations.close(about, message.message_id)
        return reply(message, desk.texts("cancelled"))
    longest = LONGEST_WORD if about.purpose in ("ask", "answer") else NOTE_LENGTH
    if not message.text:
        return reply(message, desk.texts("text-only"))
    if length(message.text) > longest:
        return reply(message, desk.texts("too-long-note", max_length=longest))
    words = await _take(desk, about, message.text, came_in(message))
    return reply(message, words) if words else None


async def _take(desk: Desk, about: FormMessage, text: str, came: MessageKey) -> str | None:
    """Do what the words are for; what to say to the admin."""
    try:
        return await PURPOSES[about.purpose](desk, about, text, came)
    except (TransitionNotAllowed, VersionStale) as error:
        await desk.services.conversations.close(about, came.message_id)
        return escape(await already(desk, about.form_id, error), quote=False)
    except FormNotFound:
        return desk.texts("form-gone")


def came_in(message: Message) -> MessageKey:
    """The message as that in which words came."""
    return MessageKey(message.chat.id, message.message_id)


async def _reason(desk: Desk, about: FormMessage, text: str, came: MessageKey) -> str | None:
    return await _decide(desk, about, Decision(Status.REJECTED, note=text, seen=about.state.get("seen")), came)


async def _changes(desk: Desk, about: FormMessage, text: str, came: MessageKey) -> str | None:
    fields = tuple(about.state.get("fields") or ())
    decision = Decision(Status.NEEDS_CHANGES, note=text, fields=fields, seen=about.state.get("seen"))
    return await _decide(desk, about, decision, came)


async def _decide(desk: Desk, about: FormMessage, decision: Decision, came: MessageKey) -> str | None:
    goes_on = await decide_below(desk, about.form_id, decision, int(about.state.get("pressed") or 0))
    await desk.services.conversations.close(about, came.message_id)
    if goes_on:
        return None
    return desk.texts(f"decided-{decision.status.replace('_', '-')}", number=str(about.form_id))


async def _word(desk: Desk, about: FormMessage, text: str, came: MessageKey) -> str:
    await desk.services.conversations.say(desk.actor, desk.user, about.form_id, text, came)
    if about.purpose == "ask":
        await desk.services.conversations.close(about, came.message_id)
    return desk.texts("word-passed", number=str(about.form_id))


PURPOSES: dict[str, Callable[[Desk, FormMessage, str, MessageKey], Awaitable[str | None]]] = {
    "reason": _reason,
    "changes": _changes,
    "ask": _word,
    "answer": _word,
}


async def guest_replied(
    message: Message, about: FormMessage, actor: Actor, services: Services, texts: Texts
) -> SendMessage:
    """A guest's answer to the organisers' words."""
    if not message.text:
        return reply(message, texts("text-only"))
    if length(message.text) > LONGEST_WORD:
        return reply(message, texts("too-long-note", max_length=LONGEST_WORD))
    try:
        await services.conversations.answer(actor, about.form_id, message.text, came_in(message))
    except FormNotFound:
        return reply(message, texts("form-gone"))
    return reply(message, texts("word-answered"))


def register(admins: Router, guests: Router) -> None:
    """Replies of admins, behind their guard, and of guests."""
    admins.message.register(admin_replied, IsReply(*FOR_ADMINS))
    guests.message.register(guest_replied, IsReply("word"))
