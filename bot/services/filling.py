"""The questionnaire question by question: where a guest is in it, what comes next, what is kept.

A draft is saved after every answer. Changes to a form that was sent wait at the guest's place until they are sent.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import Any, Self
from uuid import UUID

from bot.actor import Actor
from bot.errors import AnswersInvalid, TransitionNotAllowed, VersionStale
from bot.questionnaire import Field, Questionnaire, Value
from bot.questionnaire.codes import AnswerError
from bot.services.clock import Clock, utc_now
from bot.services.forms import FormService, RequestKey
from bot.services.rights import own
from bot.services.statuses import Status
from bot.services.transactions import Transactions
from bot.submission import Submission
from db.forms import FormFilter
from db.records import FormMessage, FormRecord, UserRecord

REMEMBERED_FOR = timedelta(days=7)
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a guest is in a form.

    Attributes:
        field: the path of the question that is asked, "" at the summary.
        todo, done: paths still to ask, paths asked before: the way forth and back.
        editing: the form is no draft: `changes` (path → answer, None takes it away) wait until they are sent.
        reviewed: the summary has been shown: there is a way back to it.
        message: the id of the message that asks; what was written before it is no answer to it.
        heard: the id of the guest's message that was handled last: the same again is a redelivery.
        left: the guest has stopped here, and nothing is asked; what was passed over is known when they come back.
    """

    form: int
    field: str = ""
    todo: Sequence[str] = ()
    done: Sequence[str] = ()
    editing: bool = False
    reviewed: bool = False
    changes: Mapping[str, Value | None] = dataclasses.field(default_factory=dict)
    message: int = 0
    heard: int = 0
    left: bool = False

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> Self | None:
        """What `dump` gave; None for anything else, such as what an older release kept."""
        try:
            return cls(**state)
        except TypeError:
            return None

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def onward(self) -> Self:
        """At the first question of `todo`, or at the summary."""
        path, *todo = self.todo or ("",)
        if not path:
            return self.at_summary()
        return replace(self, field=path, todo=todo)

    def at_summary(self) -> Self:
        """With all answers before the eyes."""
        return replace(self, field="", todo=(), done=(), reviewed=True)

    @property
    def has_way_back(self) -> bool:
        """Whether there is something before this question."""
        return bool(self.done) or self.reviewed

    def back(self) -> Self:
        """At the question before this one, or at the summary."""
        if not self.done:
            return self.at_summary()
        *done, path = self.done
        return replace(self, field=path, todo=(self.field, *self.todo), done=done)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with the answers that the guest has given by now, those that wait included."""

    form: FormRecord
    answers: Mapping[str, Any]


def start(
    questionnaire: Questionnaire, form_id: int, answers: Mapping[str, Any], passed: Collection[str] = ()
) -> Place:
    """At the first question without an answer; `passed` were left without one on purpose."""
    asked = questionnaire.asked(answers)
    todo = [field.path for field in asked if field.given(answers) is None and field.path not in passed]
    place = Place(form_id, todo=todo or missing(questionnaire, answers)).onward()
    before = takewhile(lambda path: path != place.field, (field.path for field in asked))
    return replace(place, done=tuple(before) if place.field else ())


def at(questionnaire: Questionnaire, form_id: int, answers: Mapping[str, Any], path: str) -> Place:
    """At the question of this path, what is before it left behind; `settled` tells whether it is still asked."""
    paths = [field.path for field in questionnaire.asked(answers)]
    if path not in paths:
        return Place(form_id, field=path)
    before = paths[: paths.index(path)]
    first = start(questionnaire, form_id, answers, before)
    todo = [other for other in (first.field, *first.todo) if other not in ("", path, *before)]
    return Place(form_id, field=path, todo=todo, done=before)


def settled(questionnaire: Questionnaire, place: Place, answers: Mapping[str, Any]) -> Place:
    """The same place, unless its question is not asked any more: then where `start` leads."""
    if not place.field or place.field in [field.path for field in questionnaire.asked(answers)]:
        return place
    fresh = start(questionnaire, place.form, answers, place.done)
    return replace(place, field=fresh.field, todo=fresh.todo, done=fresh.done)


def judge(questionnaire: Questionnaire, path: str, given: object) -> Value | None:
    """The answer as it is stored; raises AnswersInvalid with the codes that a whole form would get for it."""
    try:
        return questionnaire.field(path).judge(given, draft=False)
    except AnswerError as error:
        raise AnswersInvalid({path: error.codes}) from error


def step(questionnaire: Questionnaire, place: Place, before: Mapping[str, Any], after: Mapping[str, Any]) -> Place:
    """Where to go once the question is answered; what an answer opens is asked too, what it closes is not."""
    asked = [field.path for field in questionnaire.asked(after)]
    opened = set(asked) - {field.path for field in questionnaire.asked(before)}
    wanted = opened.union(place.todo) - {place.field}
    todo = [path for path in asked if path in wanted] or missing(questionnaire, after)
    done = [path for path in dict.fromkeys((*place.done, place.field)) if path in asked]
    return replace(place, todo=todo, done=done).onward()


def missing(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[str]:
    """The questions without which the form cannot be sent."""
    asked = questionnaire.asked(answers)
    return [field.path for field in asked if field.required and not field.answered(field.given(answers))]


def kept(questionnaire: Questionnaire, form: FormRecord) -> dict[str, Any]:
    """The stored answers that still fit; consents to an older questionnaire's words do not."""
    return questionnaire.keep(questionnaire.standing(form.form_data, form.questionnaire_version))


def merged(questionnaire: Questionnaire, form: FormRecord, place: Place) -> dict[str, Any]:
    """The stored answers that still fit, with the changes that wait."""
    answers = kept(questionnaire, form)
    for path, value in place.changes.items():
        if (known := find(questionnaire, path)) is not None:
            answers = known.put(answers, value)
    return questionnaire.keep(answers)


def find(questionnaire: Questionnaire, path: str) -> Field | None:
    """The field at `path`, if the questionnaire has one."""
    return next((known for known in questionnaire.fields if known.path == path), None)


def _passed(questionnaire: Questionnaire, place: Place | None, form_id: int) -> Collection[str]:
    """The questions of a draft that were asked before: an optional one without an answer was left so on purpose."""
    if place is None or place.form != form_id or place.editing:
        return ()
    return [field.path for field in questionnaire.fields] if place.reviewed else place.done


class FillingService:
    """The rules of filling a form in the chat. Each call is for the form's own guest: FormNotFound for others."""

    def __init__(
        self, transactions: Transactions, questionnaire: Questionnaire, forms: FormService, clock: Clock = utc_now
    ) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._forms = forms
        self._clock = clock

    async def begin(self, actor: Actor, user: UserRecord, key: UUID, place: Place | None) -> Place:
        """Go on with the guest's newest draft, or at `place` if a form is being changed there, or begin a new draft.

        `key` tells the new draft from its repetition. Raises what FormService.submit does.
        """
        drafts = FormFilter(user_id=actor.id, status=Status.DRAFT)
        found = (await self._forms.list(actor, drafts, limit=1)).items
        if found:
            answers = kept(self._questionnaire, found[0])
            return start(self._questionnaire, found[0].id, answers, _passed(self._questionnaire, place, found[0].id))
        if place is not None and place.editing:
            return place
        empty = Submission({}, status=Status.DRAFT)
        stored = await self._forms.submit(actor, user, empty, source="chat", key=RequestKey(key, empty.digest))
        return start(self._questionnaire, stored.form.id, {})

    async def open(self, actor: Actor, form_id: int, last: Place | None = None) -> Place:
        """Go on with a draft, or change a form: what the organisers named first, then the summary.

        `last` is where the guest was before, in this form or another.

        Raises FormNotFound, TransitionNotAllowed (it was cancelled).
        """
        async with self._transactions.read() as transaction:
            form = own(actor, await transaction.forms.get(form_id))
            decision = await transaction.history.decision(form_id)
        answers = kept(self._questionnaire, form)
        if form.status == Status.DRAFT:
            return start(self._questionnaire, form_id, answers, _passed(self._questionnaire, last, form_id))
        if form.status == Status.CANCELLED:
            raise TransitionNotAllowed(form.status, Status.SUBMITTED)
        details = (decision.event.details if decision and form.status == Status.NEEDS_CHANGES else None) or {}
        asked = [known.path for known in self._questionnaire.asked(answers)]
        named = [path for path in asked if path in (details.get("fields") or ())]
        return Place(form_id, todo=named or missing(self._questionnaire, answers), editing=True, reviewed=True).onward()

    async def sheet(self, actor: Actor, place: Place) -> Sheet:
        """The form at a place.

        Raises FormNotFound, TransitionNotAllowed (another device has sent the draft, or the form was cancelled).
        """
        async with self._transactions.read() as transaction:
            form = own(actor, await transaction.forms.get(place.form))
        if (form.status == Status.DRAFT) == place.editing or form.status == Status.CANCELLED:
            raise TransitionNotAllowed(form.status, Status.DRAFT)
        return Sheet(form, merged(self._questionnaire, form, place))

    async def answer(self, actor: Actor, place: Place, given: object) -> Place:
        """Keep what is answered to the question at a place (None: nothing), as the page would send it; the next place.

        Raises as `sheet`, and AnswersInvalid, QuestionnaireClosed, VersionStale (the form changes all the time).
        """
        asked, value = self._questionnaire.field(place.field), judge(self._questionnaire, place.field, given)
        for _ in range(_ATTEMPTS):
            sheet = await self.sheet(actor, place)
            after = self._questionnaire.keep(asked.put(sheet.answers, value))
            if after != sheet.answers and place.editing:
                place = replace(place, changes={**place.changes, place.field: value})
            elif after != sheet.answers and not await self._save(actor, sheet.form, after):
                continue
            return step(self._questionnaire, place, sheet.answers, after)
        raise VersionStale(sheet.form.version)

    async def _save(self, actor: Actor, form: FormRecord, answers: Mapping[str, Any]) -> bool:
        """Save a draft; False when another device has changed it meanwhile."""
        try:
            await self._forms.update(actor, form.id, Submission(answers), expected=[form.version])
        except VersionStale:
            return False
        return True

    async def send(self, actor: Actor, place: Place, version: int) -> FormRecord:
        """Submit the form as it was shown, at that version of it.

        Raises as `sheet`, and VersionStale, AnswersInvalid, QuestionnaireClosed.
        """
        sheet = await self.sheet(actor, place)
        submission = Submission(sheet.answers, status=Status.SUBMITTED)
        return (await self._forms.update(actor, place.form, submission, expected=[version])).form

    async def question(self, chat_id: int) -> FormMessage | None:
        """The message that asks in a private chat; its state holds the field's path and whether a form is changed."""
        since = self._clock() - REMEMBERED_FOR
        async with self._transactions.read() as transaction:
            return await transaction.form_messages.newest(chat_id, ("question",), since)

    async def recover(self, actor: Actor, asked: FormMessage) -> Place | None:
        """The place of a draft's question, when only the message that asks it is remembered; None if it is no draft.

        Raises FormNotFound.
        """
        async with self._transactions.read() as transaction:
            form = own(actor, await transaction.forms.get(asked.form_id))
        if form.status != Status.DRAFT or asked.state.get("editing"):
            return None
        answers, path = kept(self._questionnaire, form), str(asked.state.get("field", ""))
        place = at(self._questionnaire, form.id, answers, path) if path else Place(form.id).at_summary()
        return replace(place, message=asked.message_id)

    async def asked(self, chat_id: int, place: Place, before: int) -> None:
        """The message of a place asks now, in place of the message `before`."""
        state = {"field": place.field, "editing": place.editing}
        message = FormMessage(chat_id, place.message, place.form, "question", state, self._clock())
        async with self._transactions.write() as transaction:
            if before != place.message:
                await transaction.form_messages.take(chat_id, before)
            await transaction.form_messages.put(message)
