"""The list of forms as admins page through it: filters under short names, pages both ways, the next one to review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.actor import Actor
from bot.services.clock import Clock, utc_now
from bot.services.filters import as_json, filter_id, from_json
from bot.services.rights import require_admin
from bot.services.statuses import Status
from bot.services.transactions import Transaction, Transactions
from db.forms import FormFilter, Position
from db.records import FormRecord

PAGE = 8


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some forms of a filter, `total` in all; `before` and `after` are where the neighbouring pages go on."""

    items: Sequence[FormRecord]
    total: int
    before: Position | None
    after: Position | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many forms stand in each status, and how many messages will never arrive."""

    by_status: Mapping[str, int]
    undelivered: int


class ListService:
    """Lists for admins."""

    def __init__(self, transactions: Transactions, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._clock = clock

    async def save(self, actor: Actor, wanted: FormFilter) -> str:
        """The filter's short name (11 characters), the same for the same filter; kept for 90 days after it was used."""
        require_admin(actor)
        content = as_json(wanted)
        name = filter_id(content)
        async with self._transactions.write() as transaction:
            await transaction.saved_filters.put(name, content, self._clock())
        return name

    async def load(self, actor: Actor, name: str) -> FormFilter | None:
        """The filter of a name, None when it is too old."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            content = await transaction.saved_filters.get(name)
        return None if content is None else from_json(content)

    async def counts(self, actor: Actor) -> Counts:
        """What `/forms` begins with."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            by_status = await transaction.forms.count_by_status()
            return Counts(by_status, await transaction.outbox.count_undelivered())

    async def page(
        self, actor: Actor, wanted: FormFilter, *, after: Position | None = None, before: Position | None = None
    ) -> ListPage:
        """A page of the list, newest first; of forms that wait for review the oldest first."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            return await read_page(transaction, wanted, after=after, before=before)

    async def next_waiting(self, actor: Actor, wanted: FormFilter, after: Position | None) -> FormRecord | None:
        """The form to review next: of those of the filter that wait, the one after `after`."""
        require_admin(actor)
        waiting = replace(wanted, status=Status.SUBMITTED)
        async with self._transactions.read() as transaction:
            found = await transaction.forms.waiting(waiting, limit=1, after=after)
        return found[0] if found else None

    async def waiting(self, actor: Actor, wanted: FormFilter) -> int:
        """How many forms of the filter wait for review."""
        return await self.count(actor, replace(wanted, status=Status.SUBMITTED))

    async def count(self, actor: Actor, wanted: FormFilter) -> int:
        """How many forms the filter has."""
        require_admin(actor)
        async with self._transactions.read() as transaction:
            return await transaction.forms.count(wanted)


async def read_page(
    transaction: Transaction, wanted: FormFilter, *, after: Position | None = None, before: Position | None = None
) -> ListPage:
    """A page of a filter's forms; the caller knows that they may be shown."""
    found = await _find(transaction, wanted, after=after, before=before)
    total = await transaction.forms.count(wanted)
    items = found[-PAGE:] if before else found[:PAGE]
    if before is after is None:
        items = await _exact_first(transaction, wanted, items)
    more = len(found) > PAGE
    earlier, later = (more, True) if before else (after is not None, more)
    return ListPage(
        items,
        total,
        position(items[0], wanted) if items and earlier else None,
        position(items[-1], wanted) if items and later else None,
    )


async def _exact_first(
    transaction: Transaction, wanted: FormFilter, items: Sequence[FormRecord]
) -> Sequence[FormRecord]:
    """Of a search for "17", which finds phones too, form 17 comes first."""
    if wanted.number is None or not wanted.words:
        return items
    exact = await transaction.forms.page(replace(wanted, words=()), limit=1)
    return [*exact, *(form for form in items if form not in exact)]


async def _find(
    transaction: Transaction, wanted: FormFilter, *, after: Position | None, before: Position | None
) -> Sequence[FormRecord]:
    """One form more than a page has."""
    forms, limit = transaction.forms, PAGE + 1
    if is_waiting(wanted):
        if before:
            return await forms.waiting_before(wanted, limit=limit, before=before)
        return await forms.waiting(wanted, limit=limit, after=after)
    if before:
        return await forms.page_after(wanted, limit=limit, after=before.id)
    return await forms.page(wanted, limit=limit, before=after.id if after else None)


def is_waiting(wanted: FormFilter) -> bool:
    """Whether the list shows forms that wait for review: the oldest of them comes first."""
    return wanted.status == Status.SUBMITTED


def position(form: FormRecord, wanted: FormFilter) -> Position:
    """Where this form stands in the list of a filter."""
    return Position(form.id, form.submitted_at if is_waiting(wanted) else None)
