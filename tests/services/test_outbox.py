"""The outbox: order, leases, nothing sent by two, retries and their end, cards in a rush."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from services.service_parts import ADA, NOON, House, at_once
from sqlalchemy import bindparam, select, update

from bot.actor import Actor, Role
from bot.errors import Forbidden
from bot.services import OutboxRecord
from bot.services.outbox import CARDS_WINDOW, LEASE, MOST_CARDS, Became, pause_seconds
from db import outbox as outbox_module
from db.records import FormMessage, NewMessage
from db.tables import outbox

ADMINS_CHAT = -100


async def add(house: House, *messages: NewMessage) -> None:
    async with house.transactions.write() as transaction:
        await transaction.outbox.add(messages, house.clock())


async def word(house: House, chat_id: int, **more: Any) -> None:
    await add(house, NewMessage("word", chat_id, **more))


async def claimed(house: House, most: int = 100) -> Sequence[OutboxRecord]:
    return await house.services.outbox.claim(most)


async def row(house: House, number: int) -> Any:
    [found] = await house.rows(
        "SELECT sent_at IS NOT NULL, dead_at IS NOT NULL, attempts, revision FROM outbox WHERE id = :id", id=number
    )
    return found


class TestLanes:
    async def test_one_after_another_and_no_lane_waits_for_another(self, house: House) -> None:
        for text_ in ("1", "2", "3"):
            await word(house, 7, params={"text": text_})
        await word(house, 8)
        order = []
        while batch := await claimed(house):
            order.append([(record.chat_id, record.params.get("text")) for record in batch])
            for record in batch:
                await house.services.outbox.finish(record, message_id=1)

        assert order == [[(7, "1"), (8, None)], [(7, "2")], [(7, "3")]]

    async def test_the_urgent_first(self, house: House) -> None:
        for chat_id, priority in ((1, 3), (2, 0), (3, 1)):
            await word(house, chat_id, priority=priority)
        assert [record.chat_id for record in await claimed(house, 2)] == [2, 3]
        assert [record.chat_id for record in await claimed(house, 2)] == [1]

    async def test_one_given_back_is_first_again_and_counts_no_attempt(self, house: House) -> None:
        await word(house, 7)
        await word(house, 7)
        [first] = await claimed(house)
        assert first.attempts == 1
        await house.services.outbox.give_back([first])

        [again] = await claimed(house)
        assert (again.id, again.attempts) == (first.id, 1)

    async def test_a_sender_waits_for_the_first_of_a_lane_and_does_not_spin(self, house: House) -> None:
        await word(house, 7)
        await word(house, 7)
        [first] = await claimed(house)
        await house.services.outbox.failed(first, "retry_after", retry_after=30)

        async with house.transactions.read() as transaction:
            assert await transaction.outbox.next_due() == NOON + timedelta(seconds=30)
        await word(house, 8)
        async with house.transactions.read() as transaction:
            assert await transaction.outbox.next_due() == NOON

    async def test_a_dead_one_lets_its_lane_go(self, house: House) -> None:
        await word(house, 7)
        await word(house, 7)
        [first] = await claimed(house)
        await house.services.outbox.refused(first, "Forbidden")
        [second] = await claimed(house)
        assert second.id == first.id + 1


class TestLease:
    async def test_its_end_gives_the_message_to_another(self, house: House, beside: House) -> None:
        await word(house, 7)
        [first] = await claimed(house)
        house.clock.pass_(LEASE.total_seconds() - 1)
        assert await claimed(beside) == []
        async with house.transactions.read() as transaction:
            assert await transaction.outbox.next_due() == NOON + LEASE

        house.clock.pass_(1)
        [again] = await claimed(beside)

        assert (again.id, again.attempts) == (first.id, 2)

    async def test_held_for_longer(self, house: House, beside: House) -> None:
        await word(house, 7)
        [first] = await claimed(house)
        house.clock.pass_(50)
        await house.services.outbox.hold(first)
        house.clock.pass_(50)
        assert await claimed(beside) == []


async def two_senders(house: House, beside: House, number: int = 40) -> list[int]:
    """What both have claimed, each in steps, at once."""
    await add(house, *(NewMessage("word", chat_id) for chat_id in range(1, number + 1)))

    async def drain(sender: House) -> list[int]:
        found: list[int] = []
        while batch := await claimed(sender, 4):
            found += [record.id for record in batch]
        return found

    mine, yours = await at_once(lambda: drain(house), lambda: drain(beside))
    assert not isinstance(mine, BaseException), mine
    assert not isinstance(yours, BaseException), yours
    return sorted(mine + yours)


async def test_two_senders_never_claim_the_same(house: House, beside: House) -> None:
    found = await two_senders(house, beside)
    assert len(found) == len(set(found)) == 40


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_nor_when_one_claims_under_the_other_s_eyes(house: House, beside: House) -> None:
    """The second claims while the first's transaction is open: it waits for nothing and takes the others."""
    await add(house, *(NewMessage("word", chat_id) for chat_id in range(1, 11)))
    now = house.clock()
    async with house.transactions.write() as first:
        mine = await first.outbox.claim(5, now, now + LEASE)
        async with beside.transactions.write() as second:
            yours = await second.outbox.claim(10, now, now + LEASE)

    assert sorted(record.id for record in [*mine, *yours]) == list(range(1, 11))


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_negative_control_without_the_lock_and_the_lease_both_claim_it(
    house: House, beside: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [*outbox_module._RECORD, outbox.c.priority]
    careless = select(*columns).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.id).limit(bindparam("most"))
    monkeypatch.setitem(outbox_module._CLAIM, "postgresql", careless)
    await word(house, 7)

    mine, yours = await at_once(lambda: claimed(house, 1), lambda: claimed(beside, 1))

    assert mine == yours


class TestEnd:
    async def test_arrived(self, house: House) -> None:
        await word(house, 7)
        [record] = await claimed(house)
        await house.services.outbox.finish(record, message_id=99)

        assert await row(house, record.id) == (True, False, 0, 0)
        assert await house.rows("SELECT message_id FROM outbox") == [(99,)]
        house.clock.pass_(3 * 86_400 + 1)
        await house.services.outbox.forget_old()
        assert await house.rows("SELECT id FROM outbox") == []

    async def test_a_failure_is_tried_again_and_given_up_after_a_day(self, house: House) -> None:
        await word(house, 7)
        [record] = await claimed(house)
        await house.services.outbox.failed(record, "TelegramNetworkError")
        assert await claimed(house) == []
        house.clock.pass_(1)
        [record] = await claimed(house)
        assert record.attempts == 2
        house.clock.now = NOON + timedelta(hours=24)
        await house.services.outbox.failed(record, "TelegramNetworkError")
        assert await row(house, record.id) == (False, False, 2, 0)

        house.clock.pass_(2)
        [record] = await claimed(house)
        await house.services.outbox.failed(record, "TelegramServerError")

        assert await row(house, record.id) == (False, True, 3, 0)
        assert (await claimed(house), await next_due(house)) == ([], None)
        total, [lost] = await house.services.outbox.undelivered(ADA)
        assert (total, lost.last_error) == (1, "TelegramServerError")
        with pytest.raises(Forbidden):
            await house.services.outbox.undelivered(Actor(1, Role.GUEST))

    async def test_telegram_s_own_pause_is_kept(self, house: House) -> None:
        await word(house, 7)
        [record] = await claimed(house)
        await house.services.outbox.failed(record, "TelegramRetryAfter", retry_after=500)
        assert await next_due(house) == NOON + timedelta(seconds=500)

    def test_pauses_grow_to_a_quarter_of_an_hour(self) -> None:
        assert all(2.0**number / 2 <= pause_seconds(number + 1) <= 2.0**number for number in range(9))
        assert all(450 <= pause_seconds(attempts) <= 900 for attempts in (11, 50, 5_000))

    async def test_a_guest_who_has_blocked_the_bot(self, house: House) -> None:
        form = await house.form()
        await house.services.conversations.say(ADA, None, form.id, "Ждём вас")
        [record] = await claimed(house)
        await house.services.outbox.refused(record, "Forbidden", blocked=True)

        card = await house.services.review.card(ADA, form.id)
        assert card.guest is not None
        assert (card.guest.blocked, card.undelivered) == (True, 1)

    async def test_once_more_or_never_mind(self, house: House) -> None:
        form = await house.form()
        await card_stands(house, form.id, 5)
        async with house.transactions.write() as transaction:
            await transaction.outbox.refresh([form.id], NOON, NOON, priority=1)
        await word(house, 7)
        for record in await claimed(house):
            await house.services.outbox.refused(record, "BadRequest")

        assert (await house.services.outbox.undelivered(ADA))[0] == 1, "the edit of a card is nobody's news"
        assert await house.services.outbox.retry_undelivered(ADA) == 1
        [again] = await claimed(house)
        assert (again.kind, again.attempts) == ("word", 1)
        await house.services.outbox.refused(again, "BadRequest")
        assert await house.services.outbox.dismiss_undelivered(ADA) == 1
        assert (await house.services.lists.counts(ADA)).undelivered == 0


async def next_due(house: House) -> Any:
    async with house.transactions.read() as transaction:
        return await transaction.outbox.next_due()


async def test_a_wake_is_not_slept_through(house: House) -> None:
    waiting = asyncio.create_task(house.services.outbox.wait(60))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await word(house, 7)
    house.services.outbox.wake()
    async with asyncio.timeout(5):
        await waiting


async def card_stands(house: House, form_id: int, message_id: int, purpose: str = "card") -> None:
    message = FormMessage(ADMINS_CHAT, message_id, form_id, purpose, {}, house.clock())
    async with house.transactions.write() as transaction:
        await transaction.form_messages.put(message)


class TestRefresh:
    async def refresh(self, house: House, *form_ids: int, seconds: float = 0, priority: int = 1) -> None:
        async with house.transactions.write() as transaction:
            due = house.clock() + timedelta(seconds=seconds)
            await transaction.outbox.refresh(form_ids, house.clock(), due, priority=priority)

    async def test_every_place_of_a_form_once(self, house: House) -> None:
        form, other = await house.form(), await house.form()
        await card_stands(house, form.id, 5)
        await card_stands(house, form.id, 6, "review")
        await card_stands(house, form.id, 7, "ask")
        await card_stands(house, other.id, 8)
        await self.refresh(house, form.id, seconds=60, priority=3)
        await self.refresh(house, form.id)
        await self.refresh(house, form.id, seconds=90, priority=3)

        assert await house.rows("SELECT message_id, revision, priority FROM outbox ORDER BY message_id") == [
            (5, 2, 1),
            (6, 2, 1),
        ]
        assert [record.kind for record in await claimed(house)] == ["refresh", "refresh"], "due as the soonest of them"

    async def test_a_reason_that_comes_while_it_is_sent_leads_to_another_edit(self, house: House) -> None:
        form = await house.form()
        await card_stands(house, form.id, 5)
        await self.refresh(house, form.id)
        [first] = await claimed(house)
        await self.refresh(house, form.id)
        assert await claimed(house) == []

        await house.services.outbox.finish(first)
        [again] = await claimed(house)
        assert (again.id, again.revision, again.message_id) == (first.id, 1, 5)
        await house.services.outbox.finish(again)
        assert await claimed(house) == []
        await self.refresh(house, form.id)
        assert len(await claimed(house)) == 1, "what was sent does not stand in the way of a new one"

    async def test_a_card_that_shows_a_minute_s_button_is_tidied_after_it(self, house: House) -> None:
        form = await house.form()
        await card_stands(house, form.id, 5)
        await self.refresh(house, form.id)
        [record] = await claimed(house)
        await house.services.outbox.finish(record, became=Became(stale_at=NOON + timedelta(seconds=60)))

        assert await claimed(house) == []
        house.clock.pass_(60)
        assert [record.kind for record in await claimed(house)] == ["refresh"]


@pytest_asyncio.fixture
async def rush(house: House) -> House:
    """Cards go to the admins' chat."""
    return House(house.database, house.questionnaire, (ADMINS_CHAT,), house.clock, house.numbers)


class TestFold:
    async def sent(self, house: House, number: int) -> None:
        """So many cards arrive in the chat."""
        for _ in range(number):
            [record] = await claimed(house)
            assert record.kind == "card"
            await house.services.outbox.finish(record, message_id=record.id)

    async def forms(self, house: House, number: int) -> list[int]:
        return [(await house.form()).id for _ in range(number)]

    async def test_fifteen_are_cards(self, rush: House) -> None:
        numbers = await self.forms(rush, MOST_CARDS)
        kinds = []
        while batch := await claimed(rush):
            kinds += [(record.kind, record.form_id) for record in batch]
            await rush.services.outbox.finish(batch[0], message_id=1)
        assert kinds == [("card", number) for number in numbers]

    async def test_sixteen_are_one_digest(self, rush: House) -> None:
        numbers = await self.forms(rush, MOST_CARDS + 1)

        [digest] = await claimed(rush)

        assert (digest.kind, digest.chat_id) == ("digest", ADMINS_CHAT)
        told = await rush.services.outbox.digest(digest)
        assert (told.count, told.first, told.last) == (16, numbers[0], numbers[-1])
        await rush.services.outbox.finish(digest, message_id=9)
        assert await claimed(rush) == []

    async def test_a_rush_has_no_limit(self, rush: House) -> None:
        """More cards than a statement has places for parameters."""
        form = await rush.form()
        await add(rush, *(NewMessage("card", ADMINS_CHAT, form.id) for _ in range(33_000)))
        [digest] = await claimed(rush)
        assert (await rush.services.outbox.digest(digest)).count == 33_001

    async def test_those_that_were_sent_count_and_later_ones_open_the_digest_again(self, rush: House) -> None:
        await self.forms(rush, 10)
        await self.sent(rush, 10)
        rush.clock.pass_(30)
        late = await self.forms(rush, 6)
        [digest] = await claimed(rush)
        assert (await rush.services.outbox.digest(digest)).count == 6
        await rush.services.outbox.finish(digest, message_id=9)

        rush.clock.pass_(10)
        late += await self.forms(rush, 3)
        assert await claimed(rush) == []
        rush.clock.pass_(5)
        [again] = await claimed(rush)

        told = await rush.services.outbox.digest(again)
        assert (again.id, again.message_id) == (digest.id, 9)
        assert (told.count, told.first, told.last) == (9, late[0], late[-1])

    async def test_one_that_comes_while_the_digest_is_sent_is_told_next(self, rush: House) -> None:
        await self.forms(rush, 16)
        [digest] = await claimed(rush)
        assert (await rush.services.outbox.digest(digest)).count == 16
        await self.forms(rush, 1)
        assert await claimed(rush) == []
        await rush.services.outbox.finish(digest, message_id=9)

        rush.clock.pass_(5)
        [again] = await claimed(rush)
        assert (again.id, (await rush.services.outbox.digest(again)).count) == (digest.id, 17)

    async def test_when_the_rush_is_over_there_are_cards_again(self, rush: House) -> None:
        await self.forms(rush, 16)
        [digest] = await claimed(rush)
        await rush.services.outbox.finish(digest, message_id=9)
        rush.clock.pass_(CARDS_WINDOW.total_seconds())
        await self.forms(rush, 1)

        [card] = await claimed(rush)
        assert card.kind == "card"
        await rush.services.outbox.finish(card, message_id=10)
        rush.clock.pass_(600)
        await self.forms(rush, 16)
        [later] = await claimed(rush)
        assert (later.kind, later.id != digest.id) == ("digest", True)
        assert (await rush.services.outbox.digest(later)).count == 16

    async def test_no_empty_digest_when_others_are_sending_them_all(self, rush: House) -> None:
        await self.forms(rush, 16)
        under_way = update(outbox).values(lease_until=NOON + LEASE)
        async with rush.database.write() as connection:
            await connection.execute(under_way)

        assert await claimed(rush) == []
        assert await rush.rows("SELECT count(*) FROM outbox WHERE kind = 'digest'") == [(0,)]

    async def test_other_chats_and_other_messages_are_left_alone(self, rush: House) -> None:
        await self.forms(rush, 16)
        await add(rush, NewMessage("card", 42, 1), NewMessage("word", ADMINS_CHAT, lane="w"))

        kinds = {(record.kind, record.chat_id) for record in await claimed(rush)}

        assert kinds == {("digest", ADMINS_CHAT), ("card", 42), ("word", ADMINS_CHAT)}

    async def test_two_senders_fold_once(self, rush: House) -> None:
        other = rush.beside()
        try:
            await self.forms(rush, 40)
            results = await at_once(lambda: claimed(rush), lambda: claimed(other))
        finally:
            await other.database.close()

        found = [record for result in results if not isinstance(result, BaseException) for record in result]
        assert [record.kind for record in found] == ["digest"]
        assert (await rush.services.outbox.digest(found[0])).count == 40
