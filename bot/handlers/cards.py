"""Cards: every button about one form, and `/form 17`."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message, ReplyParameters

from bot.errors import (
    AnswersInvalid,
    BalBotError,
    Forbidden,
    FormNotFound,
    TransitionNotAllowed,
    UndoTooLate,
    VersionStale,
)
from bot.handlers import reviewing
from bot.handlers.desk import Desk, toast
from bot.handlers.filters import IsAdmin
from bot.handlers.replies import reply
from bot.handlers.reviewing import already, card_is_gone, show_card
from bot.messages import cards
from bot.messages.buttons import FormPress, FormVerb, unpack_chosen, unpack_number
from bot.messages.notices import ask_for_reply
from bot.messages.phrases import user_name
from bot.services import Decision, MessageKey
from bot.services.statuses import Status

_NUMBER = re.compile(r"[№#]?\s*(\d{1,18})")


async def open_form(message: Message, command: CommandObject, desk: Desk) -> SendMessage | None:
    """`/form 17`: the form's card, kept up to date like every other."""
    found = _NUMBER.fullmatch((command.args or "").strip())
    if found is None:
        return reply(message, desk.texts("form-which"))
    try:
        await send_card(desk, int(found[1]))
    except FormNotFound:
        return reply(message, desk.texts("form-gone"))
    return None


async def send_card(desk: Desk, form_id: int) -> None:
    """A new card in the desk's chat; raises FormNotFound."""
    card = await desk.services.review.card(desk.actor, form_id)
    text = cards.card_text(card, desk.questionnaire, desk.texts)
    markup = cards.card_keyboard(card, desk.texts, cards.Place())
    sent = await desk.bot.send_message(desk.chat_id, text, reply_markup=markup)
    await desk.services.conversations.remember(desk.chat_id, sent.message_id, form_id, "card")
    await desk.services.review.shown(desk.actor, card, MessageKey(desk.chat_id, sent.message_id))


async def pressed(query: CallbackQuery, callback_data: FormPress, desk: Desk) -> AnswerCallbackQuery:
    """A button of a card."""
    try:
        return toast(query, await VERBS[callback_data.verb](desk, callback_data))
    except (TransitionNotAllowed, VersionStale) as error:
        own = await reviewing.decided_by_oneself(desk, callback_data.form)
        return toast(query, own or await already(desk, callback_data.form, error), alert=own is None)
    except (FormNotFound, Forbidden, UndoTooLate, AnswersInvalid) as error:
        return toast(query, await _excuse(desk, callback_data.form, error), alert=True)


async def _excuse(desk: Desk, form_id: int, error: BalBotError) -> str:
    match error:
        case FormNotFound():
            return await card_is_gone(desk, form_id)
        case UndoTooLate():
            await desk.services.review.refresh(desk.actor, form_id)
            return desk.own.plain("undo-too-late")
        case Forbidden():
            return desk.own.plain("undo-not-yours")
        case _:  # a reason that the questionnaire no longer has
            return desk.own.plain("old-button")


async def _card(desk: Desk, press: FormPress) -> str | None:
    about = await desk.about()
    if about is not None and about.purpose == "answer":
        await send_card(desk, press.form)
        return None
    return await show_card(desk, press.form, cards.Place.of(about))


async def _approve(desk: Desk, press: FormPress) -> str | None:
    return await reviewing.decide(desk, press.form, Decision(Status.APPROVED, seen=press.seen))


async def _because(desk: Desk, press: FormPress) -> str | None:
    decision = Decision(Status.REJECTED, reason=press.arg, seen=press.seen)
    return await reviewing.decide(desk, press.form, decision)


async def _send(desk: Desk, press: FormPress) -> str | None:
    fields = _chosen_fields(desk, press)
    if not fields:
        return desk.own.plain("pick-a-field")
    decision = Decision(Status.NEEDS_CHANGES, fields=fields, seen=press.seen)
    return await reviewing.decide(desk, press.form, decision)


async def _reject(desk: Desk, press: FormPress) -> str | None:
    card = await reviewing.waiting_card(desk, press.form)
    await desk.reads(card)
    text = cards.card_text(card, desk.questionnaire, desk.texts)
    question = desk.texts("choose-reason", number=str(press.form))
    markup = cards.reasons_keyboard(card, desk.questionnaire, desk.texts)
    return await desk.show(f"{text}\n\n{question}", markup)


async def _changes(desk: Desk, press: FormPress) -> str | None:
    card = await reviewing.waiting_card(desk, press.form)
    await desk.reads(card)
    text = cards.card_text(card, desk.questionnaire, desk.texts)
    question = desk.texts("choose-fields", number=str(press.form))
    markup = cards.fields_keyboard(card, unpack_chosen(press.arg), desk.questionnaire, desk.texts)
    return await desk.show(f"{text}\n\n{question}", markup)


async def _typed(desk: Desk, press: FormPress) -> str | None:
    await reviewing.waiting_card(desk, press.form)
    await _prompt(desk, press.form, "reason", seen=press.seen)
    return None


async def _words(desk: Desk, press: FormPress) -> str | None:
    await reviewing.waiting_card(desk, press.form)
    await _prompt(desk, press.form, "changes", fields=_chosen_fields(desk, press), seen=press.seen)
    return None


async def _ask(desk: Desk, press: FormPress) -> str | None:
    await _prompt(desk, press.form, "ask")
    return None


async def _prompt(desk: Desk, form_id: int, purpose: str, **state: object) -> None:
    """Ask for words: who replies to this message, says them."""
    card = await desk.services.review.card(desk.actor, form_id)
    text = desk.texts(f"prompt-{purpose}", number=str(form_id), guest=user_name(card.guest, desk.texts))
    if desk.chat_id < 0:  # in a group only who is named is shown the reply by their client
        text = f"{desk.texts('asked', id=str(desk.user.id), who=user_name(desk.user, desk.texts))}\n{text}"
    place = ReplyParameters(message_id=desk.message_id, allow_sending_without_reply=True)
    asked = await desk.bot.send_message(
        desk.chat_id, text, reply_markup=ask_for_reply(desk.texts), reply_parameters=place
    )
    state |= {"pressed": desk.message_id}
    await desk.services.conversations.remember(desk.chat_id, asked.message_id, form_id, purpose, state)


async def _answers(desk: Desk, press: FormPress) -> str | None:
    card = await desk.services.review.card(desk.actor, press.form)
    await desk.reads(card)
    pages = cards.answers_pages(card.form, desk.questionnaire, desk.texts)
    page = min(unpack_number(press.arg) or 0, len(pages) - 1)
    return await desk.show(pages[page], cards.answers_keyboard(press.form, page, len(pages), desk.texts))


async def _history(desk: Desk, press: FormPress) -> str | None:
    events = await desk.services.review.history(desk.actor, press.form)
    with suppress(FormNotFound):  # of a deleted form the history is left
        await desk.reads(await desk.services.review.card(desk.actor, press.form))
    text = cards.history_text(press.form, events, desk.questionnaire, desk.texts)
    return await desk.show(text, cards.back_keyboard(press.form, desk.texts))


async def _undo(desk: Desk, press: FormPress) -> str | None:
    return await reviewing.undo(desk, press.form, press.arg)


VERBS: dict[FormVerb, Callable[[Desk, FormPress], Awaitable[str | None]]] = {
    "card": _card,
    "approve": _approve,
    "reject": _reject,
    "because": _because,
    "typed": _typed,
    "changes": _changes,
    "send": _send,
    "words": _words,
    "answers": _answers,
    "history": _history,
    "ask": _ask,
    "undo": _undo,
}


def _chosen_fields(desk: Desk, press: FormPress) -> list[str]:
    chosen = unpack_chosen(press.arg)
    return [field.path for index, field in enumerate(desk.questionnaire.fields) if index in chosen]


def register(router: Router) -> None:
    """Cards' buttons, and the command that opens one."""
    router.message.register(open_form, Command("form"), IsAdmin())
    router.callback_query.register(pressed, FormPress.filter())
