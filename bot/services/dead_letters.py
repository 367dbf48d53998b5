"""Updates that the bot could not digest, kept for a person."""

from collections.abc import Mapping
from typing import Any

from bot.services.clock import Clock, utc_now
from bot.services.transactions import Transactions


class DeadLetterService:
    """The dead-letter table."""

    def __init__(self, transactions: Transactions, clock: Clock = utc_now) -> None:
        self._transactions = transactions
        self._clock = clock

    async def keep(self, update: Mapping[str, Any], error: BaseException) -> None:
        """Keep an update with the kind of its error; raises DatabaseUnavailable when it cannot now."""
        body = storable(update)
        async with self._transactions.write() as transaction:
            await transaction.dead_letters.add(update["update_id"], body, type(error).__name__, self._clock())


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value without U+0000, which PostgreSQL cannot hold."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, Mapping):
        return {storable(key): storable(part) for key, part in value.items()}
    return [storable(part) for part in value] if isinstance(value, list) else value
