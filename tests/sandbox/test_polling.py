"""getUpdates: offsets, long polls, conflicts."""

import asyncio

import pytest
from sandbox_parts import ANNA, BORIS, Bot, until

from sandbox import Sandbox, SandboxClient

NOBODY_ELSE = (
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)


async def until_polled(sandbox: Sandbox) -> None:
    await until(lambda: sandbox.world.updates.polled)


async def test_updates_stay_until_a_later_offset_confirms_them(bot: Bot, people: SandboxClient) -> None:
    await people.send_text(BORIS, "hello")
    first, second = await bot.result("getUpdates")
    assert [first["message"]["text"], second["message"]["text"]] == ["/start", "hello"]
    assert second["update_id"] == first["update_id"] + 1
    assert await bot.result("getUpdates", limit=1) == [first]
    assert await bot.result("getUpdates", offset=second["update_id"]) == [second]
    assert await bot.result("getUpdates", offset=second["update_id"] + 1) == []


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(bot: Bot, people: SandboxClient) -> None:
    await people.send_text(BORIS, "one")
    await people.send_text(BORIS, "two")
    assert [u["message"]["text"] for u in await bot.result("getUpdates", offset=-1)] == ["two"]
    assert len(await bot.result("getUpdates")) == 1


async def test_a_long_poll_ends_with_the_update_it_waits_for(sandbox: Sandbox, bot: Bot, people: SandboxClient) -> None:
    (start,) = await bot.result("getUpdates")
    poll = asyncio.create_task(bot.result("getUpdates", offset=start["update_id"] + 1, timeout=50))
    await until_polled(sandbox)
    await people.send_text(ANNA, "now")
    assert [u["message"]["text"] for u in await poll] == ["now"]


async def test_a_long_poll_without_updates_ends_empty(bot: Bot) -> None:
    assert await bot.result("getUpdates", timeout=1) == []


async def test_of_two_polls_the_earlier_is_terminated(sandbox: Sandbox, bot: Bot, people: SandboxClient) -> None:
    (start,) = await bot.result("getUpdates")
    offset = start["update_id"] + 1
    earlier = asyncio.create_task(bot.refused("getUpdates", offset=offset, timeout=50))
    await until_polled(sandbox)
    later = asyncio.create_task(bot.result("getUpdates", offset=offset, timeout=50))
    assert await earlier == NOBODY_ELSE
    await until_polled(sandbox)
    await people.send_text(ANNA, "hi")
    assert len(await later) == 1


async def test_a_webhook_and_polling_exclude_each_other(sandbox: Sandbox, bot: Bot) -> None:
    poll = asyncio.create_task(bot.refused("getUpdates", timeout=50))
    await until_polled(sandbox)
    await bot.result("setWebhook", url="https://a.example/hook")
    assert await poll == (409, "Conflict: terminated by setWebhook request")
    status, description = await bot.refused("getUpdates")
    assert status == 409
    assert description.startswith("Conflict: can't use getUpdates method while webhook is active")
    await bot.result("deleteWebhook")
    assert await bot.result("getUpdates") == []


async def test_allowed_updates_leave_kinds_out_from_then_on(bot: Bot, people: SandboxClient) -> None:
    await bot.result("getUpdates", offset=-1, allowed_updates=["my_chat_member"])
    await people.send_text(BORIS, "unheard")
    await people.block(BORIS)
    assert [set(u) - {"update_id"} for u in await bot.result("getUpdates")] == [{"message"}, {"my_chat_member"}]
    await bot.result("getUpdates", allowed_updates=[])
    await people.unblock(BORIS)
    await people.send_text(BORIS, "heard")
    assert (await bot.result("getUpdates"))[-1]["message"]["text"] == "heard"


async def test_pending_updates_can_be_dropped(bot: Bot, people: SandboxClient) -> None:
    await people.send_text(ANNA, "x")
    assert (await bot.result("getWebhookInfo"))["pending_update_count"] == 2
    await bot.result("deleteWebhook", drop_pending_updates=True)
    assert await bot.result("getUpdates") == []


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (1, 1), (1000, 100)])
async def test_a_limit_is_kept_between_1_and_100(bot: Bot, people: SandboxClient, limit: int, count: int) -> None:
    for number in range(101):
        await people.send_text(ANNA, str(number))
    assert len(await bot.result("getUpdates", limit=limit)) == count
