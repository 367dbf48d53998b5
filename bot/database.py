"""The database at start: opened and migrated, or a sentence that says why not."""

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StartFailed
from db.engine import Database
from db.migrate import MigrationLockTimeoutError, upgrade


async def migrate(database: Database) -> None:
    """Bring the database to the newest schema; raises StartFailed."""
    try:
        await upgrade(database)
    except MigrationLockTimeoutError as error:
        raise StartFailed(f"DATABASE_URL: {error}") from error
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise StartFailed(
            f"DATABASE_URL: the database cannot be opened or migrated ({type(error).__name__})"
        ) from error


async def migrate_once(database_url: str) -> None:
    """Migrate, and close the database."""
    database = Database(database_url)
    try:
        await migrate(database)
    finally:
        await database.close()
