"""The one table of allowed transitions, and who may ask for which."""

from enum import StrEnum

from bot.errors import Forbidden, TransitionNotAllowed


class Status(StrEnum):
    """The life of a form."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    NEEDS_CHANGES = "needs_changes"
    CANCELLED = "cancelled"


DECISIONS = frozenset({Status.APPROVED, Status.REJECTED, Status.NEEDS_CHANGES})
"""What an admin may decide of a form that waits for review."""


class Side(StrEnum):
    """Whose decision a status is."""

    OWNER = "owner"
    ADMIN = "admin"


TRANSITIONS: dict[Side, dict[Status, frozenset[Status]]] = {
    Side.OWNER: {
        Status.DRAFT: frozenset({Status.DRAFT}),
        Status.SUBMITTED: frozenset(
            {Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.NEEDS_CHANGES, Status.REJECTED}
        ),
        Status.CANCELLED: frozenset(
            {Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.NEEDS_CHANGES, Status.REJECTED}
        ),
    },
    Side.ADMIN: {
        Status.DRAFT: frozenset({Status.DRAFT}),
        Status.SUBMITTED: frozenset({Status.DRAFT}),
        Status.APPROVED: frozenset({Status.SUBMITTED}),
        Status.REJECTED: frozenset({Status.SUBMITTED}),
        Status.NEEDS_CHANGES: frozenset({Status.SUBMITTED}),
    },
}
"""Side → wanted status → the statuses it may be reached from."""


def check_transition(current: Status, wanted: Status, sides: frozenset[Side]) -> None:
    """Raise Forbidden when the wanted status is never theirs to give, TransitionNotAllowed when it is not now."""
    sources = [TRANSITIONS[side].get(wanted) for side in sides]
    if not any(sources):
        raise Forbidden(f"status {wanted}")
    if not any(current in allowed for allowed in sources if allowed):
        raise TransitionNotAllowed(current, wanted)


def after_edit(current: Status, sides: frozenset[Side]) -> Status:
    """The status of a form whose answers were replaced: a guest's edit of a reviewed form asks for a new review.

    Raises TransitionNotAllowed for a cancelled form: it is not edited any more.
    """
    if current is Status.CANCELLED:
        raise TransitionNotAllowed(current, current)
    if current is Status.DRAFT or Side.OWNER not in sides:
        return current
    return Status.SUBMITTED
