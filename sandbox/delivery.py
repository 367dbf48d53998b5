"""Webhook delivery as Telegram does it (Bot API, setWebhook and "Making requests when getting updates").

Any 2xx confirms an update; anything else repeats it, at once, then after 2, 4, 8 … 60 s. Each chat is a lane of its
own: a failing update holds back that chat's next ones and nobody else's.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import aiohttp

from sandbox.errors import ApiError
from sandbox.params import Params, read_params
from sandbox.updates import Update, UpdateQueue, Webhook

type Execute = Callable[[str, Params], Awaitable[object]]

_SUCCESS = 2  # any 2xx
_LONGEST_DELAY = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=60)
_NOT_IN_ANSWERS = frozenset({"setwebhook", "deletewebhook", "logout", "close"})


@dataclass(frozen=True, slots=True)
class Delivered:
    """The outcome of one POST; `status` 0 when there was no answer, `error` then says why."""

    status: int
    error: str = ""
    retry_after: float = 0
    answer: Params | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the update was taken."""
        return self.status // 100 == _SUCCESS


class Delivery:
    """Owns a task for each lane that has something to deliver; `close` ends and awaits them all.

    `retry_scale` multiplies the delays (tests use a small one); `execute` runs a method call found in an answer.
    """

    def __init__(self, queue: UpdateQueue, execute: Execute, retry_scale: float = 1.0) -> None:
        self._queue = queue
        self._execute = execute
        self._retry_scale = retry_scale
        self._lanes: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Begins with what is pending."""
        # A limit of its own would undercut max_connections, which `_slots` keeps.
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT, connector=aiohttp.TCPConnector(limit=0))
        self._queue.courier = self
        self.restart()

    async def close(self) -> None:
        """Ends every lane and awaits it."""
        self._queue.courier = None
        self._stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def offer(self, update: Update) -> None:
        """Queues an update behind the others of its lane."""
        if update.lane in self._lanes:
            self._lanes[update.lane].append(update)
            return
        self._lanes[update.lane] = lane = deque([update])
        task = asyncio.create_task(self._serve(update.lane, lane), name=f"webhook lane {update.lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def restart(self) -> None:
        """Lets go of what is under way and begins anew, after a change of webhook or dropped updates."""
        self._stop()
        if webhook := self._queue.webhook:
            self._slots = asyncio.Semaphore(webhook.max_connections)
            for update in self._queue.pending.values():
                self.offer(update)

    async def redeliver(self, update: Update, times: int) -> list[Delivered]:
        """Sends the same update again, `times` at once, as Telegram may after a lost answer."""
        webhook = self._queue.webhook
        if not webhook:
            return []
        outcomes = await asyncio.gather(*(self._post(webhook, update) for _ in range(times)))
        for outcome in outcomes:
            await self._run_answer(outcome.answer)
        return outcomes

    def _stop(self) -> None:
        self._lanes.clear()
        for task in self._tasks:
            task.cancel()

    async def _serve(self, key: int, lane: deque[Update]) -> None:
        while lane:
            await self._deliver(lane[0])
            lane.popleft()
        del self._lanes[key]

    async def _deliver(self, update: Update) -> None:
        waits = delays()
        while (webhook := self._queue.webhook) and update.update_id in self._queue.pending:
            async with self._slots:
                outcome = await self._post(webhook, update)
            if outcome.confirmed:
                self._queue.confirm(update.update_id)
                await self._run_answer(outcome.answer)
                return
            self._queue.failed(outcome.error)
            await asyncio.sleep(max(next(waits), outcome.retry_after) * self._retry_scale)

    async def _post(self, webhook: Webhook, update: Update) -> Delivered:
        if self._session is None:
            raise RuntimeError("a lane started before open()")
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
        try:
            async with self._session.post(
                webhook.url, json=update.as_json(), headers=headers, allow_redirects=False
            ) as response:
                return await _outcome(response)
        except TimeoutError:
            return Delivered(0, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return Delivered(0, "Connection refused")
        except aiohttp.ClientError:
            return Delivered(0, "Webhook connection closed")

    async def _run_answer(self, answer: Params | None) -> None:
        """Runs the method call of a webhook's answer; its outcome is told to nobody, as with Telegram."""
        if answer is None or not isinstance(answer.values.get("method"), str):
            return
        name = answer.text("method").lower()
        if name not in _NOT_IN_ANSWERS and not name.startswith("get"):
            await self._execute(name, answer)


async def _outcome(response: aiohttp.ClientResponse) -> Delivered:
    try:
        answer = await read_params(response)
    except ApiError:
        answer = None
    if response.status // 100 == _SUCCESS:
        return Delivered(response.status, answer=answer)
    retry_after = response.headers.get("Retry-After", "0")
    return Delivered(
        response.status,
        f"Wrong response from the webhook: {response.status} {response.reason}",
        float(retry_after) if retry_after.isdecimal() else 0,
    )


def delays() -> Iterator[float]:
    """0, 2, 4, 8 … 60 s."""
    yield 0
    delay = 2.0
    while True:
        yield delay
        delay = min(delay * 2, _LONGEST_DELAY)
