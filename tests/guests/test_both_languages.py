"""Everything that a guest may do in the chat, once in Russian and once in English: each word is of that language."""

import re
from dataclasses import dataclass, replace
from html import unescape

import pytest
from fill.fill_parts import Guest as Writer
from fill.fill_parts import Json
from guest_parts import Guest, page_of
from test_reminders import is_left, reminders
from world import IVAN, STORED, VERA, World, until

from bot.locales import texts_of

FOREIGN = {"ru": re.compile(r"(?<![/@.\w№])[a-z]{3,}(?![@.\w])"), "en": re.compile("[а-яё]+", re.IGNORECASE)}
"""Words that are not of the language; addresses and commands are of every one."""
NOTE = {"ru": "Имя целиком, пожалуйста", "en": "The whole name, please"}
NAME = {"ru": "Иван Иванов", "en": "Ivan Stone"}
NO = {"ru": "Нет", "en": "None"}


@dataclass
class Speaker(Writer):
    """A guest who reads one language, and presses what it calls the buttons."""

    language: str

    @property
    def hands(self) -> Guest:
        """The same person's, for what is not asked in the chat."""
        return Guest(self.world, self.id)

    def text(self, name: str, **arguments: object) -> str:
        """A message of bot/locales as it is shown; of one with lines, the first."""
        whole = texts_of(self.language)(name, **arguments)
        return unescape(re.sub(r"<[^>]+>", "", whole)).split("\n")[0].strip()

    async def reads(self, name: str, *, after: int = 0, **arguments: object) -> Json:
        """The bot's message that says so, as soon as it is there."""
        return await self.world.people.wait_for_message(self.id, self.text(name, **arguments), after=after)

    async def asks(self, command: str, name: str, **arguments: object) -> Json:
        return await self.says(command, self.text(name, **arguments))

    async def goes(self, message: Json, *names: str, reads: str, **arguments: object) -> Json:
        """Press one button after another under a message, which says so then."""
        for name in names:
            await self.hands.press(message, self.text(name) if name.islower() else name)
        shown = self.message(message["message_id"])
        assert self.text(reads, **arguments) in shown["text"]
        return shown

    async def answers(self, *words: str) -> None:
        """The ball's questions up to the summary, from the first one on."""
        for number, word in enumerate(words, 2):
            await self.asks(word, "fill-number", number=number, total=7)

    async def decided(self, status: str, **decision: object) -> Json:
        """The organisers' decision on form 1, and the bot's message about it."""
        last = max(message["message_id"] for message in self.messages())
        await self.hands.decide(1, status, **decision)
        return await self.reads(f"notice-{status.replace('_', '-')}", after=last, number=1, date="", place="")

    def foreign(self) -> list[str]:
        """Words in this chat, by the bot, that are not in the guest's language."""
        shown = [message for message in self.messages() if message["from"]["is_bot"]]
        words = [m.get("text", "") for m in shown]
        rows = [row for m in shown for row in (m.get("reply_markup") or {}).get("inline_keyboard", [])]
        words += [button["text"] for row in rows for button in row]
        # Each language's own name for itself stands under /language.
        own = {texts_of(language)("language-name") for language in NAME}
        return [
            found for text in words if text.strip("✓ ") not in own for found in FOREIGN[self.language].findall(text)
        ]


@pytest.fixture(params=["ru", "en"])
def speaker(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    monkeypatch.setattr("bot.middlewares.flood.UPDATES_PER_MINUTE", 100_000)
    return Speaker(world, IVAN if request.param == "ru" else VERA, request.param)


async def test_a_form_from_the_first_question_to_a_change_of_mind(speaker: Speaker) -> None:
    who = speaker.language
    name, no = NAME[who], NO[who]
    await speaker.asks("/my", "my-none")
    await speaker.asks("/fill", "fill-begun")

    # Back, skip, /cancel and on again; a mistake is told.
    await speaker.answers(name)
    await speaker.press(speaker.text("fill-back"))
    assert speaker.text("fill-now", value=name) in (await speaker.asked())["text"]
    await speaker.press(speaker.text("fill-keep"))
    await speaker.says("ivan@")
    await speaker.asks("ivan@example.com", "fill-number", number=3, total=7)
    await speaker.asks("/cancel", "fill-stopped", number=1)
    await speaker.asks("/cancel", "nothing-to-cancel")
    going_on = await speaker.asks("/fill", "fill-continued", number=1)
    assert speaker.text("fill-number", number=3, total=7) in going_on["text"]
    await speaker.shares(speaker.text("fill-number", number=4, total=7))
    await speaker.press("VIP")
    await speaker.asks("2", "fill-number", number=6, total=7)
    await speaker.press(speaker.text("fill-skip"))
    summary = await speaker.asks(no, "fill-check-draft")

    # Each answer can be changed from the summary; then the form is sent.
    await speaker.press(speaker.text("fill-change"))
    await speaker.press((await speaker.labels())[4])
    summary = await speaker.asks("3", "fill-check-draft")
    await speaker.press(speaker.text("fill-send"))
    assert "№ 1" in speaker.message(summary["message_id"])["text"]
    expected = STORED | {"name": name, "quantity": 3, "preferences": {"accessibility_needs": no}}
    assert await speaker.form() == ("submitted", expected)

    # The organisers ask for a change: only that is asked, and it is sent again.
    notice = await speaker.decided("needs_changes", note=NOTE[who], fields=["name"])
    assert NOTE[who] in notice["text"]
    assert page_of(notice).endswith(f"/mini-app?form=1&lang={who}")
    await speaker.press(speaker.text("button-edit-in-chat"), notice)
    assert speaker.text("fill-number", number=1, total=1) in (await speaker.asked())["text"]
    await speaker.asks(name * 2, "fill-check-needs-changes")
    await speaker.press(speaker.text("fill-send"))
    assert await speaker.form() == ("submitted", expected | {"name": name * 2})

    # An approved form says what a change does to it, before anything is saved.
    await speaker.decided("approved")
    shown = await speaker.asks("/my", "my-title", total=1)
    shown = await speaker.goes(shown, "№ 1", reads="my-approved")
    await speaker.press(speaker.text("button-edit-in-chat"), shown)
    await speaker.press(speaker.text("fill-change"))
    await speaker.press((await speaker.labels())[4])
    await speaker.asks("4", "fill-check-approved")
    assert (await speaker.form())[0] == "approved"
    await speaker.press(speaker.text("fill-send"))
    assert await speaker.form() == ("submitted", expected | {"name": name * 2, "quantity": 4})

    # A button of long ago answers politely.
    assert await speaker.press(speaker.text("fill-back"), going_on) == speaker.text("fill-not-going-on")

    # Cancelled after one question; then deleted after another.
    shown = await speaker.goes(
        shown, "my-button-list", "№ 1", "my-button-cancel", reads="my-sure-cancel", number=1, told=""
    )
    shown = await speaker.goes(
        shown, "my-button-sure-cancel", "my-button-delete", reads="my-sure-delete", number=1, told="cancelled"
    )
    await speaker.goes(shown, "my-button-sure-delete", reads="my-deleted", number=1)
    assert speaker.foreign() == []
    assert await speaker.world.count("dead_letters") == 0


async def test_links_a_reminder_the_language_and_to_be_forgotten(speaker: Speaker) -> None:
    title = {"ru": "Новогодний бал", "en": "New Year Ball"}[speaker.language]
    await speaker.asks("/start form", "start-form", title=title)
    await speaker.asks("/start my", "my-none")
    await speaker.says("/start nobody", title)
    await speaker.hands.stores("draft", name=NAME[speaker.language])
    await is_left(speaker.world, 1)
    await reminders(speaker.world).remind()
    reminder = await speaker.reads("reminder", number=1, title=title)
    assert page_of(reminder).endswith(f"/mini-app?form=1&lang={speaker.language}")
    await speaker.asks("/start my", "my-title", total=1)
    await speaker.asks("/language", "language-choose")
    shown = await speaker.asks("/forget", "forget-kept", forms=1, words=0)
    await speaker.press(speaker.text("forget-button-file"), shown)
    await speaker.goes(shown, "forget-button-sure", reads="forget-sure", forms=1)
    await speaker.goes(shown, "forget-button-forget", reads="forget-done")
    await speaker.asks("/my", "my-none")
    assert speaker.foreign() == []
    # Chosen, and given back to Telegram.
    other = replace(speaker, language="en" if speaker.language == "ru" else "ru")
    shown = await speaker.asks("/language", "language-choose")
    await other.goes(shown, "language-name", reads="language-choose")
    await speaker.hands.press(shown, other.text("language-of-telegram"))
    assert speaker.text("language-choose") in speaker.message(shown["message_id"])["text"]


async def test_a_flood_is_answered_once(speaker: Speaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.middlewares.flood.UPDATES_PER_MINUTE", 3)
    for _ in range(6):
        await speaker.world.people.send_text(speaker.id, "/help")
    slow_down = {speaker.text("slow-down", seconds=seconds) for seconds in range(61)}

    async def told() -> bool:
        return len([m for m in speaker.messages() if m.get("text") in slow_down]) == 1

    await speaker.settle()
    await until(told)
    assert speaker.foreign() == []


async def test_negative_control_the_other_language_is_noticed(speaker: Speaker) -> None:
    other = "en" if speaker.language == "ru" else "ru"
    await speaker.hands.services.users.set_language(speaker.id, other)
    await speaker.says("/help")
    assert speaker.foreign()
