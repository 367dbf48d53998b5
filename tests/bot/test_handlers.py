"""Handlers, fed through the real dispatcher by aiogram_tests."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.methods import SendMessage
from aiogram.types import Chat, ReplyKeyboardMarkup, User, WebAppData
from aiogram_tests import BotTester
from world import ADA, IVAN, example, settings_for

from bot.app import create_dispatcher
from bot.locales import LANGUAGES, texts_of
from bot.questionnaire import load
from bot.services import create_services
from bot.telegram.storage import create_fsm
from db.engine import Database
from db.migrate import upgrade

QUESTIONNAIRE = Path(__file__).resolve().parent.parent.parent / "questionnaire.toml"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSING = "closes_at = 2026-11-30T23:59:00+03:00\n"
OPENING = "opens_at = 2026-12-10T10:00:00+03:00\n"


def person(user_id: int, language: str = "ru") -> User:
    return User(id=user_id, is_bot=False, first_name="Иван", language_code=language)


def test_every_message_stands_in_both_languages() -> None:
    folder = QUESTIONNAIRE.parent / "bot" / "locales"
    names = {}
    for language in LANGUAGES:
        lines = [line for path in (folder / language).glob("*.ftl") for line in path.read_text("utf-8").splitlines()]
        names[language] = {line.partition("=")[0].strip() for line in lines if line[:1].isalpha() and "=" in line}
        assert texts_of(language).plain("form-button")
    assert names["ru"] == names["en"]


@pytest.fixture
def questionnaire_head() -> str:
    """Lines to put at the top of the questionnaire."""
    return ""


@pytest_asyncio.fixture
async def tester(tmp_path: Path, questionnaire_head: str) -> AsyncIterator[BotTester]:
    file = tmp_path / "questionnaire.toml"
    file.write_text(questionnaire_head + QUESTIONNAIRE.read_text("utf-8"), "utf-8")
    settings = settings_for(f"sqlite+aiosqlite:///{tmp_path}/bot.db", "polling", "http://127.0.0.1:9", 8000)
    database = Database(settings.database_url)
    await upgrade(database)
    services = create_services(database, load(file), lambda: NOW)
    dispatcher = create_dispatcher(settings, services, create_fsm(None, prefix="test"))
    yield BotTester(dispatcher, user=person(IVAN), chat=Chat(id=IVAN, type=ChatType.PRIVATE))
    await services.forms.close()
    await database.close()


def web_app_data(value: object) -> WebAppData:
    return WebAppData(data=value if isinstance(value, str) else json.dumps(value), button_text="Анкета")


async def sent(tester: BotTester, text: str = "", **fields: object) -> SendMessage:
    calls = await tester.send_message(text, **fields)
    assert isinstance(calls.result, SendMessage)
    return calls.result


async def test_start_shows_the_button_that_opens_the_page(tester: BotTester) -> None:
    answer = await sent(tester, "/start")

    assert "Новогодний бал" in answer.text
    assert isinstance(answer.reply_markup, ReplyKeyboardMarkup)
    url = answer.reply_markup.keyboard[0][0].web_app.url
    assert url == "http://127.0.0.1:8000/mini-app?via=kb&lang=ru"


async def test_texts_come_in_the_guest_s_language(tester: BotTester) -> None:
    english = person(IVAN, "en-GB")
    assert "New Year Ball" in (await sent(tester, "/start", user=english)).text
    assert "Новогодний бал" in (await sent(tester, "/start", user=person(IVAN, "de"))).text


async def test_help_differs_by_role(tester: BotTester) -> None:
    assert "администратор" in (await sent(tester, "/help", user=person(ADA), chat=Chat(id=ADA, type="private"))).text
    assert "администратор" not in (await sent(tester, "/help")).text


async def test_a_form_is_stored_and_its_number_told(tester: BotTester) -> None:
    answer = await sent(tester, web_app_data=web_app_data(example()))
    assert "<b>№ 1</b>" in answer.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("не JSON", "не похоже на анкету"),
        ('{"name": NaN}', "не похоже на анкету"),
        ('{"name": "\\u0000"}', "не похоже на анкету"),
        ('{"name": "\\ud800"}', "не похоже на анкету"),
        ("[" * 2_000, "не похоже на анкету"),
        ("[]", "Анкета"),
        ('{"name": "%s"}' % ("ж" * 2_100), "4\xa0096"),
        ({**example(), "user_id": 5}, "не похоже на анкету"),
        ({**example(), "status": "approved"}, "<b>status</b>: Такого варианта нет"),
        ({}, "Имя и фамилия"),
    ],
)
async def test_what_cannot_be_stored_is_told_in_words(tester: BotTester, data: object, words: str) -> None:
    answer = await sent(tester, web_app_data=web_app_data(data))
    assert words.lower() in answer.text.lower()
    assert answer.reply_markup is not None, "the way back to the page is missing"


@pytest.mark.parametrize(
    "data",
    [
        {f"поле{number}": "<&" * 20 for number in range(40)},
        {f"{number}{'ы' * 60}": "x" for number in range(25)},
        {"name": "&" * 3_900},
        {"name": "😀" * 900, "email": "<b>", "phone": "😀"},
    ],
)
async def test_an_answer_of_mistakes_fits_a_message(tester: BotTester, data: dict[str, str]) -> None:
    answer = await sent(tester, web_app_data=web_app_data(json.dumps(data, ensure_ascii=False)))
    assert len(answer.text.encode("utf-16-le")) // 2 <= 4_096
    assert "Исправьте" in answer.text


@pytest.mark.parametrize(
    ("questionnaire_head", "words"),
    [
        (CLOSING, "закончился 30.11.2026 23:59"),
        (OPENING, "откроется 10.12.2026"),
        ("closes_at = 2026-11-30T20:59:00Z\n", "закончился 30.11.2026 23:59"),
    ],
)
async def test_outside_the_time_a_kind_sentence(tester: BotTester, words: str) -> None:
    assert words in (await sent(tester, "/start")).text
    assert words in (await sent(tester, web_app_data=web_app_data(example()))).text


async def test_cancel_ends_a_conversation(tester: BotTester) -> None:
    assert "нечего" in (await sent(tester, "/cancel")).text


async def test_the_bot_keeps_quiet_in_groups(tester: BotTester) -> None:
    calls = await tester.send_message("привет", chat=Chat(id=-5, type="group", title="g"))
    assert not isinstance(calls.result, SendMessage)


async def test_an_old_button_is_answered(tester: BotTester) -> None:
    calls = await tester.click("nothing:1")
    assert "не действует" in calls.result.text


async def test_a_bot_or_a_channel_is_nobody(tester: BotTester) -> None:
    calls = await tester.send_message("/start", user=User(id=7, is_bot=True, first_name="Bot"))
    assert calls.result is None


async def test_no_token_in_the_bot_s_words(tester: BotTester) -> None:
    assert isinstance(tester.bot, Bot)
    assert tester.bot.token not in (await sent(tester, "/help")).text
