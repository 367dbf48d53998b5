// The sandbox's stand-in for Telegram's script of Mini Apps: the parts a questionnaire needs, over the same protocol
// (core.telegram.org/bots/webapps and core.telegram.org/api/web-events). Written anew; for use without internet only.
(() => {
  "use strict";

  const KEY = "__telegram__initParams";
  const DATA_LIMIT = 4096;
  const handlers = new Map(); // of WebApp events
  const receivers = {}; // of the protocol's events
  const waiting = new Map(); // answers to requests, by req_id or by the event that ends them
  let requests = 0;

  // Launch parameters. As with the official script, those of an earlier launch in this tab stay unless given anew.

  function launchParams() {
    const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    try {
      const merged = { ...JSON.parse(sessionStorage.getItem(KEY) ?? "{}"), ...given };
      sessionStorage.setItem(KEY, JSON.stringify(merged));
      return merged;
    } catch {
      return given; // storage is refused in some cross-site frames
    }
  }

  function parse(text, otherwise) {
    try {
      return JSON.parse(text);
    } catch {
      return otherwise;
    }
  }

  function unsafe(initData) {
    const fields = [...new URLSearchParams(initData)];
    return Object.fromEntries(fields.map(([name, value]) => [name, /^[{[]/.test(value) ? parse(value, value) : value]));
  }

  // The two ends of the protocol.

  function post(eventType, eventData = "") {
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
    else if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
  }

  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || typeof data !== "string") return;
    const message = parse(data, null);
    if (message?.eventType) receivers[message.eventType]?.(message.eventData ?? {});
  });

  function emit(name, data) {
    for (const handler of [...(handlers.get(name) ?? [])]) handler.call(WebApp, data);
  }

  function onEvent(name, handler) {
    if (!handlers.has(name)) handlers.set(name, new Set());
    handlers.get(name).add(handler);
  }

  const offEvent = (name, handler) => handlers.get(name)?.delete(handler);

  // A request of which one at a time may be open: `take` gets the answer.
  function ask(name, eventType, eventData, take) {
    if (waiting.has(name)) throw Error(`WebApp${name}Requested`);
    waiting.set(name, take);
    post(eventType, eventData);
  }

  function answered(name, ...answer) {
    const take = waiting.get(name);
    waiting.delete(name);
    take?.(...answer);
  }

  function request(eventType, eventData, callback) {
    const req_id = `${++requests}`;
    waiting.set(req_id, callback ?? (() => {}));
    post(eventType, { req_id, ...eventData });
  }

  const atLeast = (version) => compare(WebApp.version, version) >= 0;

  function compare(left, right) {
    const [a, b] = [left, right].map((text) => String(text).split(".").map(Number));
    return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
  }

  function need(version) {
    if (!atLeast(version)) throw Error("WebAppMethodUnsupported");
  }

  // What the page reads as CSS.

  const setVar = (name, value) => document.documentElement.style.setProperty(`--tg-${name}`, value);

  function setTheme(params) {
    WebApp.themeParams = { ...WebApp.themeParams, ...params };
    WebApp.colorScheme = isDark(WebApp.themeParams.bg_color ?? "#ffffff") ? "dark" : "light";
    for (const [name, value] of Object.entries(params)) setVar(`theme-${name.replaceAll("_", "-")}`, value);
    setVar("color-scheme", WebApp.colorScheme);
  }

  function isDark(colour) {
    const [red, green, blue] = colour.match(/[\da-f]{2}/gi).map((part) => parseInt(part, 16));
    return Math.sqrt(0.299 * red ** 2 + 0.587 * green ** 2 + 0.114 * blue ** 2) < 120;
  }

  function setViewport({ height, is_expanded = true, is_state_stable = true }) {
    WebApp.isExpanded = is_expanded;
    WebApp.viewportHeight = height;
    setVar("viewport-height", `${height}px`);
    if (!is_state_stable) return;
    WebApp.viewportStableHeight = height;
    setVar("viewport-stable-height", `${height}px`);
  }

  function setInsets(property, prefix, insets) {
    WebApp[property] = { top: 0, bottom: 0, left: 0, right: 0, ...insets };
    for (const [side, size] of Object.entries(WebApp[property])) setVar(`${prefix}-${side}`, `${size}px`);
  }

  // Buttons drawn by Telegram.

  class BottomButton {
    #eventType;
    #clicked;

    constructor(type, eventType, clicked, text) {
      this.type = type;
      this.#eventType = eventType;
      this.#clicked = clicked;
      this.params = { text, is_visible: false, is_active: true, is_progress_visible: false, has_shine_effect: false };
      if (type === "secondary") this.params.position = "left";
    }

    setText(text) { return this.setParams({ text }); }
    show() { return this.setParams({ is_visible: true }); }
    hide() { return this.setParams({ is_visible: false }); }
    enable() { return this.setParams({ is_active: true }); }
    disable() { return this.setParams({ is_active: false }); }
    showProgress(leaveActive) { return this.setParams({ is_active: !!leaveActive, is_progress_visible: true }); }
    hideProgress() { return this.setParams({ is_active: true, is_progress_visible: false }); }
    onClick(handler) { onEvent(this.#clicked, handler); return this; }
    offClick(handler) { offEvent(this.#clicked, handler); return this; }

    setParams(params) {
      if ("text" in params && !String(params.text).trim()) throw Error("WebAppBottomButtonParamInvalid");
      const changed = { ...this.params, ...params };
      if (changed.is_visible && !changed.text) throw Error("WebAppBottomButtonParamInvalid");
      this.params = changed;
      this.send();
      return this;
    }

    send() {
      const { color, textColor } = this;
      post(this.#eventType, this.params.is_visible ? { ...this.params, color, text_color: textColor } : { is_visible: false });
    }
  }

  // text, color, textColor … of a bottom button read and write its parameters.
  const PROPERTIES = { text: "text", isVisible: "is_visible", isActive: "is_active", isProgressVisible: "is_progress_visible", hasShineEffect: "has_shine_effect", position: "position" };
  const COLOURS = { color: ["color", "button_color", "bottom_bar_bg_color"], textColor: ["text_color", "button_text_color", "button_color"] };
  for (const [name, param] of Object.entries(PROPERTIES)) define(name, param, (button) => button.params[param]);
  for (const [name, [param, main, secondary]] of Object.entries(COLOURS))
    define(name, param, ({ params, type }) => params[param] ?? WebApp.themeParams[type === "main" ? main : secondary] ?? "#ffffff");

  function define(name, param, get) {
    const set = function (value) { this.setParams({ [param]: value }); };
    Object.defineProperty(BottomButton.prototype, name, { get() { return get(this); }, set });
  }

  function plainButton(eventType, clicked) {
    const button = { isVisible: false };
    const show = (visible) => {
      if (button.isVisible !== visible) post(eventType, { is_visible: visible });
      button.isVisible = visible;
      return button;
    };
    return Object.assign(button, {
      show: () => show(true),
      hide: () => show(false),
      onClick: (handler) => (onEvent(clicked, handler), button),
      offClick: (handler) => (offEvent(clicked, handler), button),
    });
  }

  function haptic(type, style) {
    post("web_app_trigger_haptic_feedback", { type, ...style });
    return WebApp.HapticFeedback;
  }

  // Storage.

  const custom = (method, params, callback) => request("web_app_invoke_custom_method", { method, params }, callback);
  const one = (callback, key) => callback && ((error, values) => callback(error, values?.[key]));

  const CloudStorage = {
    setItem: (key, value, callback) => (custom("saveStorageValue", { key, value }, callback), CloudStorage),
    getItem: (key, callback) => CloudStorage.getItems([key], one(callback, key)),
    getItems: (keys, callback) => (custom("getStorageValues", { keys }, callback), CloudStorage),
    removeItem: (key, callback) => CloudStorage.removeItems([key], callback),
    removeItems: (keys, callback) => (custom("deleteStorageValues", { keys }, callback), CloudStorage),
    getKeys: (callback) => (custom("getStorageKeys", {}, callback), CloudStorage),
  };

  const device = (action, params, callback) => {
    need("9.0");
    request(`web_app_device_storage_${action}`, params, callback);
    return DeviceStorage;
  };
  const DeviceStorage = {
    setItem: (key, value, callback) => device("save_key", { key, value }, callback),
    getItem: (key, callback) => device("get_key", { key }, callback),
    removeItem: (key, callback) => device("save_key", { key, value: null }, callback),
    clear: (callback) => device("clear", {}, callback),
  };

  // Dialogs.

  function showPopup(params, callback) {
    need("6.2");
    const message = String(params.message ?? "").trim();
    const buttons = params.buttons ?? [{ type: "close" }];
    if (!message || message.length > 256 || buttons.length > 3) throw Error("WebAppPopupParamInvalid");
    if (waiting.has("Popup")) throw Error("WebAppPopupOpened");
    const filled = buttons.map(({ id = "", type = "default", text = "" }) => ({ id, type, text }));
    ask("Popup", "web_app_open_popup", { title: params.title ?? "", message, buttons: filled }, callback ?? (() => {}));
  }

  function showConfirm(message, callback) {
    const buttons = [{ type: "ok", id: "ok" }, { type: "cancel" }];
    showPopup({ message, buttons }, (id) => callback?.(id === "ok"));
  }

  function sendData(data) {
    if (!data || new TextEncoder().encode(data).length > DATA_LIMIT) throw Error("WebAppDataInvalid");
    post("web_app_data_send", { data });
  }

  function phoneRequested({ status }) {
    if (status !== "sent") return contactRequested(false, { status });
    custom("getRequestedContact", {}, (error, response) => {
      contactRequested(!error, { status, response, responseUnsafe: unsafe(response ?? "") });
    });
  }

  function contactRequested(sent, answer) {
    answered("Contact", sent, answer);
    emit("contactRequested", answer);
  }

  const params = launchParams();
  const coloured = (eventType) => (color) => post(eventType, /^#/.test(color) ? { color } : { color_key: color });

  const WebApp = {
    initData: params.tgWebAppData ?? "",
    initDataUnsafe: unsafe(params.tgWebAppData ?? ""),
    version: params.tgWebAppVersion ?? "6.0",
    platform: params.tgWebAppPlatform ?? "unknown",
    themeParams: {},
    colorScheme: "light",
    isActive: true,
    MainButton: new BottomButton("main", "web_app_setup_main_button", "mainButtonClicked", "Continue"),
    SecondaryButton: new BottomButton("secondary", "web_app_setup_secondary_button", "secondaryButtonClicked", "Cancel"),
    BackButton: plainButton("web_app_setup_back_button", "backButtonClicked"),
    SettingsButton: plainButton("web_app_setup_settings_button", "settingsButtonClicked"),
    HapticFeedback: {
      impactOccurred: (impact_style) => haptic("impact", { impact_style }),
      notificationOccurred: (notification_type) => haptic("notification", { notification_type }),
      selectionChanged: () => haptic("selection_change"),
    },
    CloudStorage,
    DeviceStorage,
    isVersionAtLeast: atLeast,
    onEvent,
    offEvent,
    sendData,
    showPopup,
    showAlert: (message, callback) => showPopup({ message }, callback && (() => callback())),
    showConfirm,
    requestContact: (callback) => ask("Contact", "web_app_request_phone", undefined, callback),
    requestWriteAccess: (callback) => ask("WriteAccess", "web_app_request_write_access", undefined, callback),
    readTextFromClipboard: (callback) => request("web_app_read_text_from_clipboard", {}, callback),
    openLink: (url, options) => post("web_app_open_link", { url, ...options }),
    openTelegramLink: (url) => post("web_app_open_tg_link", { path_full: new URL(url).pathname + new URL(url).search }),
    setHeaderColor: coloured("web_app_set_header_color"),
    setBackgroundColor: coloured("web_app_set_background_color"),
    setBottomBarColor: coloured("web_app_set_bottom_bar_color"),
    enableClosingConfirmation: () => (WebApp.isClosingConfirmationEnabled = true),
    disableClosingConfirmation: () => (WebApp.isClosingConfirmationEnabled = false),
    enableVerticalSwipes: () => (WebApp.isVerticalSwipesEnabled = true),
    disableVerticalSwipes: () => (WebApp.isVerticalSwipesEnabled = false),
    ready: () => post("web_app_ready"),
    expand: () => post("web_app_expand"),
    close: (options) => post("web_app_close", { return_back: !!options?.return_back }),
    invokeCustomMethod: custom,
  };

  // A switch that a page may also set by assignment, as with the official script.
  function flag(property, on, eventType, name) {
    const set = (value) => {
      on = !!value;
      post(eventType, { [name]: on });
    };
    Object.defineProperty(WebApp, property, { get: () => on, set, enumerable: true });
  }

  flag("isClosingConfirmationEnabled", false, "web_app_setup_closing_behavior", "need_confirmation");
  flag("isVerticalSwipesEnabled", true, "web_app_setup_swipe_behavior", "allow_vertical_swipe");

  Object.assign(receivers, {
    main_button_pressed: () => WebApp.MainButton.isActive && emit("mainButtonClicked"),
    secondary_button_pressed: () => WebApp.SecondaryButton.isActive && emit("secondaryButtonClicked"),
    back_button_pressed: () => emit("backButtonClicked"),
    settings_button_pressed: () => emit("settingsButtonClicked"),
    theme_changed: ({ theme_params }) => {
      setTheme(theme_params);
      for (const button of [WebApp.MainButton, WebApp.SecondaryButton]) if (button.isVisible) button.send();
      emit("themeChanged");
    },
    viewport_changed: (data) => {
      setViewport(data);
      emit("viewportChanged", { isStateStable: !!data.is_state_stable });
    },
    safe_area_changed: (insets) => (setInsets("safeAreaInset", "safe-area-inset", insets), emit("safeAreaChanged")),
    content_safe_area_changed: (insets) => {
      setInsets("contentSafeAreaInset", "content-safe-area-inset", insets);
      emit("contentSafeAreaChanged");
    },
    visibility_changed: ({ is_visible }) => ((WebApp.isActive = is_visible), emit(is_visible ? "activated" : "deactivated")),
    popup_closed: ({ button_id }) => (answered("Popup", button_id), emit("popupClosed", { button_id: button_id ?? null })),
    phone_requested: phoneRequested,
    write_access_requested: ({ status }) => {
      answered("WriteAccess", status === "allowed");
      emit("writeAccessRequested", { status });
    },
    clipboard_text_received: ({ req_id, data }) => (answered(req_id, data ?? null), emit("clipboardTextReceived", { data })),
    custom_method_invoked: ({ req_id, result, error }) => answered(req_id, error ?? null, result),
    device_storage_key_saved: ({ req_id }) => answered(req_id, null, true),
    device_storage_key_received: ({ req_id, value }) => answered(req_id, null, value),
    device_storage_cleared: ({ req_id }) => answered(req_id, null, true),
    device_storage_failed: ({ req_id, error }) => answered(req_id, error),
  });

  window.Telegram = { WebApp };
  setTheme(parse(params.tgWebAppThemeParams, {}));
  setViewport({ height: window.innerHeight });
  setInsets("safeAreaInset", "safe-area-inset", {});
  setInsets("contentSafeAreaInset", "content-safe-area-inset", {});
  post("iframe_ready", { reload_supported: true });
  for (const what of ["theme", "viewport", "safe_area", "content_safe_area"]) post(`web_app_request_${what}`);
})();
