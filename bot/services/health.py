"""Whether this process can do its work."""

from sqlalchemy.exc import SQLAlchemyError

from db.engine import Database
from db.migrate import is_current


class HealthService:
    """Readiness, until the process is asked to stop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._draining = False

    def drain(self) -> None:
        """Say "not ready" from now on: the process is stopping."""
        self._draining = True

    async def problem(self) -> str | None:
        """Why the process is not ready, in one word, or None."""
        if self._draining:
            return "draining"
        try:
            return None if await is_current(self._database) else "not_migrated"
        except (SQLAlchemyError, OSError, TimeoutError):
            return "database_unavailable"
