// A Mini App inside a phone: the sheet with its frame, and the buttons that Telegram draws around it.

import { act } from "/static/api.js";
import { Bridge } from "/static/bridge.js";
import { agrees } from "/static/dialogs.js";
import { fill, h, toast } from "/static/dom.js";
import { store } from "/static/store.js";

const FRAME = "allow-scripts allow-same-origin allow-popups allow-forms allow-modals allow-downloads";
const HIDDEN = { is_visible: false };

/** Opens the Mini App at `url` on a phone; `kind`: keyboard (no initData, sendData works), inline or menu. */
export class MiniApp {
  needsConfirmation = false;
  #buttons = { main: HIDDEN, secondary: HIDDEN };
  #back = false;
  #settings = false;

  constructor(phone, { kind, url, title }) {
    Object.assign(this, { phone, kind, url, title, user: phone.user });
    this.frame = h("iframe", { title: "Mini App", sandbox: FRAME, allow: "clipboard-write", dataset: { kind } });
    this.header = h("header", { class: "app-head" });
    this.bar = h("footer", { class: "app-bar" });
    this.element = h("section", { class: "app", "aria-label": "Mini App" }, this.header,
      h("div", { class: "app-body loading" }, this.frame), this.bar, h("div", { class: "toasts" }));
    this.bridge = new Bridge(this);
    this.resized = new ResizeObserver(() => this.sendViewport());
    this.resized.observe(this.frame);
    this.frame.addEventListener("load", () => this.ready());
    this.#drawHeader();
  }

  async open() {
    this.phone.screen.append(this.element);
    this.phone.setInert(true);
    const { id } = this.user;
    const opened = await this.phone.attempt(() => act(id, "launch", { url: this.url, kind: this.kind, theme: store.theme, framed: true }));
    if (opened) this.frame.src = opened.url;
    else this.close();
  }

  // What the page asks for.

  framed() {
    this.element.classList.add("framed");
  }

  ready() {
    this.element.querySelector(".app-body").classList.remove("loading");
  }

  expand() {
    this.element.classList.add("expanded");
    this.sendViewport();
  }

  close() {
    this.bridge.end();
    this.resized.disconnect();
    this.element.remove();
    this.phone.setInert(false);
    this.phone.closed(this);
  }

  setButton(which, params) {
    this.#buttons[which] = params.is_visible ? { ...this.#buttons[which], ...params } : HIDDEN;
    this.#drawBar();
  }

  setBackButton(visible) {
    this.#back = visible;
    this.#drawHeader();
  }

  setSettingsButton(visible) {
    this.#settings = visible;
    this.#drawHeader();
  }

  colour(part, value) {
    if (/^(#[\da-f]{6}|var\(--[a-z-]+\))$/i.test(value)) this.element.style.setProperty(`--app-${part}`, value);
  }

  toast(text, kind) {
    toast(this.element, text, kind);
  }

  note(eventType, eventData) {
    store.tell("protocol", { userId: this.user.id, eventType, eventData });
  }

  // What the page is told.

  sendTheme() {
    this.bridge.send("theme_changed", { theme_params: store.themeParams });
  }

  sendViewport() {
    const { offsetHeight: height, offsetWidth: width } = this.frame;
    const is_expanded = this.element.classList.contains("expanded");
    this.bridge.send("viewport_changed", { height, width, is_expanded, is_state_stable: true });
  }

  // What the user does.

  async leave() {
    const sure = !this.needsConfirmation ||
      (await agrees(this.element, "Close?", "Changes that you made may not be saved.", "Close anyway", "destructive"));
    if (sure) this.close();
  }

  reload() {
    this.#buttons = { main: HIDDEN, secondary: HIDDEN };
    this.needsConfirmation = this.#back = this.#settings = false;
    this.#drawBar();
    this.#drawHeader();
    // The frame is of another origin: put in anew it loads its address anew, as in Telegram without reload_supported.
    const body = this.frame.parentElement;
    body.classList.add("loading");
    body.append(this.frame);
  }

  #drawHeader() {
    const icon = (label, text, onclick) => h("button", { type: "button", "aria-label": label, title: label, onclick }, text);
    fill(this.header,
      this.#back ? icon("Back", "←", () => this.bridge.send("back_button_pressed")) : icon("Close", "✕", () => this.leave()),
      h("b", {}, store.info.bot.first_name),
      this.#settings && icon("Settings", "⚙", () => this.bridge.send("settings_button_pressed")),
      icon("Reload page", "⟳", () => this.reload()),
      this.#back && icon("Close", "✕", () => this.leave()));
  }

  #drawBar() {
    const { main, secondary } = this.#buttons;
    const drawn = [["main", main], ["secondary", secondary]].filter(([, { is_visible }]) => is_visible);
    if (["left", "top"].includes(secondary.position ?? "left")) drawn.reverse();
    this.bar.classList.toggle("column", ["top", "bottom"].includes(secondary.position));
    fill(this.bar, drawn.map(([which, params]) => this.#bottomButton(which, params)));
  }

  #bottomButton(which, { text, color, text_color, is_active, is_progress_visible, has_shine_effect }) {
    const button = h("button", { type: "button", class: `bottom-button ${which}${has_shine_effect ? " shine" : ""}`, disabled: is_active === false,
      onclick: () => this.bridge.send(`${which}_button_pressed`) }, is_progress_visible && h("span", { class: "spinner" }), text);
    Object.assign(button.style, { background: color, color: text_color }); // a style attribute would need escaping
    return button;
  }
}
