"""Telegram users: remembered as they come by, with the language that they have chosen."""

import time

from bot.services import consequences
from bot.services.clock import Clock, utc_now
from bot.services.outbox import OutboxService
from bot.services.transactions import Transactions
from bot.submission import is_user_id
from db.records import KnownUser, UserRecord

# A choice made in another replica is known here after so many seconds.
LANGUAGE_LASTS = 60
MOST_LANGUAGES = 10_000


class UserService:
    """Who has talked to the bot."""

    def __init__(self, transactions: Transactions, outbox: OutboxService, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._outbox = outbox
        self._clock = clock
        self._languages: dict[int, tuple[float, str | None]] = {}

    async def see(self, user: UserRecord) -> None:
        """Remember the user's names; one who writes has not blocked the bot."""
        async with self._transactions.write() as transaction:
            await transaction.users.see(user, self._clock())

    async def set_blocked(self, user_id: int, *, blocked: bool) -> None:
        """Remember that the user has blocked the bot, or let it in again; the cards of their forms tell it."""
        async with self._transactions.write() as transaction:
            now, forms = self._clock(), await transaction.forms.all_of(user_id)
            await transaction.users.set_blocked(user_id, now, blocked=blocked)
            await consequences.refresh(transaction, [form.id for form in forms], now)
        self._outbox.wake()

    async def get(self, user_id: int) -> KnownUser | None:
        """What the bot knows of a user."""
        async with self._transactions.read() as transaction:
            return await transaction.users.get(user_id)

    async def set_language(self, user_id: int, language: str | None) -> None:
        """Remember the language that the user has chosen; None is Telegram's."""
        async with self._transactions.write() as transaction:
            await transaction.users.set_language(user_id, language, self._clock())
        self.note_language(user_id, language)

    async def language(self, user_id: int) -> str | None:
        """The language that the user has chosen, as it was within the last minute; None is Telegram's."""
        if not is_user_id(user_id):
            return None
        known = self._languages.get(user_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        async with self._transactions.read() as transaction:
            found = (await transaction.users.languages([user_id])).get(user_id)
        self.note_language(user_id, found)
        return found

    def noted_language(self, user_id: int) -> str | None:
        """The language that the user has chosen, as far as it is known without asking the database."""
        known = self._languages.get(user_id)
        return None if known is None else known[1]

    def note_language(self, user_id: int, language: str | None) -> None:
        """Somebody has just read it, or changed it."""
        if len(self._languages) >= MOST_LANGUAGES:
            self._languages.clear()
        self._languages[user_id] = (time.monotonic() + LANGUAGE_LASTS, language)
