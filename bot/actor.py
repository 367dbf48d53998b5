"""Who is asking: every call of a service takes one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an actor may be; stored with each event of a form."""

    GUEST = "guest"
    ADMIN = "admin"
    API = "api"


@dataclass(frozen=True, slots=True)
class Actor:
    """A Telegram user or the admin API (`id` is None), with a role."""

    id: int | None
    role: Role

    @property
    def is_admin(self) -> bool:
        """Whether every form is open to this actor."""
        return self.role is not Role.GUEST

    def owns(self, user_id: int) -> bool:
        """Whether what belongs to this user is the actor's own."""
        return self.id == user_id


API = Actor(None, Role.API)
