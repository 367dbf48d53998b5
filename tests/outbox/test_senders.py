"""Two senders on one database: nothing twice, one pace, each chat's order kept. A sender that waits does not spin."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from outbox_parts import (
    GROUP,
    IN_GROUP,
    NOBODY,
    add_group,
    add_guests,
    approve_all,
    drained,
    forms_of,
    limited,
    notices,
    services,
    submit,
    texts,
)
from world import World, free_socket, run_app, run_world

from bot.actor import API
from bot.app import SERVICES
from bot.services import Services
from bot.services.clock import utc_now
from bot.services.outbox import Became, OutboxService
from bot.telegram.sender import Sender
from db.form_messages import FormMessageRepository
from db.forms import FormRepository
from db.outbox import OutboxRepository
from db.records import FormMessage, NewMessage

GUESTS = range(5_000, 5_100)
TALKATIVE = 5_200


@pytest.fixture
def senders(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How many messages each sender has sent."""
    counts: Counter[int] = Counter()
    original = Sender._call

    async def counted(self: Sender, *arguments: object) -> object:
        counts[id(self)] += 1
        return await original(self, *arguments)

    monkeypatch.setattr(Sender, "_call", counted)
    return counts


@asynccontextmanager
async def two_replicas(database_url: str, **overrides: object) -> AsyncIterator[tuple[World, Services]]:
    async with run_world(database_url, **(NOBODY | overrides)) as first:
        bound = free_socket()
        settings = first.settings.model_copy(update={"port": bound.getsockname()[1]})
        async with run_app(settings, bound) as (second, _):
            add_guests(first, [*GUESTS, TALKATIVE])
            await submit(first, [*GUESTS, TALKATIVE])
            await first.people.faults(rate_limits=True)
            yield first, second[SERVICES]


async def test_two_senders_send_nothing_twice_at_one_pace_and_in_order(
    postgres_url: str, redis_url: str, senders: Counter[int]
) -> None:
    async with two_replicas(postgres_url, redis_url=redis_url) as (world, other):
        form_id = (await forms_of(world))[TALKATIVE]
        for number in range(5):
            await services(world).conversations.say(API, None, form_id, f"word {number}")
        await approve_all(world)
        other.outbox.wake()  # in life it looks every 5 s
        await drained(world)

        assert Counter((await notices(world, GUESTS)).values()) == {1: len(GUESTS)}
        said = texts(await world.people.messages(TALKATIVE))
        assert [next(n for n in range(6) if f"word {n}" in text or n == 5) for text in said] == list(range(6))
        assert len(senders) == 2
        assert min(senders.values()) > 5
        assert await limited(world) == 0


async def test_negative_control_senders_without_redis_do_not_know_of_each_other_s_pace(
    postgres_url: str, senders: Counter[int]
) -> None:
    async with two_replicas(postgres_url) as (world, other):
        await approve_all(world)
        other.outbox.wake()  # in life it looks every 5 s
        await drained(world)

        assert len(senders) == 2
        assert await limited(world) > 0
        # Telegram's "retry after" is obeyed: everything arrives all the same, and once.
        assert Counter((await notices(world, GUESTS)).values()) == {1: len(GUESTS)}


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_of_many_who_claim_at_once_each_message_has_one_and_the_order_of_a_chat_is_kept(world: World) -> None:
    add_guests(world, range(6_000, 6_003))
    await submit(world, range(6_000, 6_003))
    forms = await forms_of(world)
    claims: defaultdict[int, list[int]] = defaultdict(list)

    async def claim_all(outbox: OutboxService) -> None:
        while claimed := await outbox.claim(2):
            for record in claimed:
                claims[record.chat_id].append(record.id)
                await outbox.finish(record)

    for task in asyncio.all_tasks():
        if task.get_name() == "outbox":
            task.cancel()  # claiming is the test's own from now on
    for _ in range(20):
        for form_id in forms.values():
            await services(world).conversations.say(API, None, form_id, "a word")
    await asyncio.gather(*(claim_all(services(world).outbox) for _ in range(6)))
    words = {guest: numbers for guest, numbers in claims.items() if guest >= 6_000}
    assert {guest: len(numbers) for guest, numbers in words.items()} == dict.fromkeys(forms, 20)
    assert all(numbers == sorted(set(numbers)) for numbers in words.values())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a sender has asked the database for work."""
    counts: Counter[str] = Counter()
    for name in ("claim", "next_due", "give_back"):

        def counting(name: str = name) -> object:
            original = getattr(OutboxRepository, name)

            async def counted(self: OutboxRepository, *arguments: object, **options: object) -> object:
                counts[name] += 1
                return await original(self, *arguments, **options)

            return counted

        monkeypatch.setattr(OutboxRepository, name, counting())
    return counts


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", NOBODY)])
async def test_an_idle_sender_asks_once_in_its_longest_sleep(
    world: World, monkeypatch: pytest.MonkeyPatch, asked: Counter[str]
) -> None:
    monkeypatch.setattr("bot.telegram.sender.LONGEST_SLEEP", 0.5)  # 5 s in life
    services(world).outbox.wake()
    await asyncio.sleep(0.2)
    asked.clear()

    await submit(world, [1001])  # with no admins it is none of the outbox's business
    await asyncio.sleep(2)

    assert 1 <= asked["claim"] <= 4
    assert asked["next_due"] <= 4


async def many_to_one_chat(world: World) -> None:
    """200 edits of cards in one group, and 200 words to one guest."""
    await add_group(world)
    add_guests(world, [TALKATIVE])
    await submit(world, [TALKATIVE])
    await drained(world)
    form_id = (await forms_of(world))[TALKATIVE]
    async with world.database.write() as connection:
        outbox = OutboxRepository(connection)
        words = [NewMessage("word", TALKATIVE, form_id, {"text": "a word"}) for _ in range(200)]
        await outbox.add(words, utc_now())
        for number in range(90_000, 90_200):
            await FormMessageRepository(connection).put(FormMessage(GROUP, number, form_id, "card", {}, utc_now()))
        await outbox.refresh([form_id], utc_now(), utc_now(), priority=1)
    services(world).outbox.wake()
    await asyncio.sleep(1)


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", IN_GROUP)])
async def test_a_long_queue_to_one_chat_does_not_make_the_sender_spin(world: World, asked: Counter[str]) -> None:
    await many_to_one_chat(world)
    asked.clear()
    await asyncio.sleep(4)
    # In 4 s: 4 words and 1 edit go out; each costs a claim, and one more that finds nothing.
    assert asked["claim"] <= 16
    assert asked["give_back"] <= 8


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", IN_GROUP)])
async def test_negative_control_a_sender_that_forgets_which_chats_rest_spins(
    world: World, monkeypatch: pytest.MonkeyPatch, asked: Counter[str]
) -> None:
    monkeypatch.setattr(Sender, "_resting", lambda self: self._rests.clear() or [])
    await many_to_one_chat(world)
    asked.clear()
    await asyncio.sleep(4)
    assert asked["claim"] > 20
    assert asked["give_back"] > 20


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("strength", ["NO KEY UPDATE", "UPDATE"])
async def test_a_decision_and_the_note_of_a_sent_card_do_not_lock_each_other_out(world: World, strength: str) -> None:
    """Negative control: with a lock of the form that also stops foreign keys, one of the two would be thrown out."""
    await submit(world, [TALKATIVE])
    form_id, later = (await forms_of(world))[TALKATIVE], utc_now() + timedelta(minutes=1)
    for task in asyncio.all_tasks():
        if task.get_name() == "outbox":
            task.cancel()
    async with world.database.write() as connection:
        await FormMessageRepository(connection).put(FormMessage(TALKATIVE, 90_000, form_id, "card", {}, utc_now()))
        await OutboxRepository(connection).refresh([form_id], utc_now(), utc_now(), priority=0)
    [card] = [record for record in await services(world).outbox.claim(9) if record.kind == "refresh"]

    async def decide() -> None:
        async with world.database.write() as connection:
            if strength == "UPDATE":
                await connection.exec_driver_sql(f"SELECT 1 FROM forms WHERE id = {form_id} FOR UPDATE")  # noqa: S608
            assert await FormRepository(connection).get_for_change(form_id)
            await asyncio.sleep(0.5)  # the note is written meanwhile
            await OutboxRepository(connection).refresh([form_id], utc_now(), utc_now(), priority=0)

    async def note() -> None:
        await asyncio.sleep(0.2)
        await services(world).outbox.finish(card, became=Became(stale_at=later))

    outcomes = await asyncio.gather(decide(), note(), return_exceptions=True)

    assert len([error for error in outcomes if error]) == (strength == "UPDATE")
