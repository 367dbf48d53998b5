"""The rules of Bal Bot; knows neither Telegram nor HTTP."""

from dataclasses import dataclass

from bot.questionnaire import Questionnaire
from bot.services.clock import Clock, utc_now
from bot.services.dead_letters import DeadLetterService
from bot.services.forms import FormService, Page, RequestKey
from bot.services.health import HealthService
from bot.services.transactions import Transactions
from bot.services.users import UserService
from db.engine import Database
from db.forms import FormFilter
from db.records import EventRecord, FormRecord, Stored, UserRecord

__all__ = [
    "EventRecord",
    "FormFilter",
    "FormRecord",
    "Page",
    "RequestKey",
    "Services",
    "Stored",
    "UserRecord",
    "create_services",
]


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers and routes are given."""

    questionnaire: Questionnaire
    forms: FormService
    users: UserService
    dead_letters: DeadLetterService
    health: HealthService


def create_services(database: Database, questionnaire: Questionnaire, clock: Clock = utc_now) -> Services:
    """The services over one database."""
    transactions = Transactions(database)
    return Services(
        questionnaire=questionnaire,
        forms=FormService(transactions, questionnaire, clock),
        users=UserService(transactions, clock),
        dead_letters=DeadLetterService(transactions, clock),
        health=HealthService(database),
    )
