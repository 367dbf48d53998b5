"""The rules of Bal Bot; knows neither Telegram nor HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.questionnaire import Questionnaire
from bot.services.clock import Clock, utc_now
from bot.services.conversations import ConversationService
from bot.services.dead_letters import DeadLetterService
from bot.services.exports import Exported, ExportOrder, ExportService
from bot.services.filling import FillingService
from bot.services.forms import FormService, Page, RequestKey
from bot.services.guests import GuestService, OwnForm
from bot.services.health import HealthService
from bot.services.lists import Counts, ListPage, ListService
from bot.services.outbox import OutboxService
from bot.services.privacy import Kept, PrivacyService
from bot.services.reminders import ReminderService
from bot.services.review import Card, Decision, ReviewService
from bot.services.statistics import Statistics, StatisticsService
from bot.services.transactions import Transactions
from bot.services.users import UserService
from db.engine import Database
from db.forms import FormFilter, Position
from db.records import (
    Digest,
    EventRecord,
    FormMessage,
    FormRecord,
    KnownUser,
    MessageKey,
    NamedEvent,
    OutboxRecord,
    Stored,
    UserRecord,
)

__all__ = [
    "Card",
    "Counts",
    "Decision",
    "Digest",
    "EventRecord",
    "ExportOrder",
    "Exported",
    "FormFilter",
    "FormMessage",
    "FormRecord",
    "Kept",
    "KnownUser",
    "ListPage",
    "MessageKey",
    "NamedEvent",
    "OutboxRecord",
    "OwnForm",
    "Page",
    "Position",
    "RequestKey",
    "Services",
    "Statistics",
    "Stored",
    "UserRecord",
    "create_services",
]


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers and routes are given."""

    questionnaire: Questionnaire
    card_chats: Sequence[int]
    forms: FormService
    filling: FillingService
    guests: GuestService
    review: ReviewService
    lists: ListService
    statistics: StatisticsService
    exports: ExportService
    conversations: ConversationService
    outbox: OutboxService
    users: UserService
    privacy: PrivacyService
    reminders: ReminderService
    dead_letters: DeadLetterService
    health: HealthService


def create_services(
    database: Database,
    questionnaire: Questionnaire,
    clock: Clock = utc_now,
    card_chats: Sequence[int] = (),
    remind_after: timedelta = timedelta(),
) -> Services:
    """The services over one database; `card_chats` are where the admins see each form.

    A guest is reminded of a draft that was left for `remind_after`, never when that is 0.
    """
    transactions = Transactions(database)
    outbox = OutboxService(transactions, clock, card_chats)
    users = UserService(transactions, outbox, clock)
    forms = FormService(transactions, questionnaire, outbox, clock, card_chats)
    return Services(
        questionnaire=questionnaire,
        card_chats=card_chats,
        forms=forms,
        filling=FillingService(transactions, questionnaire, forms, clock),
        guests=GuestService(transactions, questionnaire, forms, clock),
        review=ReviewService(transactions, questionnaire, outbox, clock, card_chats),
        lists=ListService(transactions, clock),
        statistics=StatisticsService(transactions, questionnaire, clock),
        exports=ExportService(transactions, questionnaire, clock),
        conversations=ConversationService(transactions, outbox, clock, card_chats),
        outbox=outbox,
        users=users,
        reminders=ReminderService(transactions, questionnaire, outbox, clock, remind_after),
        privacy=PrivacyService(transactions, outbox, users, clock),
        dead_letters=DeadLetterService(transactions, clock),
        health=HealthService(database),
    )
