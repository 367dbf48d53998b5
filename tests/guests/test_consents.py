"""A consent is stored with the version of its text and the time, whichever way the form came."""

import json
from pathlib import Path

import pytest
from guest_parts import Guest
from world import ADA, Json, until

from bot.actor import API
from bot.locales import texts_of
from bot.messages.cards import history_text

CONSENTS = """
[[fields]]
key = "rules"
type = "consent"
required = true
text_version = 3
label = { ru = "Согласен с правилами", en = "I agree to the rules" }

[[fields]]
key = "news"
type = "consent"
label = { ru = "Присылайте новости", en = "Send me news" }
"""


@pytest.fixture
def settings_overrides(tmp_path: Path) -> dict[str, object]:
    return {"questionnaire_file": with_consents(tmp_path)}


def with_consents(folder: Path) -> Path:
    """The questionnaire that ships, and two consents."""
    file = folder / "consents.toml"
    file.write_text(Path("questionnaire.toml").read_text("utf-8") + CONSENTS, "utf-8")
    return file


async def consents(ivan: Guest, number: int) -> list[Json | None]:
    return [(event.details or {}).get("consents") for event in await ivan.events(number)]


async def test_consents_are_kept_with_version_and_time(ivan: Guest) -> None:
    assert "принята" in await ivan.sends(rules=True, news=False)
    assert await consents(ivan, 1) == [{"rules": 3}]
    draft = await ivan.stores("draft", rules=True)
    assert await consents(ivan, draft) == [None], "a draft agrees to nothing yet"
    path, headers = f"/api/form-data/{draft}", ivan.world.guest(ivan.id)
    assert (await ivan.world.request("PUT", path, headers, json={"status": "submitted"})).status == 200
    assert await consents(ivan, draft) == [None, {"rules": 3}]
    body = {"form_data": (await ivan.form(draft)).form_data | {"news": True}, "status": "submitted"}
    assert (await ivan.world.request("PUT", path, headers, json=body)).status == 200
    assert (await consents(ivan, draft))[-1] == {"rules": 3, "news": 1}


async def test_they_are_shown_in_the_history_and_the_file_and_forgotten(ivan: Guest) -> None:
    await ivan.stores(rules=True, news=True)
    events = await ivan.services.review.history(API, 1)
    text = history_text(1, events, ivan.services.questionnaire, texts_of("ru"))
    assert "согласие «Согласен с правилами» (версия 3), согласие «Присылайте новости» (версия 1)" in text
    [form] = (await ivan.services.privacy.document(ivan.actor))["forms"]
    assert form["history"][0]["details"] == {"consents": {"rules": 3, "news": 1}}
    assert form["history"][0]["at"] == form["submitted_at"]
    await ivan.services.privacy.forget(ivan.actor)
    assert await consents(ivan, 1) == [None, None]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_without_a_consent_nothing_is_stored(ivan: Guest) -> None:
    refused = await ivan.sends_data({"name": "Иван"})
    assert "Согласен с правилами: Без этого согласия" in refused["text"]
    assert await ivan.world.count("forms") == 0


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_admins_see_it_under_history(ivan: Guest) -> None:
    admin = Guest(ivan.world, ADA)
    await admin.says("/start")
    await ivan.stores(rules=True)
    card = await admin.heard(0, "№ 1")
    await admin.press(card, "History")

    async def shown() -> bool:
        return "consent “I agree to the rules” (version 3)" in json.dumps(await admin.messages(), ensure_ascii=False)

    await until(shown)


@pytest.mark.parametrize("old", [True, False], ids=["older words", "the control"])
async def test_a_consent_to_older_words_is_none_to_today_s(ivan: Guest, old: bool) -> None:  # noqa: FBT001
    draft = await ivan.stores("draft", rules=True)
    if old:
        await ivan.ages(draft)
    path, headers = f"/api/form-data/{draft}", ivan.world.guest(ivan.id)
    answer = await ivan.world.request("PUT", path, headers, json={"status": "submitted"})
    if old:
        assert (answer.status, answer.json["errors"]) == (422, {"rules": ["consent_required"]})
        given = (await ivan.form(draft)).form_data | {"rules": True}
        answer = await ivan.world.request("PUT", path, headers, json={"form_data": given, "status": "submitted"})
    assert answer.status == 200
    assert (await consents(ivan, draft))[-1] == {"rules": 3}


@pytest.mark.parametrize("old", [True, False], ids=["older words", "the control"])
async def test_the_chat_asks_again_for_a_consent_to_older_words(ivan: Guest, old: bool) -> None:  # noqa: FBT001
    draft = await ivan.stores("draft", rules=True, news=True)
    if old:
        await ivan.ages(draft)
    asked = await ivan.says("/fill", "Согласен с правилами")
    assert ("Вопрос" in asked["text"]) is old
    if old:
        await ivan.press(asked, "Даю согласие")
        assert (await ivan.form(draft)).form_data.get("news") is None


async def test_an_organiser_agrees_to_nothing(ivan: Guest) -> None:
    number = await ivan.stores(rules=True)
    await ivan.ages(number)
    body = {"form_data": (await ivan.form(number)).form_data | {"name": "Исправлено"}}
    answer = await ivan.world.request("PUT", f"/api/form-data/{number}", ivan.world.admin, json=body)
    assert answer.status == 200, answer.body
    assert await consents(ivan, number) == [{"rules": 3}, None]
