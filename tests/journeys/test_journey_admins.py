"""An organiser's way by real clicks: a card comes, it is decided, the guest reads it; in private and in a group."""

import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from journey_parts import OLGA, Journey, journey_on
from playwright.async_api import Browser, Locator, expect
from world import IVAN, VERA, World, example, run_world

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOTH = pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
GROUP, PAVEL = -1500, 901
GUESTS = {IVAN: "Иван", VERA: "Vera"}


class Admin:
    """The admin's phone."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.phone = journey.page.get_by_role("region", name="Admin's phone")

    @property
    def messages(self) -> Locator:
        return self.phone.locator(".message.in")

    async def card(self, number: int) -> Locator:
        """The message that is the form's card now; whatever it shows later, and whatever quotes it."""
        found = self.messages.filter(has_text=re.compile(rf"(Form|Анкета) № {number} ·")).first
        message_id = await found.get_attribute("data-message-id")
        return self.phone.locator(f'[data-message-id="{message_id}"]')

    async def press(self, message: Locator, name: str) -> None:
        await message.get_by_role("button", name=re.compile(name)).click()

    async def start(self) -> None:
        await self.phone.get_by_role("button", name="Start", exact=True).click()
        await expect(self.messages).to_have_count(1)

    async def write(self, text: str) -> None:
        await self.phone.get_by_role("textbox").fill(text)
        await self.phone.get_by_role("textbox").press("Enter")

    async def choose(self, name: str) -> None:
        """Another admin takes this phone; a dot says what is new there."""
        await self.phone.locator(".people .chip", has_text=name).click()


async def submits(world: World, guest: int, **other: object) -> None:
    """A guest who has started the bot sends the form."""
    await world.people.send_text(guest, "/start")
    answers = example() | {"name": GUESTS[guest]} | other
    await world.people.send_web_app_data(guest, json.dumps(answers))


@BOTH
async def test_a_card_is_approved_undone_and_rejected_in_own_words(journey: Journey) -> None:
    admin = Admin(journey)
    await admin.start()
    await submits(journey.world, IVAN)
    card = await admin.card(1)
    await expect(card).to_contain_text("waiting for review")
    await expect(card).to_contain_text("Иван")
    await admin.press(card, "Approve")
    await expect(card).to_contain_text("Approved: Olga")
    await expect(journey.bot_says.last).to_contain_text("одобрена")
    await admin.press(card, "Undo")
    await expect(card).to_contain_text("waiting for review")
    await expect(journey.bot_says.last).to_contain_text("отозвано")
    await admin.press(card, "Reject")
    await admin.press(card, "In my own words")
    await expect(admin.messages.last).to_contain_text("reply to this message")
    await admin.write("Мест <нет> & всё")
    await expect(card).to_contain_text("Reason: Мест <нет> & всё")
    await expect(journey.bot_says.last).to_contain_text("Мест <нет> & всё")


async def test_changes_are_asked_for_field_by_field_and_a_word_comes_back(journey: Journey) -> None:
    admin = Admin(journey)
    await admin.start()
    await journey.take_phone("Vera")
    await submits(journey.world, VERA)
    card = await admin.card(1)
    await admin.press(card, "Ask for changes")
    await admin.press(card, "Phone")
    await expect(card.get_by_role("button", name="☑️ Phone")).to_be_visible()
    await admin.press(card, "Send as it is")
    await expect(card).to_contain_text("To change: Phone")
    await expect(journey.bot_says.last).to_contain_text("To change: Phone")
    await admin.press(card, "Write to the guest")
    await expect(admin.messages.last).to_contain_text("Reply to this message")
    await admin.write("Will you come by train?")
    await expect(journey.bot_says.last).to_contain_text("Will you come by train?")
    await journey.guest.get_by_role("textbox").fill("By boat 🚢")
    await journey.guest.get_by_role("textbox").press("Enter")
    await expect(journey.bot_says.last).to_contain_text("Passed on")
    answer = admin.messages.last
    await expect(answer).to_contain_text("By boat 🚢")
    await expect(answer.locator(".quote")).to_contain_text("Form № 1")
    await admin.press(card, "History")
    await expect(card).to_contain_text("the guest’s answer")


async def test_the_list_is_searched_reviewed_and_approved_at_once(journey: Journey) -> None:
    admin, world = Admin(journey), journey.world
    await admin.start()
    for number in range(3):
        await submits(world, IVAN, name=f"Гость {number}", ticket_type=("VIP", "Standard", "Student")[number])
    await submits(world, VERA, name="Vera Stone")
    await expect(await admin.card(4)).to_be_visible()
    await admin.write("/forms стоун")
    await expect(admin.messages.last).to_contain_text("There is nothing here")
    await admin.write("/forms")
    screen = admin.messages.last
    await expect(screen).to_contain_text("4 in all")
    await admin.press(screen, r"Review \(4\)")
    await expect(screen).to_contain_text("Form № 1 ·")
    await admin.press(screen, "Approve")
    await expect(screen).to_contain_text("№ 1 is approved")
    await expect(screen).to_contain_text("Form № 2 ·")
    await admin.press(screen, "Skip")
    await expect(screen).to_contain_text("Form № 3 ·")
    await admin.press(screen, "Stop")
    await expect(screen).to_contain_text("Waiting for review: 3 forms")
    await admin.press(screen, r"^Ticket")
    await admin.press(screen, "VIP")
    await expect(screen).to_contain_text("Waiting for review, VIP: 1 form")
    await admin.press(screen, r"^Ticket")
    await admin.press(screen, "Any")
    await admin.press(screen, r"Approve all \(3\)")
    await admin.press(screen, "Yes, approve 3")
    await expect(screen).to_contain_text("3 forms are approved")
    await admin.write("/stats")
    await expect(admin.phone.get_by_role("button", name="Open the picture")).to_be_visible(timeout=20_000)
    await expect(admin.messages.last).to_contain_text("approved: 4")


@pytest_asyncio.fixture(loop_scope="session")
async def in_group(browser: Browser, database_url: str) -> AsyncIterator[Journey]:
    """Olga, Pavel and a helper who is no admin, in the admins' group."""
    admins = frozenset({OLGA, PAVEL})
    async with run_world(database_url, "webhook", admin_ids=admins, admin_chat_id=GROUP) as world:
        await world.people.create_user("Olga", id=OLGA, role="admin", language_code="en")
        await world.people.create_user("Pavel", id=PAVEL, role="admin", language_code="ru")
        await world.people.create_user("Helper", id=902, role="admin", language_code="en")
        await world.people.create_group("Committee", [OLGA, PAVEL, 902], id=GROUP)
        async with journey_on(browser, world) as begun:
            yield begun


async def test_two_admins_in_a_group_and_one_who_is_none(in_group: Journey) -> None:
    admin = Admin(in_group)
    await submits(in_group.world, IVAN)

    async def take(name: str) -> None:
        await admin.choose(name)
        await admin.phone.get_by_role("navigation", name="Chats").get_by_role("button", name="Committee").click()

    await take("Helper")
    card = await admin.card(1)
    await admin.press(card, "Одобрить")
    await expect(admin.phone.locator(".dialog-box")).to_contain_text("Only the bot’s admins")
    await admin.phone.locator(".dialog-buttons button").click()
    await expect(card).to_contain_text("ждёт решения")
    await take("Pavel")
    await admin.press(card, "Отклонить")
    await admin.press(card, "Мест больше нет")
    await expect(card).to_contain_text("Отклонено: Pavel")
    await take("Olga")
    await expect(card).to_contain_text("Причина: Мест больше нет.")
    await admin.press(card, "Отменить решение")
    await expect(admin.phone.locator(".dialog-box")).to_contain_text("Only the one who decided")
