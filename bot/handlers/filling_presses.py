"""Buttons of the questionnaire in the chat."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from html import unescape

from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery

from bot.errors import AnswersInvalid, VersionStale
from bot.handlers.desk import toast
from bot.handlers.interview import ENDS, Interview
from bot.messages import filling
from bot.messages.buttons import unpack_chosen
from bot.messages.guest_buttons import FillPress
from bot.services.filling import Place

type Told = str | None
"""The message id of what is said over the chat, if anything."""
type Verb = Callable[[Interview, Place, str], Awaitable[Told]]


async def pressed(query: CallbackQuery, callback_data: FillPress, interview: Interview) -> AnswerCallbackQuery:
    """A button of the questionnaire, or one elsewhere that opens a form."""
    message_id = query.message.message_id if query.message else 0
    if interview.chat_id != interview.actor.id:
        return toast(query, interview.texts.plain("old-button"), alert=True)
    try:
        told = await _press(callback_data, message_id, interview)
    except ENDS as error:
        await interview.say(await interview.end(error, callback_data.form))
        told = None
    except AnswersInvalid as error:
        return toast(query, unescape(interview.mend(error)), alert=True)
    return toast(query, interview.texts.plain(told), alert=True) if told else toast(query)


async def _press(press: FillPress, message_id: int, interview: Interview) -> Told:
    if press.verb == "open":
        return await _open(press.form, interview)
    asked = await interview.services.conversations.about(interview.chat_id, message_id)
    if asked is None or asked.purpose != "question" or asked.form_id != press.form:
        return await _old(interview)
    place = await interview.current(asked)
    if place is None:
        await interview.open(asked.form_id, interview.texts("fill-restarted"))
        return None
    if place.message != message_id:
        return "fill-old-question"
    return await _at(place, press, interview)


async def _open(form_id: int, interview: Interview) -> Told:
    place = await interview.place()
    if place is not None and place.form == form_id:
        # Changes that wait are not lost by a second press.
        await interview.show(place)
        return None
    await interview.open(form_id, "")
    return None


async def _old(interview: Interview) -> Told:
    going_on = await interview.services.filling.question(interview.chat_id)
    return "fill-old-question" if going_on else "fill-not-going-on"


async def _at(place: Place, press: FillPress, interview: Interview) -> Told:
    """A button under the message that asks now, or that asked when it was pressed twice."""
    if press.verb in SUMMARY:
        return "fill-old-question" if place.field else await SUMMARY[press.verb](interview, place, press.arg)
    if press.verb not in QUESTION or not place.field:
        return "fill-old-question"
    question = await interview.question(place)
    mark, _, arg = press.arg.partition(".")
    if question.place.field != place.field:
        await interview.show(question.place, words=interview.texts("fill-question-changed"))
        return None
    if mark != filling.token(question.field):
        return "fill-old-question"
    return await QUESTION[press.verb](interview, place, arg)


async def _answer(interview: Interview, place: Place, given: object) -> Told:
    after = await interview.services.filling.answer(interview.actor, place, given)
    await interview.move(place, after, over=True)
    return None


async def _chosen(interview: Interview, place: Place, arg: str) -> Told:
    field = interview.questionnaire.field(place.field)
    return await _answer(interview, place, field.pressed(unpack_chosen(arg)))


async def _tick(interview: Interview, place: Place, arg: str) -> Told:
    question = await interview.question(place)
    markup = filling.question_keyboard(question, unpack_chosen(arg))
    await interview.put(filling.question_text(question), markup, place.message)
    return None


async def _clear(interview: Interview, place: Place, _arg: str) -> Told:
    return await _answer(interview, place, None)


async def _keep(interview: Interview, place: Place, _arg: str) -> Told:
    return await _answer(interview, place, (await interview.question(place)).value)


async def _back(interview: Interview, place: Place, _arg: str) -> Told:
    if not place.has_way_back:
        return "fill-old-question"
    await interview.move(place, place.back(), over=True)
    return None


async def _page(interview: Interview, place: Place, arg: str) -> Told:
    sheet = (await interview.question(place)).sheet
    await interview.put(*interview.summary(sheet, place, _number(arg)), place.message)
    return None


async def _menu(interview: Interview, place: Place, arg: str) -> Told:
    sheet = (await interview.question(place)).sheet
    text, markup = filling.menu(sheet, place, interview.questionnaire, interview.texts, _number(arg))
    await interview.put(text, markup, place.message)
    return None


async def _edit(interview: Interview, place: Place, arg: str) -> Told:
    sheet = (await interview.question(place)).sheet
    asked = interview.questionnaire.asked(sheet.answers)
    path = next((field.path for field in asked if filling.token(field) == arg), None)
    if path is None:
        return "fill-old-question"
    await interview.show(replace(place, field=path), over=True)
    return None


async def _send(interview: Interview, place: Place, arg: str) -> Told:
    try:
        form = await interview.services.filling.send(interview.actor, place, _number(arg))
    except VersionStale:
        await interview.show(place, over=True)
        return "fill-changed-elsewhere"
    except AnswersInvalid as error:
        there = replace(place, todo=list(error.errors)).onward()
        await interview.show(there, over=True, words=interview.texts("fill-still-missing"))
        return None
    await interview.stop()
    await interview.put(filling.sent_text(form, interview.texts), None, place.message)
    return None


async def _later(interview: Interview, place: Place, _arg: str) -> Told:
    await interview.stop()
    await interview.put(filling.stopped_text(place, interview.texts), None, place.message)
    return None


QUESTION: Mapping[str, Verb] = {
    "pick": _chosen,
    "done": _chosen,
    "tick": _tick,
    # What another device has answered meanwhile is not taken away by a skip.
    "skip": _keep,
    "clear": _clear,
    "keep": _keep,
    "back": _back,
}
SUMMARY: Mapping[str, Verb] = {"page": _page, "menu": _menu, "edit": _edit, "send": _send, "later": _later}


def _number(arg: str) -> int:
    return int(arg) if arg.isdecimal() else 0
