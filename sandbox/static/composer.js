// Below a chat: the menu button, the commands, the field to write in, and the bot's reply keyboard.

import { act, get } from "/static/api.js";
import { shareContact } from "/static/dialogs.js";
import { fill, h } from "/static/dom.js";

/** The composer of one phone; `draw` is called whenever its chat, keyboard or commands changed. */
export class Composer {
  #commands = [];
  #keyboardShown = true;
  #commandsShown = false;

  constructor(phone) {
    this.phone = phone;
    this.input = h("textarea", { rows: 1, placeholder: "Message", "aria-label": "Message", oninput: () => this.#typed(), onkeydown: (event) => this.#key(event) });
    this.bar = h("div", { class: "bar" });
    this.keyboard = h("div", { class: "keyboard", role: "group", "aria-label": "Reply keyboard" });
    this.list = h("div", { class: "commands", role: "group", "aria-label": "Commands" });
    this.element = h("div", { class: "composer" }, this.list, this.bar, this.keyboard);
  }

  async loadCommands() {
    this.#commands = this.phone.user ? await get(`commands?user_id=${this.phone.user.id}`) : [];
    this.draw();
  }

  draw() {
    const { user } = this.phone;
    this.element.hidden = !user;
    if (!user) return;
    if (user.blocked) this.#drawOnly("Restart bot", () => this.phone.restart());
    else if (!user.started) this.#drawOnly("Start", () => this.say("/start"));
    else this.#drawAll();
  }

  async say(text) {
    if (!text.trim()) return;
    await this.phone.attempt(() => act(this.phone.user.id, "text", { text }));
  }

  #drawOnly(label, onclick) {
    fill(this.bar, h("button", { type: "button", class: "only", onclick }, label));
    fill(this.keyboard);
    fill(this.list);
  }

  #drawAll() {
    const { keyboard } = this.phone.chat;
    const writing = document.activeElement === this.input;
    this.input.placeholder = keyboard?.input_field_placeholder || "Message";
    fill(this.bar, this.#menuButton(), this.input, this.#commands.length > 0 && !this.#menuIsCommands && this.#slash(),
      keyboard && this.#toggle(), h("button", { type: "button", class: "send", "aria-label": "Send", onclick: () => this.#send() }, "➤"));
    if (writing) this.input.focus();
    this.#drawKeyboard(keyboard);
    this.#drawCommands();
  }

  get #menuIsCommands() {
    return this.phone.chat.menu_button?.type !== "web_app";
  }

  #menuButton() {
    const menu = this.phone.chat.menu_button;
    if (!this.#menuIsCommands) {
      const open = () => this.phone.openApp({ kind: "menu", url: menu.web_app.url, title: menu.text });
      return h("button", { type: "button", class: "menu-button", onclick: open }, menu.text);
    }
    return this.#commands.length > 0 && h("button", { type: "button", class: "menu-button", onclick: () => this.#toggleCommands() }, "☰ Menu");
  }

  #slash() {
    return h("button", { type: "button", class: "icon", "aria-label": "Commands", title: "Commands", onclick: () => this.#toggleCommands() }, "/");
  }

  #toggle() {
    const label = this.#keyboardShown ? "Hide the keyboard" : "Show the keyboard";
    const onclick = () => {
      this.#keyboardShown = !this.#keyboardShown;
      this.draw();
    };
    return h("button", { type: "button", class: "icon", "aria-label": label, title: label, "aria-pressed": `${this.#keyboardShown}`, onclick }, "⠿");
  }

  #toggleCommands() {
    this.#commandsShown = !this.#commandsShown;
    this.draw();
  }

  #drawKeyboard(keyboard) {
    this.keyboard.hidden = !keyboard || !this.#keyboardShown;
    const button = (key) => h("button", { type: "button", class: key.web_app ? "opens-app" : "", onclick: () => this.#press(key) }, key.text);
    const rows = keyboard?.keyboard.map((row) => row.map((key) => (typeof key === "string" ? { text: key } : key))) ?? [];
    fill(this.keyboard, rows.map((row) => h("div", { class: "row" }, row.map(button))));
  }

  async #press(key) {
    const { user, screen } = this.phone;
    if (key.web_app) return this.phone.openApp({ kind: "keyboard", url: key.web_app.url, title: key.text });
    if (key.request_contact && !(await shareContact(screen, user))) return undefined;
    await this.phone.attempt(() => act(user.id, "button", { text: key.text }));
    if (this.phone.chat.keyboard?.one_time_keyboard) this.#keyboardShown = false;
    return this.draw();
  }

  #drawCommands() {
    const typed = this.input.value;
    const fitting = this.#commands.filter(({ command }) => !typed || `/${command}`.startsWith(typed));
    const shown = this.#commandsShown || (typed.startsWith("/") && fitting.length > 0);
    const row = ({ command, description }) => h("button", { type: "button", onclick: () => this.#run(command) }, h("b", {}, `/${command}`), h("span", {}, description));
    this.list.hidden = !shown;
    fill(this.list, shown ? fitting.map(row) : []);
  }

  #run(command) {
    this.#commandsShown = false;
    this.input.value = "";
    this.say(`/${command}`);
    this.draw();
  }

  #typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
    this.#drawCommands();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  async #send() {
    const text = this.input.value;
    this.input.value = "";
    this.#typed();
    await this.say(text);
  }
}
