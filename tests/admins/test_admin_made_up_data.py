"""Button data that no button of ours carries: a client may send anything."""

import pytest
from admins.admin_parts import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")
HUGE = "9" * 60
MADE_UP = [
    "", ":", ":::::", "x", "x:y:z", "f", "f:", "f:approve", "f:approve:1", "f:approve:1::x", "f:nonsense:1:",
    "f:approve:1::-1", "f:approve:1:::", "F:approve:1:", "f:approve:x:", "f:approve::", "f:approve:-1:", "f:approve:0:",
    f"f:approve:{HUGE}:", f"f:card:{2**63 - 1}:", "f:approve:1e3:", "f:because:{n}:", "f:because:{n}:nonsense",
    "f:because:{n}:\x00",
    "f:because:{n}:💥", "f:answers:{n}:99999", "f:answers:{n}:-1", "f:answers:{n}:٣", "f:answers:{n}:" + HUGE,
    "f:changes:{n}:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "f:changes:{n}:-5", "f:changes:{n}:!", "f:send:{n}:",
    "f:send:{n}:!!", "f:undo:{n}:nonsense", "f:undo:{n}:\x00", "f:card:{n}:<b>", "l", "l:", "l:page", "l:page:",
    "l:page::", "l:nonsense:{f}:", "l:page:\x00:", "l:page:💥:", "l:page:" + "a" * 300 + ":", "l:page:{f}:>",
    "l:page:{f}:<", "l:page:{f}:>0", "l:page:{f}:>-1", "l:page:{f}:<1.-1", "l:page:{f}:>1.zzzzzzzzzzzzz",
    "l:page:{f}:>" + "z" * 40, "l:page:{f}:>1.zzzzzzzzz", "l:page:{f}:<0.0", "l:page:{f}:x", "l:page:{f}:>\x00",
    "l:open:{f}:", "l:open:{f}:x", "l:open:{f}:-1", "l:open:{f}:" + HUGE, "l:open:{f}:²", "l:set:{f}:",
    "l:set:{f}:s99", "l:set:{f}:t99", "l:set:{f}:d99", "l:set:{f}:x1", "l:set:{f}:s-1", "l:set:{f}:s" + HUGE,
    "l:set:{f}:s²", "l:review:{f}:\x00", "l:review:{f}:zzz.zzz", "l:skip:{f}:", "l:skip:{f}:-1",
    "l:skip:{f}:" + "z" * 60, "l:yes:{f}:x", "l:yes:{f}:" + HUGE, "l:file:{f}:nonsense", "l:status:{f}:x",
    "l:home:x:y:z", "l:lost:!:", "l:set:{f}:" + "9" * 5_000, "f:card:" + "9" * 5_000 + ":", "📎" * 16, "a" * 4_000,
]  # fmt: skip


async def test_it_is_answered_and_harms_nothing(desk: Desk, admin: int, guest: int) -> None:
    number = await desk.form(guest)
    seat = desk.seat(admin)
    card = await seat.card(number)
    await desk.quiet()
    # A filter that finds nothing: "yes" approves none.
    await seat.ask("/forms нетникого", "нетникого")
    [(name,)] = await desk.world.rows("SELECT id FROM saved_filters ORDER BY used_at DESC LIMIT 1")

    for data in MADE_UP:
        made_up = data.replace("{n}", str(number)).replace("{f}", name)
        answer = await desk.raw_press(admin, admin, card["message_id"], made_up)
        assert answer.get("method") == "answerCallbackQuery", made_up
        assert await desk.status(number) == "submitted", made_up
    assert await desk.world.count("dead_letters") == 0
    assert [action for _, action, _ in await desk.history(number)] == ["created"]
