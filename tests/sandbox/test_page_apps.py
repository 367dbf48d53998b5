"""A Mini App in a phone, over Telegram Web's protocol: with Telegram's own script and with the sandbox's stand-in."""

import hashlib
import hmac
import json
from urllib.parse import parse_qsl

import pytest
from page_desk import Desk
from playwright.async_api import expect
from sandbox_parts import ANNA, TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="session")


both_scripts = pytest.mark.parametrize("script", ["official", "stand-in"])


def is_signed(init_data: str) -> bool:
    fields = dict(parse_qsl(init_data))
    given = fields.pop("hash")
    secret = hmac.digest(b"WebAppData", TOKEN.encode(), "sha256")
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest() == given


@both_scripts
@pytest.mark.parametrize("kind", ["inline", "menu"])
async def test_a_launch_with_signed_init_data(desk: Desk, kind: str) -> None:
    await desk.launch(kind)
    assert is_signed(await desk.in_app("app.initData"))
    assert await desk.in_app("app.initDataUnsafe.user.id") == ANNA
    assert await desk.in_app("[app.version, app.platform, app.colorScheme]") == ["9.1", "web", "light"]


@both_scripts
async def test_a_keyboard_launch_sends_data_and_closes(desk: Desk) -> None:
    await desk.launch("keyboard")
    assert await desk.in_app("app.initData") == ""
    assert await desk.in_app("location.search") == "?via=kb"
    await desk.in_app("app.sendData(JSON.stringify({name: 'Анна'}))")
    await expect(desk.guest.locator("iframe")).to_have_count(0)
    await expect(desk.guest.locator(".service")).to_contain_text("Data from the button “keyboard”")
    message = (await desk.people.messages(ANNA))[-1]
    assert message["web_app_data"] == {"data": '{"name":"Анна"}', "button_text": "keyboard"}


async def test_send_data_elsewhere_is_ignored(desk: Desk) -> None:
    await desk.launch("inline")
    before = len(await desk.people.messages(ANNA))
    await desk.in_app("app.sendData('x')")
    await expect(desk.guest.get_by_text("sendData is ignored")).to_be_visible()
    assert len(await desk.people.messages(ANNA)) == before


@both_scripts
async def test_send_data_over_the_limit_is_refused_by_the_script(desk: Desk) -> None:
    await desk.launch("keyboard")
    attempt = "{{ try {{ app.sendData('я'.repeat({})); return 'sent' }} catch (e) {{ return e.message }} }}"
    assert await desk.in_app(attempt.format(2049)) == "WebAppDataInvalid"
    assert await desk.in_app(attempt.format(2048)) == "sent"
    await desk.guest.locator(".service").wait_for()


@both_scripts
async def test_an_earlier_launch_is_remembered_in_the_tab(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.guest.get_by_role("button", name="Close").click()
    await desk.launch("keyboard")
    assert "tgWebAppData" not in await desk.in_app("location.hash")
    assert is_signed(await desk.in_app("app.initData"))


@both_scripts
async def test_the_main_and_the_secondary_button(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.in_app("{ app.MainButton.setText('Send').show().onClick(() => seen.push('main')) }")
    await desk.in_app("{ app.SecondaryButton.setText('Save').show().onClick(() => seen.push('second')) }")
    await desk.sheet.get_by_role("button", name="Send").click()
    await desk.guest.get_by_role("button", name="Save").click()
    await expect(desk.guest.locator(".bottom-button")).to_have_text(["Save", "Send"])
    while await desk.in_app("seen.filter((what) => typeof what === 'string').join()") != "main,second":
        pass
    await desk.in_app("{ app.MainButton.showProgress() }")
    await expect(desk.sheet.get_by_role("button", name="Send")).to_be_disabled()
    await desk.in_app("{ app.MainButton.hideProgress().hide() }")
    await expect(desk.sheet.get_by_role("button", name="Send")).to_have_count(0)


@both_scripts
async def test_back_settings_and_reload(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.in_app("{ app.BackButton.show(); app.SettingsButton.show() }")
    await desk.guest.get_by_role("button", name="Back").click()
    await desk.guest.get_by_role("button", name="Settings").click()
    while await desk.in_app("seen.filter(([name]) => /back|settings/.test(name)).length") != 2:
        pass
    await desk.guest.get_by_role("button", name="Reload page").click()
    await expect(desk.guest.get_by_role("button", name="Back")).to_have_count(0)
    await desk.frame.get_by_role("heading", name="The app").wait_for()
    assert await desk.in_app("seen.filter(([name]) => /back|settings/.test(name)).length") == 0


@both_scripts
async def test_reload_pressed_while_the_page_reloads(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.in_app("{ window.old = true }")
    await desk.guest.get_by_role("button", name="Reload page").dblclick()
    await desk.frame.get_by_role("heading", name="The app").wait_for()
    assert await desk.in_app("window.old") is None


@both_scripts
async def test_the_theme_changes_live(desk: Desk) -> None:
    await desk.launch("inline")
    for theme, colour, scheme in (("dark", "#212121", "dark"), ("rose", "#fff5f8", "light")):
        await desk.page.get_by_role("button", name=theme).click()
        await expect(desk.page.locator("html")).to_have_attribute("data-theme", theme)
        while await desk.in_app("app.themeParams.bg_color") != colour:
            pass
        assert await desk.in_app("app.colorScheme") == scheme
        value = "getComputedStyle(document.documentElement).getPropertyValue('--tg-theme-bg-color')"
        assert await desk.in_app(value) == colour


@both_scripts
async def test_expand_tells_the_viewport(desk: Desk) -> None:
    await desk.launch("inline")
    compact = await desk.in_app("innerHeight")
    assert await desk.in_app("app.isExpanded") is False
    await desk.in_app("{ app.ready(); app.expand() }")
    while await desk.in_app("app.isExpanded && app.viewportStableHeight === innerHeight") is not True:
        pass
    assert await desk.in_app("innerHeight") > compact


@both_scripts
async def test_closing_asks_while_there_is_something_to_lose(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.in_app("{ app.enableClosingConfirmation() }")
    await expect(desk.page.locator(".log")).to_contain_text("web_app_setup_closing_behavior")
    await desk.guest.get_by_role("button", name="Close", exact=True).click()
    await desk.guest.get_by_role("button", name="Cancel").click()
    await expect(desk.guest.locator("iframe")).to_have_count(1)
    await desk.guest.get_by_role("button", name="Close", exact=True).click()
    await desk.guest.get_by_role("button", name="Close anyway").click()
    await expect(desk.guest.locator("iframe")).to_have_count(0)


async def test_the_app_closes_itself(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.in_app("{ app.close() }")
    await expect(desk.guest.locator("iframe")).to_have_count(0)


@both_scripts
async def test_popups(desk: Desk) -> None:
    await desk.launch("inline")
    popup = {
        "title": "Sure?",
        "message": "It <b>stays</b>",
        "buttons": [{"id": "yes", "text": "Yes"}, {"type": "cancel"}],
    }
    await desk.in_app(f"{{ app.showPopup({json.dumps(popup)}, (id) => {{ window.chosen = id }}) }}")
    await expect(desk.guest.get_by_role("dialog")).to_contain_text("It <b>stays</b>")
    await desk.guest.get_by_role("button", name="Yes").click()
    while await desk.in_app("window.chosen") != "yes":
        pass
    await desk.in_app("{ app.showConfirm('Really?', (sure) => { window.chosen = sure }) }")
    await desk.guest.get_by_role("button", name="Cancel").click()
    while await desk.in_app("window.chosen") is not False:
        pass


@both_scripts
async def test_cloud_storage_follows_the_guest(desk: Desk) -> None:
    await desk.launch("inline")
    assert await desk.in_app("asked(app.CloudStorage, 'setItem', 'draft', 'я')") == [None, True]
    assert await desk.in_app("asked(app.CloudStorage, 'getItem', 'draft')") == [None, "я"]
    assert await desk.in_app("asked(app.CloudStorage, 'getItem', 'none')") == [None, ""]
    assert await desk.in_app("asked(app.CloudStorage, 'getKeys')") == [None, ["draft"]]
    assert desk.sandbox.world.users[ANNA].cloud == {"draft": "я"}
    assert await desk.in_app("asked(app.CloudStorage, 'removeItem', 'draft')") == [None, True]
    assert desk.sandbox.world.users[ANNA].cloud == {}


@both_scripts
@pytest.mark.parametrize(("press", "sent"), [("Share", True), ("Cancel", False)])
async def test_the_contact_is_shared_when_the_guest_agrees(desk: Desk, press: str, sent: bool) -> None:  # noqa: FBT001
    await desk.launch("inline")
    await desk.in_app("{ app.requestContact((sent, answer) => { window.shared = [sent, answer.responseUnsafe] }) }")
    await desk.guest.get_by_role("button", name=press, exact=True).click()
    while not await desk.in_app("window.shared ?? null"):
        pass
    shared, answer = await desk.in_app("window.shared")
    assert shared is sent
    last = (await desk.people.messages(ANNA))[-1]
    assert ("contact" in last) is sent
    if sent:
        assert answer["contact"]["phone_number"] == last["contact"]["phone_number"] == "79990000101"


async def test_haptics_are_shown_and_unknown_events_are_only_logged(desk: Desk) -> None:
    await desk.launch("inline")
    await desk.in_app("{ app.HapticFeedback.notificationOccurred('success') }")
    await expect(desk.guest.locator(".toast.haptic")).to_contain_text("success")
    await desk.in_app(
        "{ parent.postMessage('{\"eventType\":\"web_app_new\"}', '*'); parent.postMessage('no json', '*') }"
    )
    await expect(desk.page.locator(".log")).to_contain_text("web_app_new")


async def test_the_app_calls_its_server_as_if_it_were_there(desk: Desk) -> None:
    await desk.launch("inline")
    options = "{method: 'POST', body: '{}', headers: {Authorization: 'tma x', 'Content-Type': 'application/json'}}"
    call = f"fetch('/api/form-data/?a=%2F', {options}).then((r) => [r.status, r.headers.get('ETag')])"
    assert await desk.in_app(call) == [201, '"1"']
    method, path, headers, body = desk.app.calls[0]
    assert (method, path, body) == ("POST", "/api/form-data/?a=/", b"{}")
    assert headers["Authorization"] == "tma x"
    assert headers["Origin"] == desk.app.url.removesuffix("/mini-app")


async def test_two_guests_have_two_phones(desk: Desk) -> None:
    await desk.launch("menu")
    await desk.in_app("{ localStorage.setItem('mine', '1') }")
    await desk.guest.get_by_role("button", name="Boris").click()
    await expect(desk.guest.locator("iframe")).to_have_count(0)
    await desk.guest.get_by_role("button", name="Start", exact=True).click()
    await desk.launch("menu")
    assert await desk.in_app("localStorage.getItem('mine')") is None


async def test_write_access(desk: Desk) -> None:
    await desk.launch("inline")
    assert await desk.in_app("asked(app, 'requestWriteAccess')") == [True]


async def test_links_open_beside_the_app(desk: Desk) -> None:
    await desk.page.context.route("https://a.example/**", lambda route: route.fulfill(body="there"))
    await desk.launch("inline")
    async with desk.page.expect_popup() as opened:
        await desk.in_app("{ app.openLink('https://a.example/x') }")
    assert (await opened.value).url == "https://a.example/x"


async def test_device_storage_keeps_for_this_guest(desk: Desk) -> None:
    await desk.launch("inline")
    assert await desk.in_app("asked(app.DeviceStorage, 'setItem', 'draft', 'x')") == [None, True]
    await desk.guest.get_by_role("button", name="Close").click()
    await desk.launch("menu")
    assert await desk.in_app("asked(app.DeviceStorage, 'getItem', 'draft')") == [None, "x"]
    assert await desk.in_app("asked(app.DeviceStorage, 'clear')") == [None, True]
    assert await desk.in_app("asked(app.DeviceStorage, 'getItem', 'draft')") == [None, None]


async def test_a_server_that_is_away_is_told(desk: Desk) -> None:
    await desk.offer(inline_keyboard=[[{"text": "Open", "web_app": {"url": "http://127.0.0.1:1/mini-app"}}]])
    await desk.guest.get_by_role("button", name="Open", exact=True).click()
    await expect(desk.frame.locator("body")).to_contain_text("does not answer")
