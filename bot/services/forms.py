"""Forms: submit, read, list, change, delete. Every right is checked here, by actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.actor import Actor
from bot.errors import (
    AnswersInvalid,
    BalBotError,
    Conflict,
    Forbidden,
    FormNotFound,
    IdempotencyKeyReused,
    QuestionnaireClosed,
    VersionStale,
)
from bot.metrics import FORMS
from bot.questionnaire import Questionnaire
from bot.services import consequences
from bot.services.clock import Clock, utc_now
from bot.services.erasing import erase
from bot.services.group_commit import GroupCommit
from bot.services.outbox import OutboxService
from bot.services.rights import require_admin, require_owner, visible
from bot.services.statuses import DECISIONS, Side, Status, after_edit, check_transition
from bot.services.transactions import Transaction, Transactions
from bot.submission import Submission, is_user_id
from db.forms import FormFilter
from db.records import EventRecord, FormRecord, IdempotencyRecord, NewForm, Stored, UserRecord

_DEFAULT_STATUS = {"mini_app": Status.SUBMITTED, "api": Status.DRAFT, "chat": Status.DRAFT}


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What tells a request from its repetition: the submission_id, or one derived from actor and Idempotency-Key.

    `request_hash` is the SHA-256 of the request; `keeps_answer` under an Idempotency-Key: the first answer is kept.
    """

    id: UUID
    request_hash: str
    keeps_answer: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some forms and the number to go on below, None at the end."""

    items: Sequence[FormRecord]
    next: int | None


class FormService:
    """The rules of a form's life."""

    def __init__(
        self,
        transactions: Transactions,
        questionnaire: Questionnaire,
        outbox: OutboxService,
        clock: Clock = utc_now,
        card_chats: Sequence[int] = (),
    ) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._outbox = outbox
        self._clock = clock
        self._card_chats = card_chats
        self._group_commit = GroupCommit(self._store)

    async def close(self) -> None:
        """Finish what is being stored."""
        await self._group_commit.close()

    def availability(self) -> str:
        """`open`, `not_yet_open` or `closed`, now."""
        return self._questionnaire.availability(self._clock())

    async def submit(
        self, actor: Actor, user: UserRecord | None, submission: Submission, *, source: str, key: RequestKey
    ) -> Stored:
        """Store a new form, a draft or a submitted one; the same submission again is answered as the first was.

        Raises AnswersInvalid, QuestionnaireClosed, Forbidden, FormNotFound (it was deleted since),
        IdempotencyKeyReused, DatabaseUnavailable.
        """
        owner = _owner(actor, user, submission, on_behalf=source == "api")
        try:
            new = self._new(actor, owner, submission, source, key)
            stored = await self._group_commit.submit(new)
        except (AnswersInvalid, QuestionnaireClosed) as error:
            # What was accepted once is answered so again, whatever has changed since.
            stored = await self._stored_before(owner.id, key.id, error)
        except Conflict:
            raise IdempotencyKeyReused from None
        FORMS.labels(source, "replayed" if stored.replayed else "stored").inc()
        return await self._first_answer(stored, key) if stored.replayed else stored

    async def latest(self, actor: Actor, user_id: int) -> FormRecord:
        """A user's newest form; FormNotFound when there is none for this actor."""
        require_owner(actor, user_id)
        async with self._transactions.read() as transaction:
            return visible(actor, await transaction.forms.latest(user_id))

    async def list(self, actor: Actor, wanted: FormFilter, *, limit: int, before: int | None = None) -> Page:
        """Forms, newest first: a guest's own ones, or any for an admin (Forbidden for others)."""
        if wanted.user_id is None:
            require_admin(actor)
        else:
            require_owner(actor, wanted.user_id)
        async with self._transactions.read() as transaction:
            found = await transaction.forms.page(wanted, limit=limit + 1, before=before)
        items = found[:limit]
        return Page(items, items[-1].id if len(found) > limit else None)

    async def decisions(self, actor: Actor, found: Sequence[FormRecord]) -> Mapping[int, EventRecord]:
        """Form → the decision it stands under, of the actor's own forms (of any for an admin)."""
        decided = [visible(actor, form).id for form in found if form.status in DECISIONS]
        if not decided:
            return {}
        async with self._transactions.read() as transaction:
            return await transaction.history.decisions(decided)

    async def history(self, actor: Actor, form_id: int) -> Sequence[EventRecord]:
        """Who did what and when to one form, deleted or not, for an admin."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            return await transaction.history.of(form_id)

    async def update(
        self,
        actor: Actor,
        form_id: int,
        submission: Submission,
        *,
        expected: Collection[int] | None = None,
        key: RequestKey | None = None,
    ) -> Stored:
        """Replace a form's answers, or its status, or both; `expected` are the versions the caller has read.

        Raises FormNotFound, VersionStale, Forbidden, TransitionNotAllowed, AnswersInvalid, QuestionnaireClosed,
        IdempotencyKeyReused, DatabaseUnavailable.
        """
        if submission.answers is None and submission.status is None:
            raise AnswersInvalid({"": ["nothing_to_change"]})
        try:
            async with self._transactions.write() as transaction:
                form = visible(actor, await transaction.forms.get_for_change(form_id))
                # Under the form's lock: of the same requests at once, one changes it and the others find its answer.
                if key and (first := await transaction.keys.get(key.id)):
                    return _replay(first.answer, first.request_hash, key)
                if expected is not None and form.version not in expected:
                    raise VersionStale(form.version)
                stored = await self._change(transaction, actor, form, submission, key)
        except Conflict:
            raise IdempotencyKeyReused from None
        self._outbox.wake()
        return stored

    async def delete(self, actor: Actor, form_id: int) -> None:
        """Erase a form's answers for good; its history keeps who and when."""
        async with self._transactions.write() as transaction:
            form = visible(actor, await transaction.forms.get_for_change(form_id))
            await erase(transaction, actor, [form], self._clock())
        await self._transactions.overwrite_deleted()
        self._outbox.wake()

    def _new(self, actor: Actor, owner: UserRecord, submission: Submission, source: str, key: RequestKey) -> NewForm:
        status = _first_status(submission, default=_DEFAULT_STATUS[source])
        self._require_open(actor)
        given = {} if submission.answers is None else submission.answers
        answers = self._questionnaire.clean(given, draft=status == Status.DRAFT)
        return NewForm(
            user=owner,
            submission_id=key.id,
            form_data=answers,
            search_text=self._questionnaire.search_text(answers),
            status=status,
            source=source,
            questionnaire=self._questionnaire.key,
            questionnaire_version=self._questionnaire.version,
            ticket_type=self._questionnaire.ticket_type(answers),
            actor_id=actor.id,
            actor_role=actor.role,
            details=self._details(status, answers),
            request_hash=key.request_hash,
            keeps_answer=key.keeps_answer,
        )

    async def _store(self, batch: Sequence[NewForm]) -> Sequence[Stored]:
        async with self._transactions.write() as transaction:
            stored = await transaction.store(batch, self._clock(), self._card_chats)
        if self._card_chats:
            self._outbox.wake(self._card_chats)
        return stored

    async def _stored_before(self, user_id: int, submission_id: UUID, error: BalBotError) -> Stored:
        async with self._transactions.read() as transaction:
            found = await transaction.forms.find([(user_id, submission_id)])
        if not found:
            raise error
        return Stored(found[user_id, submission_id], replayed=True)

    async def _first_answer(self, stored: Stored, key: RequestKey) -> Stored:
        if stored.form.deleted_at is not None:
            raise FormNotFound
        if stored.form.request_hash != key.request_hash:
            raise IdempotencyKeyReused
        if not key.keeps_answer:
            return stored
        async with self._transactions.read() as transaction:
            first = await transaction.keys.get(key.id)
        return _replay(first.answer, first.request_hash, key) if first else stored

    async def _change(
        self,
        transaction: Transaction,
        actor: Actor,
        form: FormRecord,
        submission: Submission,
        key: RequestKey | None,
    ) -> Stored:
        if submission.user_id not in (None, form.user_id):
            raise Forbidden("a form does not change hands")
        now = self._clock()
        values = self._changed_values(actor, form, submission, now)
        changed = await transaction.forms.change(form, values, now)
        if changed is None:
            raise VersionStale(form.version)
        if not _is_autosave(actor, form, changed):
            action = "edited" if submission.answers is not None else "moved"
            event = _event(actor, form, now, action, changed.status, submission.note)
            before = form if action == "edited" else None
            # Nobody agrees to anything in another's place.
            agrees = actor.owns(form.user_id)
            event = replace(event, details=self._details(changed.status, changed.form_data, before, agrees=agrees))
            await transaction.history.add(event)
            await consequences.follow(transaction, form, changed, event, self._card_chats)
        if key and key.keeps_answer:
            await transaction.keys.add([IdempotencyRecord(key.id, changed.id, key.request_hash, changed)], now)
        return Stored(changed, replayed=False)

    def _changed_values(self, actor: Actor, form: FormRecord, submission: Submission, now: datetime) -> dict[str, Any]:
        status = self._next_status(actor, form, submission)
        submits = status == Status.SUBMITTED != form.status
        values: dict[str, Any] = {"status": status}
        if submits:
            values["submitted_at"] = now
        if submits or submission.answers is not None:
            self._require_open(actor)
            stored = self._questionnaire.standing(form.form_data, form.questionnaire_version)
            answers = stored if submission.answers is None else submission.answers
            values |= self._answer_values(answers, draft=status == Status.DRAFT)
        return values

    def _next_status(self, actor: Actor, form: FormRecord, submission: Submission) -> Status:
        current, sides = Status(form.status), _sides(actor, form)
        if submission.status is not None:
            wanted = _status(submission.status)
            check_transition(current, wanted, sides)
            return wanted
        return after_edit(current, sides)

    def _answer_values(self, answers: object, *, draft: bool) -> dict[str, Any]:
        cleaned = self._questionnaire.clean(answers, draft=draft)
        return {
            "form_data": cleaned,
            "search_text": self._questionnaire.search_text(cleaned),
            "questionnaire": self._questionnaire.key,
            "questionnaire_version": self._questionnaire.version,
            "ticket_type": self._questionnaire.ticket_type(cleaned),
        }

    def _details(
        self, status: str, answers: Mapping[str, Any], before: FormRecord | None = None, *, agrees: bool = True
    ) -> Mapping[str, Any] | None:
        """What the history keeps: the consents a form was submitted with, which answers of it were changed since."""
        details: dict[str, Any] = {}
        if agrees and status == Status.SUBMITTED and (consents := self._questionnaire.consents(answers)):
            details["consents"] = consents
        if before is not None and before.status != Status.DRAFT:
            details["changed"] = self._questionnaire.changed(before.form_data, answers)
        return details or None

    def _require_open(self, actor: Actor) -> None:
        availability = self.availability()
        if availability != "open" and not actor.is_admin:
            raise QuestionnaireClosed(availability)


def _owner(actor: Actor, user: UserRecord | None, submission: Submission, *, on_behalf: bool) -> UserRecord:
    """Whose form it will be: the actor's, or for an admin over REST anybody's."""
    wanted = submission.user_id
    if user is not None and not is_user_id(user.id):
        raise AnswersInvalid({"user_id": ["not_a_user_id"]})
    if user is not None and wanted in (None, user.id):
        return user
    if wanted is None:
        raise AnswersInvalid({"user_id": ["required"]})
    if not (actor.is_admin and on_behalf):
        raise Forbidden("user_id of another guest")
    return UserRecord(wanted)


def _first_status(submission: Submission, *, default: Status) -> Status:
    status = default if submission.status is None else _status(submission.status)
    if status not in (Status.DRAFT, Status.SUBMITTED):
        raise AnswersInvalid({"status": ["not_a_choice"]})
    return status


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise AnswersInvalid({"status": ["not_a_choice"]}) from None


def _sides(actor: Actor, form: FormRecord) -> frozenset[Side]:
    sides = {Side.ADMIN: actor.is_admin, Side.OWNER: actor.owns(form.user_id)}
    return frozenset(side for side, holds in sides.items() if holds)


def _replay(answer: FormRecord, request_hash: str, key: RequestKey) -> Stored:
    if request_hash != key.request_hash:
        raise IdempotencyKeyReused
    return Stored(answer, replayed=True)


def _is_autosave(actor: Actor, before: FormRecord, after: FormRecord) -> bool:
    """Whether a guest's page has saved a draft again: every few seconds, and nobody's decision."""
    return actor.owns(before.user_id) and before.status == after.status == Status.DRAFT


def _event(
    actor: Actor, form: FormRecord, at: datetime, action: str, to_status: str | None, note: str | None = None
) -> EventRecord:
    return EventRecord(form.id, at, actor.id, actor.role, action, form.status, to_status, note)
