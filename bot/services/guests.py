"""A guest's own forms: the list, one form, what may be done with it."""

from dataclasses import dataclass

from bot.actor import Actor
from bot.questionnaire import Questionnaire
from bot.services.clock import Clock, utc_now
from bot.services.forms import FormService
from bot.services.lists import ListPage, read_page
from bot.services.rights import own
from bot.services.statuses import TRANSITIONS, Side, Status
from bot.services.transactions import Transactions
from bot.submission import Submission
from db.forms import FormFilter, Position
from db.records import EventRecord, FormRecord


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A form as its guest sees it; `decision` is the one it stands under, if any."""

    form: FormRecord
    decision: EventRecord | None
    can_edit: bool
    can_cancel: bool


class GuestService:
    """What guests do with their own forms. An admin's own are as any guest's, and others' are not shown here."""

    def __init__(
        self, transactions: Transactions, questionnaire: Questionnaire, forms: FormService, clock: Clock = utc_now
    ) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._forms = forms
        self._clock = clock

    async def page(self, actor: Actor, *, after: Position | None = None, before: Position | None = None) -> ListPage:
        """A page of the actor's forms, newest first."""
        async with self._transactions.read() as transaction:
            return await read_page(transaction, FormFilter(user_id=actor.id), after=after, before=before)

    async def form(self, actor: Actor, form_id: int) -> OwnForm:
        """One of the actor's forms; raises FormNotFound."""
        async with self._transactions.read() as transaction:
            form = own(actor, await transaction.forms.get(form_id))
            decision = await transaction.history.decision(form.id)
        status = Status(form.status)
        return OwnForm(
            form,
            decision.event if decision else None,
            can_edit=status is not Status.CANCELLED and self._forms.availability() == "open",
            can_cancel=status is not Status.DRAFT and status in TRANSITIONS[Side.OWNER][Status.CANCELLED],
        )

    async def cancel(self, actor: Actor, form_id: int) -> None:
        """The guest is not coming; raises FormNotFound, TransitionNotAllowed."""
        form = (await self.form(actor, form_id)).form
        await self._forms.update(actor, form.id, Submission(None, status=Status.CANCELLED))

    async def delete(self, actor: Actor, form_id: int) -> None:
        """Erase one of the actor's forms; raises FormNotFound."""
        form = (await self.form(actor, form_id)).form
        await self._forms.delete(actor, form.id)
