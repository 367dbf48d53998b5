"""The main job: a guest's answers come in as `message.web_app_data`.

It needs the database and nothing else: no Redis, no call of the Bot API before the form is stored.
"""

from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from aiogram import Bot, Router
from aiogram.methods import SendMessage
from aiogram.types import Message, User

from bot import strict_json
from bot.actor import Actor
from bot.errors import (
    AnswersInvalid,
    BalBotError,
    DatabaseUnavailable,
    Forbidden,
    FormNotFound,
    IdempotencyKeyReused,
    JSONInvalid,
    PayloadTooLarge,
    QuestionnaireClosed,
)
from bot.handlers.filters import IsSubmission
from bot.handlers.replies import reply
from bot.handlers.words import answers_as_sent, closed_words, mistakes
from bot.locales import Texts, choose_language, texts_of
from bot.messages.pages import form_keyboard
from bot.services import RequestKey, Services, Stored, UserRecord
from bot.submission import Submission, read

TURNED_DOWN = ("rejected", "needs_changes", "cancelled")
REFUSALS = (AnswersInvalid, QuestionnaireClosed, JSONInvalid, PayloadTooLarge, Forbidden, FormNotFound)


async def submitted(
    message: Message, bot: Bot, actor: Actor, services: Services, texts: Texts, page_url: str
) -> SendMessage:
    """Store the form and say so; say what to mend when it cannot be stored."""
    try:
        submission = read(strict_json.parse(_data(message), limit=strict_json.SEND_DATA_LIMIT))
        stored = await _store(message, bot, actor, services, submission)
    except REFUSALS as error:
        texts = await chosen_texts(services, actor, texts)
        return reply(message, _refusal(error, message, services, texts), reply_markup=form_keyboard(page_url, texts))
    # The statement that stored the form has read the language that its guest has chosen.
    if stored.language is not None:
        services.users.note_language(actor.id or 0, stored.language)
        texts = texts_of(choose_language(stored.language, texts.language))
    return reply(message, _accepted(stored, submission, texts), reply_markup=form_keyboard(page_url, texts))


async def _store(message: Message, bot: Bot, actor: Actor, services: Services, submission: Submission) -> Stored:
    own = RequestKey(_submission_id(message, bot), submission.digest)
    key = replace(own, id=submission.submission_id or own.id)
    try:
        return await services.forms.submit(actor, _user(message), submission, source="mini_app", key=key)
    except IdempotencyKeyReused:
        # Other answers under an old submission_id: nobody's answers are dropped, they are a form of their own.
        return await services.forms.submit(actor, _user(message), submission, source="mini_app", key=own)


async def chosen_texts(services: Services, actor: Actor, texts: Texts) -> Texts:
    """In the language that the actor has chosen; in Telegram's while the database cannot be asked."""
    try:
        chosen = await services.users.language(actor.id or 0)
    except DatabaseUnavailable:
        return texts
    return texts_of(choose_language(chosen, texts.language))


def _accepted(stored: Stored, submission: Submission, texts: Texts) -> str:
    # A redelivery is answered as the first was, unless that would be untrue by now.
    status = stored.form.status if stored.form.status in TURNED_DOWN else submission.status or "submitted"
    return texts(f"form-stored-{status.replace('_', '-')}", number=str(stored.form.id))


def _data(message: Message) -> bytes:
    # A lone surrogate cannot be encoded; "?" in its place would change what was said, so it is refused as it is.
    return message.web_app_data.data.encode("utf-8", "surrogatepass") if message.web_app_data else b""


def _submission_id(message: Message, bot: Bot) -> UUID:
    # Telegram redelivers the same message: its place is its identity.
    return uuid5(NAMESPACE_URL, f"tg://{bot.id}/{message.chat.id}/{message.message_id}")


def _user(message: Message) -> UserRecord:
    user = message.from_user
    return user_record(user) if user else UserRecord(message.chat.id)


def user_record(user: User) -> UserRecord:
    """A Telegram user as the database keeps one; U+0000, which PostgreSQL cannot hold, is dropped from names."""
    names = {name: value.replace("\0", "") if value else None for name, value in _names(user).items()}
    return UserRecord(id=user.id, **names)


def _names(user: User) -> dict[str, str | None]:
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "language_code": user.language_code,
    }


def _refusal(error: BalBotError, message: Message, services: Services, texts: Texts) -> str:
    match error:
        case AnswersInvalid(errors=errors):
            words = mistakes(services.questionnaire, errors, texts)
            return words + answers_as_sent(services, _data(message), texts, before=words)
        case QuestionnaireClosed(code=code):
            return closed_words(services.questionnaire, code, texts)
        case PayloadTooLarge(limit=limit):
            return texts("submission-too-large", limit=limit)
        case FormNotFound():
            return texts("submission-deleted")
        case _:
            return texts("submission-unreadable")


def register(router: Router) -> None:
    """Take what sendData sends."""
    router.message.register(submitted, IsSubmission())
