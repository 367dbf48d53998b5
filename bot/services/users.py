"""Telegram users: remembered as they come by."""

from bot.services.clock import Clock, utc_now
from bot.services.transactions import Transactions
from db.records import KnownUser, UserRecord


class UserService:
    """Who has talked to the bot."""

    def __init__(self, transactions: Transactions, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._clock = clock

    async def see(self, user: UserRecord) -> None:
        """Remember the user's names; one who writes has not blocked the bot."""
        async with self._transactions.write() as transaction:
            await transaction.users.see(user, self._clock())

    async def set_blocked(self, user_id: int, *, blocked: bool) -> None:
        """Remember that the user has blocked the bot, or let it in again."""
        async with self._transactions.write() as transaction:
            await transaction.users.set_blocked(user_id, self._clock(), blocked=blocked)

    async def get(self, user_id: int) -> KnownUser | None:
        """What the bot knows of a user."""
        async with self._transactions.read() as transaction:
            return await transaction.users.get(user_id)
