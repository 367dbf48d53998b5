"""`/fill`: the questionnaire question by question, for clients that cannot open the page.

Only these handlers read the FSM, and only once a message that asks was found in the database: Redis may be away for
everything else.
"""

from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot.actor import Actor
from bot.errors import AnswersInvalid
from bot.handlers import filling_presses
from bot.handlers.filters import IsPrivate
from bot.handlers.interview import ENDS, Interview, InterviewMiddleware
from bot.handlers.replies import reply
from bot.handlers.words import closed_words
from bot.locales import Texts
from bot.messages.guest_buttons import FillPress
from bot.messages.phrases import status_word
from bot.questionnaire import Field
from bot.services import FormFilter, FormMessage, FormRecord, Services
from bot.services.conversations import PROMPTS
from bot.services.filling import Place
from bot.services.statuses import Status


class IsAnswer(Filter):
    """The message is said to a question: gives `asked`, and `doubt`, the words why it may be meant otherwise.

    Commands win over answers, and so does a reply to what an organiser wrote.
    """

    async def __call__(self, message: Message, services: Services, actor: Actor) -> bool | dict[str, object]:
        """By the newest message that asks in this private chat (Bot API, Message.reply_to_message)."""
        if message.chat.id != actor.id or (message.text or "").startswith("/"):
            return False
        asked = await services.filling.question(message.chat.id)
        if asked is None:
            return False
        doubt = await _doubt(message, asked, services, actor)
        return False if doubt is None else {"asked": asked, "doubt": doubt}


async def _doubt(message: Message, asked: FormMessage, services: Services, actor: Actor) -> str | None:
    """Why the message may be no answer, "" for no reason; None when it is somebody else's."""
    original = message.reply_to_message
    if original is not None:
        about = await services.conversations.about(message.chat.id, original.message_id)
        if about is not None and about.purpose != "question":
            return None
        return "" if original.message_id == asked.message_id else "fill-other-message"
    prompt = await services.conversations.open_prompt(actor)
    if prompt is None or prompt.created_at < asked.created_at:
        return ""
    return None if prompt.purpose in PROMPTS or not asked.state.get("field") else "fill-for-organisers"


async def fill(message: Message, interview: Interview, services: Services, texts: Texts) -> SendMessage | None:
    """`/fill`: begin, or go on with the newest draft."""
    before, actor = await interview.last(), interview.actor
    if before is not None and message.message_id <= before.heard:
        return None
    availability = services.forms.availability()
    if availability != "open" and not actor.is_admin:
        return reply(message, closed_words(services.questionnaire, availability, texts))
    latest = (await services.forms.list(actor, FormFilter(user_id=actor.id), limit=1)).items
    key = uuid5(NAMESPACE_URL, f"tg://{interview.bot.id}/{message.chat.id}/{message.message_id}")
    try:
        place = await services.filling.begin(actor, interview.user, key, before)
        greeting = _greeting(place, latest[0] if latest else None, texts)
        await interview.begin(replace(place, heard=message.message_id), greeting)
    except ENDS as error:
        return reply(message, await interview.end(error, before.form if before else 0))
    return None


def _greeting(place: Place, latest: FormRecord | None, texts: Texts) -> str:
    if place.editing:
        return texts("fill-editing", number=str(place.form))
    if latest is not None and place.form <= latest.id:
        return texts("fill-continued", number=str(place.form))
    if latest is None or latest.status == Status.CANCELLED:
        return texts("fill-begun")
    another = texts("fill-another", number=str(latest.id), status=status_word(latest.status, texts))
    return f"{texts('fill-begun')}\n\n{another}"


async def answered(
    message: Message, asked: FormMessage, doubt: str, interview: Interview, texts: Texts
) -> SendMessage | None:
    """What a guest says to a question."""
    try:
        place = await interview.current(asked)
        if place is None:
            await interview.open(asked.form_id, texts("fill-restarted"))
        elif message.message_id > place.heard:
            return await _hear(message, replace(place, heard=message.message_id), doubt, interview)
    except ENDS as error:
        return reply(message, await interview.end(error, asked.form_id), reply_markup=interview.usual_keyboard())
    return None


async def _hear(message: Message, place: Place, doubt: str, interview: Interview) -> SendMessage | None:
    question, texts = await interview.question(place), interview.texts
    if question.place.field != place.field:
        doubt = "fill-question-changed"
    elif message.message_id < place.message:
        doubt = "fill-early"
    if doubt:
        await interview.show(question.place, words=texts(doubt))
        return None
    if not place.field:
        return reply(message, texts("fill-at-summary"))
    if message.contact is not None and not question.field.takes_contact:
        # It comes also when the page asks Telegram for the phone number.
        return None
    given = _said(message, question.field, texts)
    return reply(message, texts("fill-text-only")) if given is None else await _take(message, place, given, interview)


def _said(message: Message, field: Field, texts: Texts) -> object:
    """As the page would send it, None for what is no answer; Telegram gives a contact's number without its plus."""
    if message.contact is not None:
        return "+" + message.contact.phone_number.lstrip("+")
    return None if message.text is None else field.typed(message.text, texts.language, texts.plain)


async def _take(message: Message, place: Place, given: object, interview: Interview) -> SendMessage | None:
    try:
        after = await interview.services.filling.answer(interview.actor, place, given)
    except AnswersInvalid as error:
        return reply(message, interview.mend(error))
    await interview.move(place, after, phone=str(given))
    return None


async def edited(message: Message, services: Services, texts: Texts) -> SendMessage | None:
    """A message that was changed afterwards is no answer: said only to one who is being asked."""
    if message.text is None or await services.filling.question(message.chat.id) is None:
        return None
    return reply(message, texts("fill-edited-message"))


def create_router(fsm: FSMContextMiddleware) -> Router:
    """The router of the questionnaire in the chat."""
    router = Router(name="filling")
    for observer in (router.message, router.callback_query):
        # Inner middlewares: they run once a filter has matched.
        observer.middleware(fsm)
        observer.middleware(InterviewMiddleware())
    router.message.register(fill, Command("fill"), IsPrivate())
    router.message.register(answered, IsPrivate(), IsAnswer())
    router.edited_message.register(edited, IsPrivate())
    router.callback_query.register(filling_presses.pressed, FillPress.filter())
    return router
