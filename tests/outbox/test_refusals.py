"""What Telegram refuses, and what is away: the outbox gives up where it must, and goes on where it can."""

import asyncio
import time
from datetime import timedelta

import pytest
from outbox_parts import (
    GROUP,
    IN_GROUP,
    LONG_AGO,
    NOBODY,
    PRIVATELY,
    add_group,
    add_guests,
    approve,
    approve_all,
    drained,
    execute,
    forms_of,
    notices,
    press,
    services,
    shown,
    submit,
    texts,
    waiting,
)
from sqlalchemy.exc import OperationalError
from world import ADA, World, example, until

from bot.actor import API, Actor, Role
from bot.services import Decision
from bot.services.statuses import Status
from bot.submission import Submission
from db.outbox import OutboxRepository
from sandbox.errors import ApiError, Json
from sandbox.faults import Faults
from sandbox.params import Params

GUEST = 7_000
SHORT_LEASE, SHORT_PAUSE = timedelta(seconds=0.2), timedelta(seconds=0.2)


async def submitted(world: World, guest: int = GUEST) -> int:
    """A guest's form; its number."""
    add_guests(world, [guest])
    await submit(world, [guest])
    return (await forms_of(world))[guest]


async def dead(world: World) -> list[tuple[str, int, str]]:
    return await world.rows("SELECT kind, chat_id, last_error FROM outbox WHERE dead_at IS NOT NULL ORDER BY id")


@pytest.mark.parametrize("overrides", [PRIVATELY])
async def test_a_decision_that_was_overtaken_is_not_told_any_more(world: World) -> None:
    await world.people.send_text(ADA, "/start")
    form_id = await submitted(world)
    await world.people.faults(forbidden=[GUEST])
    await approve(world, form_id)
    await until(lambda: is_dead(world, 1))
    await decide_otherwise(world, form_id)
    await until(lambda: is_dead(world, 2))

    await world.people.faults(forbidden=[])
    await services(world).outbox.retry_undelivered(API)
    await drained(world)

    told = texts(await world.people.messages(GUEST))
    assert sum("отклонена" in words or "не можем" in words for words in told) == 1, told
    assert not [words for words in told if "одобрена" in words], told


async def is_dead(world: World, number: int) -> bool:
    return len(await dead(world)) == number


async def decide_otherwise(world: World, form_id: int) -> None:
    """The guest changes an approved form, and it is rejected."""
    guest = Actor(GUEST, Role.GUEST)
    await services(world).forms.update(guest, form_id, Submission(example() | {"quantity": 3}))
    await services(world).review.decide(API, None, form_id, Decision(Status.REJECTED, note="Мест нет"))


@pytest.mark.parametrize("overrides", [PRIVATELY])
async def test_a_guest_who_has_blocked_the_bot_is_told_of_on_the_card_and_in_forms(world: World) -> None:
    await world.people.send_text(ADA, "/start")
    form_id = await submitted(world)
    await world.people.wait_for_message(ADA, f"№ {form_id}")
    await world.people.block(GUEST)
    await world.people.faults(forbidden=[GUEST])

    await approve(world, form_id)

    await world.people.wait_for_message(ADA, "The guest has blocked the bot")
    await until(lambda: is_dead(world, 1))
    assert await dead(world) == [("notice", GUEST, "blocked")]
    [(blocked, attempts)] = await world.rows(
        f"SELECT u.blocked, o.attempts FROM users u JOIN outbox o ON o.chat_id = u.id WHERE u.id = {GUEST}"  # noqa: S608
    )
    assert (bool(blocked), attempts) == (True, 1)
    await world.people.send_text(ADA, "/forms")
    await world.people.wait_for_message(ADA, "1 in all")
    await press(world, ADA, "Not delivered: 1")
    await world.people.wait_for_message(ADA, "the bot is blocked")

    await world.people.faults(forbidden=[])
    await world.people.unblock(GUEST)
    await press(world, ADA, "Send again")
    await world.people.wait_for_message(GUEST, "одобрена")
    await drained(world)
    assert await dead(world) == []


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", PRIVATELY)])
async def test_what_was_not_delivered_can_be_hidden(world: World) -> None:
    form_id = await submitted(world)
    await world.people.send_text(ADA, "/start")
    await world.people.faults(forbidden=[GUEST])
    await approve(world, form_id)

    async def given_up() -> bool:
        return len(await dead(world)) == 1

    await until(given_up)
    await world.people.send_text(ADA, "/forms")
    await world.people.wait_for_message(ADA, "1 in all")
    await press(world, ADA, "Not delivered")
    await world.people.wait_for_message(ADA, "the bot is blocked")
    await press(world, ADA, "Hide…")
    await world.people.wait_for_message(ADA, "Hide all messages that were not delivered (1)?")
    assert len(await dead(world)) == 1
    await press(world, ADA, "Hide all of them")

    assert await dead(world) == []


TWO_ADMINS = PRIVATELY | {"admin_ids": frozenset({ADA, 900_900})}


@pytest.mark.parametrize("overrides", [TWO_ADMINS])
async def test_an_admin_who_never_started_the_bot_is_tried_once_and_the_other_gets_every_card(world: World) -> None:
    """Telegram knows no such chat; the sandbox says 400 "chat not found" as Telegram does."""
    await world.people.send_text(ADA, "/start")
    first = await submitted(world)
    await drained(world)
    for guest in (GUEST + 1, GUEST + 2):
        await submitted(world, guest)
    await drained(world)
    form = f"/api/form-data/{first}"
    await world.request("PUT", form, world.admin, json={"status": "approved"})
    cancelled = await world.request("PUT", form, world.guest(GUEST), json={"status": "cancelled"})
    assert cancelled.status == 200
    await drained(world)

    assert await dead(world) == [("card", 900_900, "blocked")]
    assert set((await shown(world, ADA))[0]) == {first, first + 1, first + 2}
    # The lost card is an admin's, not the guest's: no card tells of it.
    assert not [text for text in texts(await world.people.messages(ADA)) if "not delivered" in text]


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", IN_GROUP)])
async def test_a_deleted_card_is_forgotten_and_a_deleted_digest_comes_anew(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("db.outbox.DIGEST_PAUSE", SHORT_PAUSE)
    await add_group(world)
    form_id = await submitted(world)
    card = await world.people.wait_for_message(GROUP, f"№ {form_id}")
    await drained(world)
    world.sandbox.world.chats[GROUP].messages[card["message_id"]].deleted = True

    await approve(world, form_id)
    await drained(world, "refresh", "notice")

    assert await world.count("form_messages") == 0
    assert await dead(world) == []

    monkeypatch.setattr("bot.services.outbox.MOST_CARDS", 1)
    await submit(world, range(8_000, 8_003))
    old = await world.people.wait_for_message(GROUP, "new form")
    await drained(world)
    world.sandbox.world.chats[GROUP].messages[old["message_id"]].deleted = True
    await submit(world, range(8_003, 8_005))
    new = await world.people.wait_for_message(GROUP, "new forms", after=old["message_id"], seconds=15)
    await drained(world)

    assert "5 new forms" in new["text"] or len((await shown(world, GROUP))[1]) == 1
    cards, [(count, _, _)] = await shown(world, GROUP)
    assert len(cards) + count == 5
    assert [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")] == []


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", IN_GROUP)])
async def test_retry_after_is_obeyed_for_the_whole_chat(world: World) -> None:
    await add_group(world)
    await world.people.faults(too_many_requests=1, retry_after=2, methods=["sendMessage"])
    began = time.time()

    await submit(world, range(8_000, 8_002))  # a group's burst is four: only the 429 holds them back
    await drained(world, seconds=40)

    calls = [call for call in await world.people.calls("sendMessage") if call["at"] >= began]
    refused = [call["at"] for call in calls if not call["ok"]]
    assert len(refused) == 1
    # What was on its way with the refused one may still arrive; then nothing for as long as was asked.
    later = [call["at"] - refused[0] for call in calls if call["ok"] and call["at"] > refused[0] + 0.5]
    assert later
    assert min(later) >= 2
    assert len((await shown(world, GROUP))[0]) == 2


@pytest.mark.parametrize("overrides", [NOBODY])
async def test_errors_and_broken_connections_are_retried_at_growing_intervals(world: World) -> None:
    form_id = await submitted(world)
    await world.people.faults(server_errors=2, drop_connections=1, methods=["sendMessage"])

    await approve(world, form_id)
    await drained(world)

    calls = [call for call in await world.people.calls("sendMessage") if str(call["params"].get("chat_id")) == "7000"]
    # A dropped connection leaves no call in the log.
    assert [call["ok"] for call in calls] == [False, False, True]
    assert calls[2]["at"] - calls[1]["at"] > 2  # the third pause: 4 s, shortened by chance to 2 at the least
    assert (await notices(world, [GUEST])) == {GUEST: 1}


@pytest.mark.parametrize("overrides", [PRIVATELY])
async def test_after_a_day_a_message_is_given_up_and_not_before(world: World) -> None:
    await world.people.send_text(ADA, "/start")
    form_id = await submitted(world)
    await drained(world)
    await world.people.faults(server_errors=10**6, methods=["sendMessage"])
    await approve(world, form_id)
    await aged(world, hours=23)
    assert await dead(world) == []

    await aged(world, hours=25)

    async def given_up() -> bool:
        return await dead(world) == [("notice", GUEST, "TelegramServerError")]

    await until(given_up)
    told = await world.people.wait_for_message(ADA, "1 message to the guest was not delivered")

    await world.people.faults(server_errors=0)
    await world.people.send_text(ADA, "/forms")
    await world.people.wait_for_message(ADA, "1 in all")
    await press(world, ADA, "Not delivered")
    await press(world, ADA, "Send again")
    await world.people.wait_for_message(GUEST, "одобрена")

    async def taken_back() -> bool:
        card = next(m for m in await world.people.messages(ADA) if m["message_id"] == told["message_id"])
        return "not delivered" not in card["text"]

    await until(taken_back)


async def aged(world: World, *, hours: int) -> None:
    """As if the notice were so old and due now; returns when it was tried once more."""
    [(tried,)] = await world.rows("SELECT attempts FROM outbox WHERE kind = 'notice'")
    created = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time.time() - hours * 3_600))

    async def tried_again() -> bool:
        # Again and again: an attempt that was under way writes its own time.
        await execute(
            world,
            f"UPDATE outbox SET created_at = '{created}', next_attempt_at = '{LONG_AGO}'".replace(":", r"\:")  # noqa: S608
            + " WHERE kind = 'notice' AND dead_at IS NULL AND lease_until IS NULL",
        )
        services(world).outbox.wake()
        await asyncio.sleep(0.2)
        [(attempts,)] = await world.rows("SELECT attempts FROM outbox WHERE kind = 'notice'")
        return attempts >= tried + 2

    async with asyncio.timeout(10):
        while not await tried_again():
            if await dead(world):
                return


class MovedError(ApiError):
    """400 with the group's new number (Bot API, ResponseParameters)."""

    def as_json(self) -> Json:
        return super().as_json() | {"parameters": {"migrate_to_chat_id": MOVED_TO}}


MOVED_TO = -1_005_001


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", IN_GROUP)])
async def test_a_group_that_became_a_supergroup_gets_its_cards_and_the_log_says_what_to_set(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await add_group(world)
    form_id = await submitted(world)
    await drained(world)
    await world.people.create_group("Organisers", [ADA], id=MOVED_TO)
    strike = Faults.strike

    async def moved(self: Faults, method: str, params: Params) -> None:
        if str(params.values.get("chat_id")) == str(GROUP):
            raise MovedError(400, "Bad Request: group chat was upgraded to a supergroup chat")
        await strike(self, method, params)

    monkeypatch.setattr(Faults, "strike", moved)
    await approve(world, form_id)
    await submitted(world, GUEST + 1)
    await drained(world)

    assert (await shown(world, MOVED_TO))[0] == [form_id + 1]
    assert f"ADMIN_CHAT_ID={MOVED_TO}" in caplog.text
    assert await dead(world) == []
    assert await waiting(world, "refresh") == 0


@pytest.mark.parametrize("overrides", [NOBODY])
async def test_the_database_away_while_sending_does_not_send_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.sender.PAUSE_AFTER_FAULT", 0.1)
    monkeypatch.setattr("bot.services.outbox.LEASE", SHORT_LEASE)  # it ends while the database is away
    guests = range(7_000, 7_020)
    add_guests(world, guests)
    await submit(world, guests)

    async def away(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, ConnectionRefusedError())

    async def taken() -> bool:
        return sum((await notices(world, guests)).values()) > 5

    with monkeypatch.context() as patched:
        patched.setattr(OutboxRepository, "finish", away)
        await approve_all(world)
        await until(taken)
        await asyncio.sleep(0.5)
    await drained(world)

    assert await notices(world, guests) == dict.fromkeys(guests, 1)


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("overrides", [NOBODY])
async def test_connections_killed_while_sending_are_replaced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.sender.PAUSE_AFTER_FAULT", 0.1)
    guests = range(7_000, 7_040)
    add_guests(world, guests)
    await submit(world, guests)
    await approve_all(world)
    for _ in range(5):
        await asyncio.sleep(0.1)
        await world.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    # A claim whose answer was lost with its connection is free again when its minute is over.
    await execute(world, "UPDATE outbox SET lease_until = NULL WHERE sent_at IS NULL AND attempts > 0")
    services(world).outbox.wake()
    await drained(world)

    assert await notices(world, guests) == dict.fromkeys(guests, 1)


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", NOBODY | {"redis_url": "redis://127.0.0.1:1/0"})])
async def test_with_redis_away_the_process_keeps_its_own_pace(world: World, caplog: pytest.LogCaptureFixture) -> None:
    guests = range(7_000, 7_040)
    add_guests(world, guests)
    await submit(world, guests)
    await world.people.faults(rate_limits=True)

    await approve_all(world)
    await drained(world)

    assert await notices(world, guests) == dict.fromkeys(guests, 1)
    assert (await world.people.info())["limited"]["total"] == 0
    assert caplog.text.count("keeps its own pace") <= 2


@pytest.mark.parametrize(("backend", "overrides"), [("sqlite", NOBODY)])
async def test_a_stop_ends_what_is_under_way_and_leaves_the_rest(world: World) -> None:
    """What `SIGTERM` does to the application: `runner.cleanup`."""
    guests = range(7_000, 7_060)
    add_guests(world, guests)
    await submit(world, guests)
    await approve_all(world)

    async def some_arrived() -> bool:
        return sum((await notices(world, guests)).values()) > 5

    await until(some_arrived)
    async with asyncio.timeout(10):
        await world.runner.cleanup()

    arrived = [guest for guest, count in (await notices(world, guests)).items() if count]
    left = await world.rows("SELECT chat_id, lease_until FROM outbox WHERE sent_at IS NULL")
    assert left
    assert {chat for chat, _ in left} == set(guests) - set(arrived)
    assert {lease for _, lease in left} == {None}
