"""One gentle reminder for a draft that was left."""

from datetime import timedelta

from bot.errors import FormNotFound
from bot.questionnaire import Questionnaire
from bot.services.clock import Clock, utc_now
from bot.services.outbox import OutboxService
from bot.services.statuses import Status
from bot.services.transactions import Transactions
from db.outbox import BULK_PRIORITY
from db.records import FormRecord, NewMessage

AT_ONCE = 100


class ReminderService:
    """Reminds guests of drafts that nobody has touched for `after`; not at all when that is 0."""

    def __init__(
        self,
        transactions: Transactions,
        questionnaire: Questionnaire,
        outbox: OutboxService,
        clock: Clock = utc_now,
        after: timedelta = timedelta(),
    ) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._outbox = outbox
        self._clock = clock
        self._after = after

    @property
    def is_on(self) -> bool:
        """Whether anybody is reminded."""
        return bool(self._after)

    async def remind(self) -> int:
        """Remind all who are due, in this replica or another; how many were."""
        total = 0
        while self.is_on and self._is_open():
            claimed, reminded = await self._remind_some()
            total += reminded
            if claimed < AT_ONCE:
                break
        if total:
            self._outbox.wake()
        return total

    async def draft(self, form_id: int) -> FormRecord:
        """The draft, if there is still something to be reminded of; raises FormNotFound."""
        async with self._transactions.read() as transaction:
            form = await transaction.forms.get(form_id)
        if form is None or form.status != Status.DRAFT or not self._is_open():
            raise FormNotFound
        return form

    async def _remind_some(self) -> tuple[int, int]:
        async with self._transactions.write() as transaction:
            now = self._clock()
            claimed = await transaction.reminders.claim(now - self._after, now, most=AT_ONCE)
            due = await transaction.reminders.to_remind(claimed)
            reminders = [NewMessage("reminder", user_id, form_id, priority=BULK_PRIORITY) for form_id, user_id in due]
            await transaction.outbox.add(reminders, now)
        return len(claimed), len(due)

    def _is_open(self) -> bool:
        return self._questionnaire.availability(self._clock()) == "open"
