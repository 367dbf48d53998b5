"""The page opened from the chat for one form: what is asked to change, what follows from saving."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from guest_parts import Guest
from miniapp.page_parts import DARK, LIGHT, Phone, phone_for
from playwright.async_api import Browser, expect
from test_consents import with_consents
from world import IVAN, VERA, World, example, run_world

from bot.locales import texts_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "Имя <b>целиком</b>, $& пожалуйста.\nИ почту: {words} 😀"


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """One is enough, but where a test parametrizes it."""
    return str(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def world(database_url: str, overrides: dict[str, Any]) -> AsyncIterator[World]:
    async with run_world(database_url, **overrides) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, world: World) -> AsyncIterator[Phone]:
    mistakes: list[str] = []
    async with phone_for(browser, world.url) as running:
        running.tab.on("pageerror", lambda error: mistakes.append(str(error)))
        yield running
    assert not mistakes


async def opens(phone: Phone, guest: Guest, form: int, **options: Any) -> None:
    init_data = await guest.world.people.init_data(guest.id)
    await phone.launch(init_data, form=str(form), **({"lang": "ru"} | options))


async def picture(phone: Phone, name: str) -> None:
    """A file to look at, where somebody wants one."""
    if folder := os.environ.get("PAGE_PICTURES"):
        await phone.tab.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def settings_overrides(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, object]:
    return {"questionnaire_file": with_consents(tmp_path)} if "consent" in request.node.name else {}


@pytest.mark.parametrize("old", [True, False], ids=["older words", "the control"])
async def test_a_consent_to_older_words_is_not_ticked(phone: Phone, world: World, old: bool) -> None:  # noqa: FBT001
    guest = Guest(world, IVAN)
    number = await guest.stores(rules=True, news=True)
    await guest.decide(number, "needs_changes", fields=["name"])
    if old:
        await guest.ages(number)
    await opens(phone, guest, number)
    rules = phone.app.locator("[name=rules]")
    await expect(phone.app.locator("[name=name]")).to_be_visible()
    if not old:
        await expect(rules).to_be_checked()
        return
    await expect(rules).not_to_be_checked()
    await phone.main_button()
    await expect(phone.app.locator("#rules-field")).to_contain_text("Без этого согласия")
    await rules.check(force=True)
    await phone.main_button()
    await expect(phone.app.locator("#done")).to_be_visible()
    assert (await guest.form(number)).form_data["rules"] is True


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("lang", "theme"), [("ru", "light"), ("en", "dark")])
async def test_what_is_to_change_stands_open_and_saving_submits_again(
    phone: Phone, world: World, lang: str, theme: str
) -> None:
    guest, said = Guest(world, IVAN if lang == "ru" else VERA), texts_of(lang).plain
    number = await guest.stores(name="Ив", email="ivan@example.com")
    await guest.stores()  # a newer one, which this page is not about
    await guest.decide(number, "needs_changes", note=WORDS, fields=["name", "preferences.dietary_requirements"])
    await opens(phone, guest, number, lang=lang, theme=LIGHT if theme == "light" else DARK)
    review = phone.app.locator("#review")
    await expect(review).to_contain_text(said("page-title-needs-changes"))
    assert said("page-organisers", words=WORDS) in (await review.locator("p").first.inner_text())
    await expect(review).to_contain_text(said("page-save-needs-changes"))
    await expect(phone.app.locator("[name=name]")).to_have_value("Ив")
    await expect(phone.app.locator("[name='preferences.dietary_requirements']")).to_be_visible()
    for path in ("email", "phone", "quantity", "preferences.accessibility_needs"):
        await expect(phone.app.locator(f"[name='{path}']")).to_be_hidden()
    await picture(phone, f"needs-changes-{lang}-{theme}")
    width = await phone.app.locator("html").evaluate("html => html.scrollWidth")
    assert width <= 360
    await phone.fill(name="Иван Иванов")
    await phone.main_button()
    await expect(phone.app.locator("#done")).to_contain_text(said("page-title-submitted"))
    form = await guest.form(number)
    assert (form.status, form.form_data["name"]) == ("submitted", "Иван Иванов")
    assert form.form_data["email"] == "ivan@example.com"
    assert (await guest.events(number))[-1].from_status == "needs_changes"


async def test_the_whole_form_is_one_tap_away(phone: Phone, ivan: Guest) -> None:
    number = await ivan.stores()
    await ivan.decide(number, "needs_changes", note="Почту", fields=["email"])
    await opens(phone, ivan, number)
    await expect(phone.app.locator("[name=name]")).to_be_hidden()
    await phone.app.get_by_role("button", name="Показать всю анкету").click()
    await expect(phone.app.locator("[name=name]")).to_have_value(example()["name"])
    await expect(phone.app.get_by_role("button", name="Показать всю анкету")).to_be_hidden()


async def test_a_mistake_in_a_folded_field_opens_the_form(phone: Phone, ivan: Guest) -> None:
    number = await ivan.stores()
    await ivan.decide(number, "needs_changes", fields=["email"])
    await opens(phone, ivan, number)
    problem = {"type": "urn:bal-bot:problem:answers-invalid", "errors": {"phone": ["invalid_phone"]}}
    phone.network.answer_next = (422, problem)
    await phone.fill(email="new@example.com")
    await phone.main_button()
    await expect(phone.error("phone")).to_be_visible()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@pytest.mark.parametrize("lang", ["ru", "en"])
async def test_an_approved_form_says_before_saving_what_follows(phone: Phone, world: World, lang: str) -> None:
    guest, said = Guest(world, IVAN if lang == "ru" else VERA), texts_of(lang).plain
    number = await guest.stores()
    await guest.decide(number, "approved")
    await opens(phone, guest, number, lang=lang)
    await expect(phone.app.locator("#review")).to_contain_text(said("page-save-approved"))
    await expect(phone.app.locator("[name=name]")).to_be_visible()
    await picture(phone, f"approved-{lang}-light")
    assert await guest.status(number) == "approved"
    await phone.fill(name="Пётр Петров")
    await phone.main_button()
    await expect(phone.app.locator("#done")).to_contain_text(said("page-title-submitted"))
    assert await guest.status(number) == "submitted"


async def test_an_admin_who_was_quicker_is_seen_before_anything_is_saved(phone: Phone, ivan: Guest) -> None:
    number = await ivan.stores()
    await opens(phone, ivan, number)
    await ivan.decide(number, "approved")
    await phone.fill(name="Пётр Петров")
    await phone.main_button()
    await expect(phone.app.locator("#review")).to_contain_text("Если сохраните изменения")


async def test_a_draft_among_many_is_found_and_goes_on(phone: Phone, ivan: Guest) -> None:
    number = await ivan.stores("draft", name="Черновик Черновиков")
    for _ in range(21):
        await ivan.stores("draft")
    await opens(phone, ivan, number)
    await expect(phone.app.locator("[name=name]")).to_have_value("Черновик Черновиков")
    await expect(phone.app.locator("#review")).to_be_hidden()
    await phone.main_button()
    await expect(phone.app.locator("#done")).to_contain_text(f"№ {number}")
    assert await ivan.status(number) == "submitted"


async def test_a_form_that_is_gone_or_another_s_offers_a_new_one(phone: Phone, ivan: Guest, vera: Guest) -> None:
    number = await vera.stores()
    await opens(phone, ivan, number)
    await expect(phone.app.locator("#banner")).to_contain_text("Этой анкеты больше нет")
    await phone.fill_example()
    await phone.main_button()
    await expect(phone.app.locator("#done")).to_contain_text(f"№ {number + 1}")
    assert (await vera.form(number)).version == 1


async def test_the_api_tells_the_owner_what_was_decided_and_not_by_whom(ivan: Guest) -> None:
    number = await ivan.stores()
    path, headers = f"/api/form-data/{IVAN}", ivan.world.guest(IVAN)
    assert "review" not in (await ivan.world.request("GET", path, headers)).json["items"][0]
    await ivan.decide(number, "needs_changes", note="Имя", fields=["name"])
    [form] = (await ivan.world.request("GET", path, headers)).json["items"]
    review = form["review"]
    assert set(review) == {"status", "note", "reason", "fields", "at"}
    assert (review["status"], review["note"], review["fields"]) == ("needs_changes", "Имя", ["name"])
    assert (await ivan.world.request("GET", path + "/latest", headers)).json == form
