// Telegram Web's side of the protocol with a framed Mini App: JSON strings over postMessage
// (core.telegram.org/api/web-events). What is drawn, the app (miniapp.js) draws; what must be known, Telegram knows.

import { act } from "/static/api.js";
import { agrees, dialog, shareContact } from "/static/dialogs.js";
import { store } from "/static/store.js";

const DATA_LIMIT = 4096;
const NO_INSETS = { top: 0, bottom: 0, left: 0, right: 0 };

/** Talks with the frame of a Mini App until `end` is called. */
export class Bridge {
  #ended = new AbortController();

  constructor(app) {
    this.app = app;
    window.addEventListener("message", (event) => this.#take(event), { signal: this.#ended.signal });
  }

  send(eventType, eventData = {}) {
    this.app.frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), "*");
  }

  end() {
    this.#ended.abort();
  }

  #take({ source, data }) {
    if (source !== this.app.frame.contentWindow || typeof data !== "string") return;
    const { eventType, eventData } = parsed(data);
    if (!eventType) return;
    this.app.note(eventType, eventData);
    HANDLERS[eventType]?.(this.app, eventData || {}, (type, answer) => this.send(type, answer));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

async function sendData(app, { data }) {
  if (app.kind !== "keyboard") return app.toast("sendData is ignored: only a keyboard button's Mini App may send data");
  if (typeof data !== "string" || !data || new Blob([data]).size > DATA_LIMIT) return app.toast("sendData is ignored: 1 to 4096 bytes");
  app.close();
  await app.phone.attempt(() => act(app.user.id, "web-app-data", { data, button_text: app.title }));
}

async function openPopup(app, { title, message, buttons }, answer) {
  const button_id = await dialog(app.element, { title, message, buttons: buttons?.length ? buttons : [{ type: "close" }] });
  answer("popup_closed", button_id === null ? {} : { button_id });
}

async function requestPhone(app, _, answer) {
  const shared = await shareContact(app.element, app.user);
  if (shared) await app.phone.attempt(() => act(app.user.id, "contact"));
  answer("phone_requested", { status: shared ? "sent" : "cancelled" });
}

async function requestWriteAccess(app, _, answer) {
  const allowed = app.user.started || (await agrees(app.element, "", "Allow this bot to message you?", "Allow"));
  answer("write_access_requested", { status: allowed ? "allowed" : "cancelled" });
}

async function invokeCustomMethod(app, { req_id, method, params }, answer) {
  try {
    answer("custom_method_invoked", { req_id, ...(await act(app.user.id, "custom-method", { method, params })) });
  } catch (error) {
    answer("custom_method_invoked", { req_id, error: error.message });
  }
}

// DeviceStorage lives in the client, here in the sandbox page's own storage, one for each user.
const deviceKey = ({ user }, key) => `device:${user.id}:${key}`;

function onDevice(work) {
  return (app, data, answer) => {
    try {
      answer(...work(app, data));
    } catch {
      answer("device_storage_failed", { req_id: data.req_id, error: "UNKNOWN_ERROR" });
    }
  };
}

const saveOnDevice = onDevice((app, { req_id, key, value }) => {
  if (value === null) localStorage.removeItem(deviceKey(app, key));
  else localStorage.setItem(deviceKey(app, key), value);
  return ["device_storage_key_saved", { req_id }];
});

const readFromDevice = onDevice((app, { req_id, key }) => [
  "device_storage_key_received", { req_id, value: localStorage.getItem(deviceKey(app, key)) }]);

const clearDevice = onDevice((app, { req_id }) => {
  const own = Object.keys(localStorage).filter((name) => name.startsWith(deviceKey(app, "")));
  for (const name of own) localStorage.removeItem(name);
  return ["device_storage_cleared", { req_id }];
});

async function readClipboard(app, { req_id }, answer) {
  const data = await navigator.clipboard.readText().catch(() => null);
  answer("clipboard_text_received", data === null ? { req_id } : { req_id, data });
}

function openLink(app, { url }) {
  if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener");
}

function haptic(app, { type, impact_style, notification_type }) {
  app.toast(`≋ ${impact_style ?? notification_type ?? type.replaceAll("_", " ")}`, "haptic");
}

// A key of the theme stays a key, so that the colour follows a change of theme.
const themed = (key) => `var(--${key?.replaceAll("_", "-")})`;
const coloured = (part) => (app, { color, color_key }) => app.colour(part, color ?? themed(color_key));
const refused = (eventType, eventData) => (_, { req_id }, answer) => answer(eventType, { req_id, ...eventData });
const unsupported = (eventType) => refused(eventType, { error: "UNSUPPORTED" });

const HANDLERS = {
  iframe_ready: (app) => app.framed(),
  web_app_ready: (app) => app.ready(),
  web_app_expand: (app) => app.expand(),
  web_app_close: (app) => app.close(),
  web_app_data_send: sendData,
  web_app_open_popup: openPopup,
  web_app_setup_main_button: (app, params) => app.setButton("main", params),
  web_app_setup_secondary_button: (app, params) => app.setButton("secondary", params),
  web_app_setup_back_button: (app, { is_visible }) => app.setBackButton(is_visible),
  web_app_setup_settings_button: (app, { is_visible }) => app.setSettingsButton(is_visible),
  web_app_setup_closing_behavior: (app, { need_confirmation }) => (app.needsConfirmation = need_confirmation),
  web_app_set_header_color: coloured("header"),
  web_app_set_background_color: coloured("background"),
  web_app_set_bottom_bar_color: coloured("bottom"),
  web_app_request_theme: (app) => app.sendTheme(),
  web_app_request_viewport: (app) => app.sendViewport(),
  web_app_request_safe_area: (_, __, answer) => answer("safe_area_changed", NO_INSETS),
  web_app_request_content_safe_area: (_, __, answer) => answer("content_safe_area_changed", NO_INSETS),
  web_app_request_phone: requestPhone,
  web_app_request_write_access: requestWriteAccess,
  web_app_invoke_custom_method: invokeCustomMethod,
  web_app_device_storage_save_key: saveOnDevice,
  web_app_device_storage_get_key: readFromDevice,
  web_app_device_storage_clear: clearDevice,
  web_app_read_text_from_clipboard: readClipboard,
  web_app_trigger_haptic_feedback: haptic,
  web_app_open_link: openLink,
  web_app_open_tg_link: (app, { path_full }) => app.toast(`Telegram would open t.me${path_full}`),
  web_app_request_fullscreen: unsupported("fullscreen_failed"),
  web_app_add_to_home_screen: unsupported("home_screen_failed"),
  web_app_check_home_screen: refused("home_screen_checked", { status: "unsupported" }),
  web_app_secure_storage_save_key: unsupported("secure_storage_failed"),
  web_app_secure_storage_get_key: unsupported("secure_storage_failed"),
  web_app_biometry_get_info: refused("biometry_info_received", { available: false }),
  web_app_check_location: refused("location_checked", { available: false }),
};
