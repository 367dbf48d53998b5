"""The queue of updates that wait for the bot (Bot API, "Getting updates"), for getUpdates or for the webhook.

An update stays until it is confirmed: by a later offset, or by a 2xx of the webhook.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.errors import ApiError, Json, conflict

DEFAULT_OFF = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_HISTORY = 10_000


@dataclass(frozen=True, slots=True)
class Update:
    """One update; `lane` is the chat it belongs to: the order within a lane is kept; `at` is when it was made."""

    update_id: int
    kind: str
    content: Json
    lane: int
    at: float = field(default_factory=time.time)

    def as_json(self) -> Json:
        """The Bot API's Update."""
        return {"update_id": self.update_id, self.kind: self.content}


@dataclass(frozen=True, slots=True)
class Webhook:
    """What setWebhook set."""

    url: str
    secret_token: str = ""
    max_connections: int = 40


class Publish(Protocol):
    """Tells the world of a change."""

    def __call__(self, kind: str, **content: object) -> None:
        """See `sandbox.events.Broadcaster.publish`."""


def _to_nobody(kind: str, **content: object) -> None:
    """Until a world is there to be told."""


class Courier(Protocol):
    """Carries updates to the webhook."""

    def offer(self, update: Update) -> None:
        """A new update is there."""

    def restart(self) -> None:
        """The webhook or the pending updates changed: begin anew with what is pending."""


class UpdateQueue:
    """Pending updates in order, the webhook's settings and its last error."""

    def __init__(self, first_id: int = 100_000_001) -> None:
        self.pending: dict[int, Update] = {}
        self.history: deque[Update] = deque(maxlen=_HISTORY)
        self.allowed: tuple[str, ...] = ()
        self.webhook: Webhook | None = None
        self.last_error: tuple[int, str] | None = None
        self.courier: Courier | None = None
        self.publish: Publish = _to_nobody
        self._next_id = first_id
        self._poll: asyncio.Future[None] | None = None

    @property
    def polled(self) -> bool:
        """Whether a long poll is open at this moment."""
        return self._poll is not None

    def push(self, kind: str, content: Json, lane: int) -> Update | None:
        """Queues an update; None when allowed_updates leaves its kind out."""
        if kind not in self.allowed if self.allowed else kind in DEFAULT_OFF:
            return None
        update = Update(self._next_id, kind, content, lane)
        self._next_id += 1
        self.pending[update.update_id] = update
        self.history.append(update)
        self.publish("update", at=update.at, update=update.as_json())
        self.interrupt()
        if self.webhook and self.courier:
            self.courier.offer(update)
        return update

    def confirm(self, update_id: int) -> None:
        """Forgets an update that the bot has."""
        if self.pending.pop(update_id, None):
            self.publish("confirmed", update_id=update_id)

    def find(self, update_id: int) -> Update | None:
        """An update of the history, pending or not."""
        return next((update for update in self.history if update.update_id == update_id), None)

    def drop(self) -> None:
        """Forgets all that is pending (drop_pending_updates)."""
        self.pending.clear()
        if self.courier:
            self.courier.restart()

    def set_webhook(self, webhook: Webhook | None) -> bool:
        """Whether anything changed; an open long poll ends with 409."""
        if webhook == self.webhook:
            return False
        self.webhook, self.last_error = webhook, None
        self.interrupt(conflict("terminated by setWebhook request"))
        if self.courier:
            self.courier.restart()
        return True

    def failed(self, reason: str) -> None:
        """Notes a failed delivery for getWebhookInfo."""
        self.last_error = (int(time.time()), reason)
        self.publish("delivery_failed", reason=reason)

    async def fetch(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """The answer of getUpdates: confirms what lies before `offset`, then waits up to `seconds` for an update."""
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.interrupt(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self._confirm_before(offset)
        if not self.pending and seconds > 0:
            await self._wait(seconds)
        return [update.as_json() for update in list(self.pending.values())[:limit]]

    def interrupt(self, error: ApiError | None = None) -> None:
        """Ends an open long poll: with `error`, or as if its time were up."""
        if self._poll and not self._poll.done():
            if error:
                self._poll.set_exception(error)
            else:
                self._poll.set_result(None)

    def _confirm_before(self, offset: int) -> None:
        known = list(self.pending)
        first = known[offset] if -len(known) <= offset < 0 else offset
        for update_id in known:
            if update_id < first:
                self.confirm(update_id)

    async def _wait(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None
