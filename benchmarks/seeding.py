"""A guest list as a ball has one: any number of forms with their guests and history, stored in bulk.

Everything comes of one random seed, so two databases of the same size hold the same people. The answers are clean as
`Questionnaire.clean` leaves them (validating 50,000 e-mails and phones would take minutes; a test checks a sample).
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.questionnaire import Questionnaire
from db.engine import Database
from db.tables import form_events, forms, users

ADMINS = (501, 502, 503)
FIRST_GUEST = 1_000_000_000
DAYS = 60
AT_ONCE = 2_500
FOREIGN = 0.25
STATUSES = {"draft": 3, "submitted": 20, "approved": 65, "rejected": 5, "needs_changes": 4, "cancelled": 3}
TICKETS = {"Standard": 70, "VIP": 10, "Student": 20}
SOURCES = {"mini_app": 85, "api": 5, "chat": 10}
DIETS = ("Вегетарианец", "вегетарианка", "Веган", "Без глютена", "Аллергия на орехи", "Постное меню", "Halal",
    "Vegetarian", "No seafood, please", "Без лактозы", "Kosher", "Не ем грибы")  # fmt: skip
NEEDS = ("Нет", "Пандус", "Место у входа", "Переводчик жестового языка", "Приеду с собакой-поводырём",
    "Wheelchair access", "A seat near the entrance")  # fmt: skip
HE = ("Александр", "Дмитрий", "Максим", "Сергей", "Андрей", "Алексей", "Артём", "Илья", "Кирилл", "Михаил", "Никита",
    "Матвей", "Роман", "Егор", "Арсений", "Иван", "Денис", "Евгений", "Даниил", "Тимофей", "Владислав", "Игорь",
    "Владимир", "Павел", "Руслан", "Марк", "Константин", "Пётр", "Николай", "Фёдор")  # fmt: skip
SHE = ("Анастасия", "Мария", "Дарья", "Анна", "Елизавета", "Полина", "Виктория", "Екатерина", "София", "Александра",
    "Вероника", "Ксения", "Алёна", "Арина", "Ольга", "Татьяна", "Наталья", "Юлия", "Светлана", "Ирина", "Вера",
    "Надежда", "Любовь", "Варвара", "Василиса", "Кира", "Маргарита", "Диана", "Алиса", "Зоя")  # fmt: skip
FAMILIES = ("Иванов", "Смирнов", "Кузнецов", "Попов", "Соколов", "Лебедев", "Козлов", "Новиков", "Морозов", "Петров",
    "Волков", "Соловьёв", "Васильев", "Зайцев", "Павлов", "Семёнов", "Голубев", "Виноградов", "Богданов", "Воробьёв",
    "Фёдоров", "Михайлов", "Беляев", "Тарасов", "Белов", "Комаров", "Орлов", "Киселёв", "Макаров", "Андреев",
    "Ковалёв", "Ильин", "Гусев", "Титов", "Кузьмин", "Кудрявцев", "Баранов", "Куликов", "Алексеев", "Степанов",
    "Яковлев", "Сорокин", "Сергеев", "Романов", "Захаров", "Борисов", "Королёв", "Герасимов", "Пономарёв", "Григорьев",
    "Лазарев", "Медведев", "Ершов", "Никитин", "Соболев", "Рябов", "Поляков", "Цветков", "Данилов", "Жуков", "Фролов",
    "Журавлёв", "Николаев", "Крылов", "Максимов", "Сидоров", "Осипов", "Белоусов", "Федотов", "Дорофеев", "Егоров",
    "Матвеев", "Бобров", "Дмитриев", "Калинин", "Анисимов", "Петухов", "Антонов", "Тимофеев", "Никифоров", "Веселов",
    "Филиппов", "Марков", "Большаков", "Суханов", "Миронов", "Ширяев", "Александров", "Коновалов", "Шестаков",
    "Казаков", "Ефимов", "Денисов", "Громов", "Фомин", "Давыдов", "Мельников", "Щербаков", "Блинов", "Колесников",
    "Карпов", "Афанасьев", "Власов", "Маслов", "Исаков", "Тихонов", "Аксёнов", "Гаврилов", "Родионов", "Котов",
    "Горбунов", "Кудряшов", "Быков", "Зуев", "Третьяков", "Савельев", "Панов", "Рыбаков", "Суворов", "Абрамов",
    "Воронов", "Мухин", "Архипов", "Трофимов", "Мартынов", "Емельянов", "Горшков", "Чернов", "Овчинников",
    "Селезнёв")  # fmt: skip
ENGLISH = ("James", "Mary", "Robert", "Patricia", "John", "Jennifer", "Michael", "Linda", "David", "Elizabeth",
    "William", "Barbara", "Richard", "Susan", "Joseph", "Jessica", "Thomas", "Sarah", "Charles", "Karen", "Emma",
    "Oliver", "Amelia", "George", "Isla", "Harry", "Ava", "Jack", "Emily", "Noah")  # fmt: skip
SURNAMES = ("Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Wilson", "Anderson",
    "Taylor", "Moore", "Jackson", "Martin", "Lee", "Thompson", "White", "Harris", "Clark", "Lewis", "Robinson",
    "Walker", "Young", "Allen", "King", "Wright", "Scott", "Hill", "Green", "Adams", "Baker", "Nelson", "O'Brien",
    "Carter", "Mitchell", "Turner", "Phillips", "Campbell", "Parker", "Evans")  # fmt: skip
MAILS = ("mail.ru", "yandex.ru", "gmail.com", "bk.ru", "example.com", "example.org")
LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who filled the questionnaire."""

    number: int
    first_name: str
    last_name: str
    language: str

    @property
    def id(self) -> int:
        """Telegram's."""
        return FIRST_GUEST + self.number

    @property
    def username(self) -> str:
        """In Latin letters."""
        name = "".join(LATIN.get(letter, letter) for letter in f"{self.first_name}.{self.last_name}".lower())
        return name.replace("'", "") + str(self.number)


async def seed(database: Database, questionnaire: Questionnaire, number: int, *, now: datetime) -> None:
    """Store so many forms, submitted over the 60 days before `now`, in a migrated database."""
    async with database.write() as connection:
        first = (await connection.scalar(select(func.max(forms.c.id))) or 0) + 1
        people = _Crowd(questionnaire, now, first, number)
        for part in batched(range(first, first + number), AT_ONCE, strict=False):
            made = [people.form(form_id) for form_id in part]
            for table, rows in zip((users, forms, form_events), zip(*made, strict=True), strict=True):
                await _insert(connection, table, rows)
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.setval("forms_id_seq", first + number)))
    if database.dialect == "postgresql":
        await _vacuum(database)


async def _vacuum(database: Database) -> None:
    """What PostgreSQL's autovacuum does within minutes."""
    async with database.engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.exec_driver_sql("VACUUM ANALYZE")


async def _insert(connection: AsyncConnection, table: Table, rows: tuple[Any, ...]) -> None:
    flat = [row for found in rows for row in (found if isinstance(found, list) else [found])]
    await connection.execute(insert(table), flat)


class _Crowd:
    """Makes forms, each with its guest and its history."""

    def __init__(self, questionnaire: Questionnaire, now: datetime, first: int, number: int) -> None:
        self._questionnaire = questionnaire
        self._random = random.Random(first)
        self._now, self._begins = now, now - timedelta(days=DAYS)
        self._step = timedelta(days=DAYS) / (number + 1)
        self._first = first

    def form(self, form_id: int) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        """The rows of one form: user, form, events."""
        guest, status = self._guest(form_id), self._one_of(STATUSES)
        at = self._begins + self._step * (form_id - self._first + 1)
        row = self._row(guest, status, at)
        return _user(guest, at), row, list(self._events(row, at))

    def _guest(self, number: int) -> Guest:
        choose = self._random.choice
        if self._random.random() < FOREIGN:
            return Guest(number, choose(ENGLISH), choose(SURNAMES), "en")
        first_name = choose(HE + SHE)
        return Guest(number, first_name, choose(FAMILIES) + ("а" if first_name in SHE else ""), "ru")

    def _row(self, guest: Guest, status: str, at: datetime) -> dict[str, Any]:
        answers = self._answers(guest)
        # Some take their time over a draft: the order of submission is not the order of the numbers.
        submitted = min(self._now, at + timedelta(seconds=self._random.choice((0, 0, 0, 40, 600, 7_000))))
        return {
            "id": guest.number,
            "user_id": guest.id,
            "submission_id": UUID(int=self._random.getrandbits(128), version=4),
            "form_data": answers,
            "search_text": self._questionnaire.search_text(answers),
            "status": status,
            "source": self._one_of(SOURCES),
            "questionnaire": self._questionnaire.key,
            "questionnaire_version": self._questionnaire.version,
            "ticket_type": self._questionnaire.ticket_type(answers),
            "request_hash": f"{self._random.getrandbits(256):064x}",
            "version": 1 if status in ("draft", "submitted") else 2,
            "created_at": at,
            "updated_at": submitted,
            "submitted_at": None if status == "draft" else submitted,
        }

    def _answers(self, guest: Guest) -> dict[str, Any]:
        wishes = {
            "dietary_requirements": self._maybe(DIETS, 0.2),
            "accessibility_needs": self._maybe(NEEDS, 0.1),
        }
        wishes = {key: value for key, value in wishes.items() if value}
        return {
            "name": f"{guest.first_name} {guest.last_name}",
            "email": f"{guest.username}@{self._random.choice(MAILS)}",
            "phone": f"+79{self._random.randrange(10**7, 7 * 10**7):08}{guest.number % 10}",
            "ticket_type": self._one_of(TICKETS),
            "quantity": self._random.choice((1, 1, 1, 2, 2, 2, 3, 4)),
        } | ({"preferences": wishes} if wishes else {})

    def _events(self, form: Mapping[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
        status, owner = form["status"], form["user_id"]
        yield _event(form, at, owner, "guest", "created") | {"to_status": "draft" if status == "draft" else "submitted"}
        moved = {"action": "moved", "from_status": "submitted", "to_status": status}
        later = min(self._now, at + timedelta(hours=self._random.randrange(3, 48)))
        if status == "cancelled":
            yield _event(form, later, owner, "guest", "moved") | moved
        elif status not in ("draft", "submitted"):
            details = {"reason": self._random.choice([*self._questionnaire.reasons])} if status == "rejected" else None
            admin = self._random.choice(ADMINS)
            yield _event(form, later, admin, "admin", "moved") | moved | {"details": details}

    def _one_of(self, shares: Mapping[str, int]) -> str:
        return self._random.choices(list(shares), list(shares.values()))[0]

    def _maybe(self, texts: tuple[str, ...], share: float) -> str | None:
        return self._random.choice(texts) if self._random.random() < share else None


def _user(guest: Guest, at: datetime) -> dict[str, Any]:
    return {
        "id": guest.id,
        "first_name": guest.first_name,
        "last_name": guest.last_name,
        "username": guest.username.replace(".", "_"),
        "language_code": guest.language,
        "created_at": at,
        "updated_at": at,
    }


def _event(form: Mapping[str, Any], at: datetime, actor_id: int, role: str, action: str) -> dict[str, Any]:
    told = {"form_id": form["id"], "at": at, "actor_id": actor_id, "actor_role": role, "action": action}
    return told | {"from_status": None, "to_status": None, "details": None}
