"""How the guest list grows and what its guests need, in numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actor import Actor
from bot.questionnaire import Field, Questionnaire
from bot.services.clock import Clock, utc_now
from bot.services.rights import require_admin
from bot.services.statuses import Status
from bot.services.transactions import Transaction, Transactions

# Free texts differ by a letter: as many of them are read as may matter once they are put together.
READ_ANSWERS = 2_000


@dataclass(frozen=True, slots=True)
class Answers:
    """How often each answer of a field was given, the most frequent first; texts that differ in case are one."""

    field: Field
    counts: Sequence[tuple[str | bool, int]]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that `/stats` tells.

    Attributes:
        started, submitted, approved: how far forms have come: begun, ever submitted, approved now.
        days: every day from the first submission to today, in the event's time zone.
        answers: of the fields that are counted; without drafts, rejected and cancelled forms.
        sums: of the whole numbers that are counted: status → sum.
    """

    by_status: Mapping[str, int]
    started: int
    submitted: int
    approved: int
    days: Sequence[tuple[date, int]]
    answers: Sequence[Answers]
    sums: Sequence[tuple[Field, Mapping[str, int]]]


class StatisticsService:
    """Numbers for admins."""

    def __init__(self, transactions: Transactions, questionnaire: Questionnaire, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._questionnaire = questionnaire
        self._clock = clock

    async def collect(self, actor: Actor) -> Statistics:
        """Everything, counted now."""
        require_admin(actor)
        zone = self._questionnaire.timezone
        counted = [field for field in self._questionnaire.fields if field.stats]
        async with self._transactions.read() as transaction:
            by_status = await transaction.forms.count_by_status()
            quarters = await transaction.statistics.by_quarter()
            return Statistics(
                by_status=by_status,
                started=sum(by_status.values()),
                submitted=await transaction.statistics.submitted(),
                approved=by_status.get(Status.APPROVED, 0),
                days=by_day(quarters, zone, self._clock().astimezone(zone).date()),
                answers=[await _answers(transaction, field) for field in counted if field.kind != "integer"],
                sums=[(field, await _sums(transaction, field)) for field in counted if field.kind == "integer"],
            )


async def _answers(transaction: Transaction, field: Field) -> Answers:
    found: Counter[str] = Counter()
    shown: dict[str, str | bool] = {}
    for text, number in await transaction.statistics.answers(_path(field), most=READ_ANSWERS):
        for answer in field.counted(str(text)):
            key = " ".join(str(answer).casefold().split())
            found[key] += number
            shown.setdefault(key, answer)
    return Answers(field, [(shown[key], number) for key, number in found.most_common()])


async def _sums(transaction: Transaction, field: Field) -> Mapping[str, int]:
    return dict(await transaction.statistics.numbers(_path(field)))


def _path(field: Field) -> Sequence[str]:
    return field.path.split(".")


def by_day(quarters: Sequence[tuple[datetime, int]], zone: ZoneInfo, today: date) -> list[tuple[date, int]]:
    """Quarters of hours put together to days of the zone, those without any included; [] when there are none."""
    found: Counter[date] = Counter()
    for begins, number in quarters:
        found[begins.astimezone(zone).date()] += number
    if not found:
        return []
    first, last = min(found), max(*found, today)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, found[day]) for day in days]
