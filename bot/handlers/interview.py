"""One guest's questionnaire in the chat: where they are, the message that asks, the keyboard below the text field."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import (
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    TelegramObject,
    User,
)

from bot.actor import Actor
from bot.errors import AnswersInvalid, BalBotError, FormNotFound, QuestionnaireClosed, TransitionNotAllowed
from bot.handlers.desk import NOT_MODIFIED, chat_of
from bot.handlers.submissions import user_record
from bot.handlers.words import closed_words, mend
from bot.locales import Texts
from bot.messages import filling
from bot.messages.pages import form_keyboard
from bot.questionnaire import Questionnaire
from bot.services import FormMessage, Services, UserRecord
from bot.services.filling import Place, Sheet, find, settled
from bot.services.statuses import Status

LONGEST_WAIT_SECONDS = 8
# What ends a filling: the form cannot be filled in any more.
ENDS = (QuestionnaireClosed, FormNotFound, TransitionNotAllowed)


class Filling(StatesGroup):
    """The state of a guest who is asked."""

    asking = State()


@dataclass(frozen=True, slots=True)
class Interview:
    """One message or press of a guest in a private chat.

    The place is kept by the FSM; which message asks what stands in the database too, so that a process that has
    forgotten the place goes on with the draft.
    """

    bot: Bot
    services: Services
    actor: Actor
    user: UserRecord
    chat_id: int
    texts: Texts
    page_url: str
    state: FSMContext

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions."""
        return self.services.questionnaire

    async def place(self) -> Place | None:
        """Where the guest is, None when nothing is being filled in or it is forgotten."""
        last = await self.last()
        return None if last is None or last.left else last

    async def last(self) -> Place | None:
        """Where the guest is or has stopped."""
        return Place.load(await self.state.get_data())

    async def current(self, asked: FormMessage) -> Place | None:
        """As `place`; a draft's forgotten one is found by the message that asks. Raises FormNotFound."""
        return await self.place() or await self.services.filling.recover(self.actor, asked)

    async def question(self, place: Place) -> filling.Question:
        """What is asked at a place, settled if it is not asked any more; raises what FillingService.sheet does."""
        sheet = await self.services.filling.sheet(self.actor, place)
        now = settled(self.questionnaire, place, sheet.answers)
        return filling.Question(self.questionnaire, now, sheet, self.texts)

    async def begin(self, place: Place, words: str) -> None:
        """Ask at a place, in a message that is not an answer to anything; whatever asked before asks no more."""
        asked = await self.services.filling.question(self.chat_id)
        await self.show(replace(place, message=asked.message_id if asked else 0), words=words)

    async def open(self, form_id: int, words: str) -> None:
        """Begin to change a form, or go on with it. Raises what FillingService.open does."""
        place = await self.services.filling.open(self.actor, form_id, await self.last())
        words = words or self.texts("fill-editing" if place.editing else "fill-continued", number=str(form_id))
        await self.begin(place, words)

    async def move(self, before: Place, after: Place, *, over: bool = False, phone: str | None = None) -> None:
        """Ask at the next place; `over` the message that was pressed, unless the keyboard below it is to come back."""
        left = find(self.questionnaire, before.field)
        if left is not None and left.takes_contact:
            await self._call(
                SendMessage(
                    chat_id=self.chat_id, text=filling.phone_text(phone, self.texts), reply_markup=self.usual_keyboard()
                )
            )
            over = False
        await self.show(after, over=over)

    async def show(self, place: Place, *, over: bool = False, words: str = "") -> None:
        """Ask the question at a place, `words` above it, or show the summary."""
        question = await self.question(place)
        place = question.place
        text, markup = self._rendered(question, words)
        shown = replace(place, message=await self.put(text, markup, place.message if over else 0))
        await self.state.set_state(Filling.asking)
        await self.state.set_data(shown.dump())
        await self.services.filling.asked(self.chat_id, shown, place.message)
        if place.field and question.field.takes_contact:
            hint, keyboard = self.texts("fill-phone-hint"), filling.contact_keyboard(self.texts)
            await self._call(SendMessage(chat_id=self.chat_id, text=hint, reply_markup=keyboard))

    def _rendered(self, question: filling.Question, words: str) -> tuple[str, InlineKeyboardMarkup]:
        if question.place.field:
            text = filling.question_text(question, words)
            return text, filling.question_keyboard(question, filling.ticked(question))
        text, markup = self.summary(question.sheet, question.place)
        return (f"{words}\n\n{text}" if words else text), markup

    def summary(self, sheet: Sheet, place: Place, page: int = 0) -> tuple[str, InlineKeyboardMarkup]:
        """All answers."""
        return filling.summary(sheet, place, self.questionnaire, self.texts, page)

    async def say(self, text: str) -> None:
        """A message of its own, with the usual keyboard below the text field."""
        await self._call(SendMessage(chat_id=self.chat_id, text=text, reply_markup=self.usual_keyboard()))

    def usual_keyboard(self) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
        """The one of the page; without a page, none."""
        return form_keyboard(self.page_url, self.texts) or ReplyKeyboardRemove(remove_keyboard=True)

    async def stop(self) -> Place | None:
        """Leave: nothing is asked any more. Where the guest was, None when nothing was being filled in."""
        asked = await self.services.filling.question(self.chat_id)
        place = await self.place()
        if asked is not None:
            await self.services.conversations.forget(self.chat_id, asked.message_id)
            place = place or Place(asked.form_id, editing=bool(asked.state.get("editing")))
        if place is None:
            return None
        await self.state.clear()
        if not place.editing:
            await self.state.set_data(replace(place, left=True).dump())
        return place

    async def end(self, error: BalBotError, form_id: int) -> str:
        """One of ENDS has happened: leave, and say why."""
        await self.stop()
        number = str(form_id)
        match error:
            case QuestionnaireClosed(code=code):
                return closed_words(self.questionnaire, code, self.texts)
            case TransitionNotAllowed(current=Status.CANCELLED):
                return self.texts("fill-cancelled-form", number=number)
            case TransitionNotAllowed():
                return self.texts("fill-not-draft", number=number)
            case _:
                return self.texts("fill-gone")

    def mend(self, error: AnswersInvalid) -> str:
        """What to do about the answer, in the words that the page has for it."""
        [(path, codes)] = error.errors.items()
        return str(mend(self.questionnaire, path, codes[0], self.texts))

    async def put(self, text: str, markup: InlineKeyboardMarkup | None, over: int) -> int:
        """Show this in place of the message `over`, or as a new one; the id of the message that shows it."""
        if over:
            edit = EditMessageText(chat_id=self.chat_id, message_id=over, text=text, reply_markup=markup)
            try:
                await self._call(edit)
            except TelegramBadRequest as error:
                if NOT_MODIFIED not in error.message:
                    return await self.put(text, markup, 0)
            return over
        return (await self._call(SendMessage(chat_id=self.chat_id, text=text, reply_markup=markup))).message_id

    async def _call[T](self, method: TelegramMethod[T]) -> T:
        """A call of the Bot API, once more when Telegram asks to wait a little."""
        try:
            return await self.bot(method)
        except TelegramRetryAfter as error:
            if error.retry_after > LONGEST_WAIT_SECONDS:
                raise
            await asyncio.sleep(error.retry_after)
            return await self.bot(method)


class InterviewMiddleware(BaseMiddleware):
    """Hands over the guest's `interview`; stands behind the FSM's own middleware."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> object:
        """Give the handler its interview."""
        user: User = data["event_from_user"]
        data["interview"] = Interview(
            bot=data["bot"],
            services=data["services"],
            actor=data["actor"],
            user=user_record(user),
            chat_id=chat_of(event) or user.id,
            texts=data["texts"],
            page_url=data["page_url"],
            state=data["state"],
        )
        return await handler(event, data)
