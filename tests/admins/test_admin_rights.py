"""Who may what: every command and every button, by everybody who may not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from admins.admin_parts import BORIS, EVE, GROUP, OTHER_GROUP, Desk, label, run_desk, url_of
from world import ADA, IVAN, example

from bot.actor import Actor, Role
from bot.errors import Forbidden
from bot.messages.buttons import FormVerb, ListVerb
from bot.services import Decision, FormFilter, MessageKey, Services
from bot.services.statuses import Status
from bot.web.keys import SERVICES

ARGUMENTS = {"because": "no_places", "send": "1", "words": "1", "changes": "1"}
LIST_ARGUMENTS = {"open": "1", "yes": "1", "set": "s1", "file": "csv", "skip": "1"}
COMMANDS = ("/forms", "/forms иван", "/form 1", "/stats", "/export")
TABLES = ("forms", "form_events", "outbox", "form_messages", "saved_filters", "dead_letters")
GUEST = Actor(IVAN, Role.GUEST)
NAME = "AAAAAAAAAAA"
# A sandbox that has started anew knows no message of the one before it.
NOT_THERE = "Bad Request: message to edit not found"

type Ask = Callable[[Services], Awaitable[object]]


def presses(name: str) -> list[str]:
    """The data of every button there is."""
    of_forms = [f"f:{verb}:1:{ARGUMENTS.get(verb, '')}" for verb in get_args(FormVerb)]
    of_lists = [f"l:{verb}:{name}:{LIST_ARGUMENTS.get(verb, '')}" for verb in get_args(ListVerb)]
    return of_forms + of_lists


async def everything(desk: Desk) -> list[Any]:
    """What is in the database, as far as an admin could change it."""
    forms = await desk.world.rows("SELECT id, status, version FROM forms ORDER BY id")
    return [forms, *[await desk.world.count(table) for table in TABLES]]


async def test_nobody_else_does_or_learns_anything(database: str, postgres: str, tmp_path: Path) -> None:
    url = await url_of(database, tmp_path, postgres)
    async with run_desk(url, admin_chat_id=GROUP) as desk:
        number = await desk.form(IVAN, name="Тайный Гость")
        card = await desk.seat(BORIS, GROUP).card(number)
        filtered = await desk.seat(BORIS).ask("/forms тайный", f"№ {number}")
        await desk.seat(BORIS, GROUP).tap(card, "button-word")
        prompt = await desk.seat(BORIS, GROUP).read("/cancel", after=card["message_id"])
        await desk.quiet()
    [(name,)] = await desk.world.rows("SELECT id FROM saved_filters ORDER BY used_at DESC LIMIT 1")

    # The same database, and Boris is no admin any more.
    async with run_desk(url, admin_chat_id=GROUP, admin_ids=frozenset({ADA})) as desk:
        before = await everything(desk)
        outsiders = [
            (IVAN, IVAN, "not-admin"),
            (BORIS, BORIS, "not-admin"),
            (BORIS, GROUP, "not-admin"),
            (EVE, GROUP, "not-admin"),
            (IVAN, OTHER_GROUP, "not-admin"),
            (ADA, OTHER_GROUP, "not-here"),
        ]
        for user_id, chat_id, words in outsiders:
            for data in presses(name):
                answer = await desk.raw_press(user_id, chat_id, card["message_id"], data)
                assert (answer["text"], answer["show_alert"]) == (label(user_id, words), True), (user_id, data)
            await _commands(desk, user_id, chat_id, words)
        refusal = await desk.raw_reply(BORIS, GROUP, prompt["message_id"], "привет")
        assert refusal["text"] == label(BORIS, "not-admin")
        assert await everything(desk) == before
        assert filtered["text"]
        commands = await desk.people.commands(BORIS, BORIS)
        assert "forms" not in [command["command"] for command in commands]


async def test_a_former_admin_s_cards_go_blank_instead_of_telling_new_answers(
    database: str, postgres: str, tmp_path: Path
) -> None:
    url = await url_of(database, tmp_path, postgres)
    async with run_desk(url) as desk:
        number = await desk.form(IVAN, name="Тайный Гость")
        cards = {admin: (await desk.seat(admin).card(number))["message_id"] for admin in (ADA, BORIS)}
        await desk.quiet()

    async with run_desk(url, admin_ids=frozenset({ADA})) as desk:
        for quantity in (3, 4):
            await desk.put(IVAN, number, form_data=example() | {"quantity": quantity, "name": "Новое Имя"})
            await desk.quiet()
        calls = await desk.people.calls("editMessageText", limit=1_000)
        edits = [(call["params"]["chat_id"], call["params"]["text"]) for call in calls]
        assert [text for chat, text in edits if int(chat) == BORIS] == [label(BORIS, "card-withheld")]
        assert [text for chat, text in edits if int(chat) == ADA and "Новое Имя" in text], "the control"
        desk.excused.add(NOT_THERE)
        assert cards


async def _commands(desk: Desk, user_id: int, chat_id: int, words: str) -> None:
    seat = desk.seat(user_id, chat_id)
    for command in COMMANDS:
        if chat_id > 0 or words == "not-here":
            assert (await seat.ask(command))["text"] == label(user_id, words), command
        else:
            after = await seat.say(command)
            assert [m for m in seat.messages() if m["message_id"] > after] == []


ASKED: dict[str, Ask] = {
    "card": lambda services: services.review.card(GUEST, 1),
    "decide": lambda services: services.review.decide(GUEST, None, 1, Decision(Status.APPROVED)),
    "undo": lambda services: services.review.undo(GUEST, 1),
    "approve_all": lambda services: services.review.approve_all(GUEST, None, FormFilter()),
    "refresh": lambda services: services.review.refresh(GUEST, 1),
    "history": lambda services: services.review.history(GUEST, 1),
    "save": lambda services: services.lists.save(GUEST, FormFilter()),
    "load": lambda services: services.lists.load(GUEST, NAME),
    "counts": lambda services: services.lists.counts(GUEST),
    "page": lambda services: services.lists.page(GUEST, FormFilter()),
    "next_waiting": lambda services: services.lists.next_waiting(GUEST, FormFilter(), None),
    "waiting": lambda services: services.lists.waiting(GUEST, FormFilter()),
    "count": lambda services: services.lists.count(GUEST, FormFilter()),
    "collect": lambda services: services.statistics.collect(GUEST),
    "say": lambda services: services.conversations.say(GUEST, None, 1, "…"),
    "undelivered": lambda services: services.outbox.undelivered(GUEST),
    "retry": lambda services: services.outbox.retry_undelivered(GUEST),
    "dismiss": lambda services: services.outbox.dismiss_undelivered(GUEST),
    "export": lambda services: services.outbox.request_export(GUEST, IVAN, FormFilter(), kind="csv", language="ru"),
}


async def test_the_services_ask_once_more(tmp_path: Path) -> None:
    async with run_desk(f"sqlite+aiosqlite:///{tmp_path}/bal_bot.db") as desk:
        await desk.form(IVAN)
        services = desk.world.app[SERVICES]
        card = await services.review.card(replace(GUEST, role=Role.ADMIN), 1)
        with pytest.raises(Forbidden):
            await services.review.shown(GUEST, card, MessageKey(ADA, 1))
        for name, ask in ASKED.items():
            with pytest.raises(Forbidden):
                pytest.fail(f"{name}: {await ask(services)}")
        await desk.quiet()
