// One phone: who holds it, the chat with the bot, and a Mini App over it.

import { act, post } from "/static/api.js";
import { Composer } from "/static/composer.js";
import { tell } from "/static/dialogs.js";
import { fill, h, toast } from "/static/dom.js";
import { avatar, bubble } from "/static/message.js";
import { MiniApp } from "/static/miniapp.js";
import { store } from "/static/store.js";

const LANGUAGES = { ru: "Русский", en: "English", de: "Deutsch" };
const ANSWER_SECONDS = 10;
const TYPING_MS = 5000;
const ADDED = ["Мария", "Пётр", "Emily", "Алексей", "София", "James", "Дарья", "Tom"];

/** The phone at one side of the page; `role` (guest or admin) says whose. */
export class Phone {
  user = null;
  app = null;
  #typing = 0;
  #atEnd = true;

  constructor(side) {
    this.role = side.dataset.side;
    this.people = h("div", { class: "people" });
    this.head = h("header", { class: "chat-head" });
    this.messages = h("div", { class: "messages", role: "log", tabindex: 0, "aria-label": "Messages", onclick: (event) => this.#clicked(event), onscroll: () => this.#scrolled() });
    new ResizeObserver(() => this.#atEnd && this.#scroll()).observe(this.messages);
    this.screen = h("div", { class: "screen" });
    this.composer = new Composer(this);
    this.screen.append(this.head, this.messages, this.composer.element, h("div", { class: "toasts" }));
    side.append(this.people, h("div", { class: "phone" }, this.screen));
    this.#listen();
  }

  get chat() {
    return store.chat(this.user.id);
  }

  /** Does something; what went wrong is said on the phone. */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      toast(this.screen, error.message, "error");
      return undefined;
    }
  }

  openApp(launch) {
    this.app?.close();
    this.app = new MiniApp(this, launch);
    return this.app.open();
  }

  closed(app) {
    if (this.app === app) this.app = null;
  }

  /** What lies under a Mini App cannot be reached. */
  setInert(inert) {
    for (const part of [this.head, this.messages, this.composer.element]) part.inert = inert;
  }

  async restart() {
    await this.attempt(() => act(this.user.id, "unblock"));
    await this.composer.say("/start");
  }

  #listen() {
    const own = (draw) => (event) => this.user && event.chat_id === this.user.id && draw(event);
    store.on("loaded", () => this.#choose(this.user?.id));
    store.on("user", ({ user }) => (this.user === null || user.id === this.user.id ? this.#choose(user.id) : this.#drawPeople()));
    store.on("message", own(({ message }) => this.#add(message)));
    store.on("edit", own(({ message }) => this.#replace(message)));
    store.on("delete", own(({ message_id }) => this.#find(message_id)?.remove()));
    store.on("keyboard", own(() => this.composer.draw()));
    store.on("menu_button", () => this.composer.draw());
    store.on("commands", () => this.composer.loadCommands());
    store.on("chat_action", own(() => this.#showTyping()));
    store.on("theme", () => this.app?.sendTheme());
  }

  get #holders() {
    return [...store.users.values()].filter(({ role }) => role === this.role);
  }

  #choose(id) {
    const before = this.user?.id;
    this.user = this.#holders.find((user) => user.id === id) ?? this.#holders.find((user) => user.id === before) ?? this.#holders[0] ?? null;
    if (before !== this.user?.id) this.app?.close();
    this.#drawPeople();
    this.#drawHead();
    this.#drawMessages();
    this.composer.loadCommands();
  }

  #drawPeople() {
    const chip = (user) => h("button", { type: "button", class: "chip", "aria-pressed": `${user.id === this.user?.id}`, onclick: () => this.#choose(user.id) },
      avatar(user.first_name, user.id), user.first_name, user.blocked && " 🚫");
    fill(this.people, this.#holders.map(chip), this.#addButton(), this.user && this.#settings());
  }

  #addButton() {
    const label = `Add ${this.role === "admin" ? "an admin" : "a guest"}`;
    const add = async () => {
      const first_name = ADDED[store.users.size % ADDED.length];
      const language_code = /[а-я]/i.test(first_name) ? "ru" : "en";
      const added = await this.attempt(() => post("users", { first_name, language_code, role: this.role }));
      if (!added) return;
      await store.take("user", { user: added });
      this.#choose(added.id);
    };
    // Who is an admin, the bot's settings say: another one would be a guest to it.
    return (this.role === "guest" || !this.user) && h("button", { type: "button", class: "chip add", title: label, "aria-label": label, onclick: add }, "+");
  }

  #settings() {
    const choose = ({ target }) => this.attempt(() => post(`users/${this.user.id}`, { language_code: target.value }));
    const option = ([code, name]) => h("option", { value: code, selected: code === this.user.language_code }, name);
    const blocking = this.user.blocked ? "Unblock" : "Block";
    const block = () => this.attempt(() => act(this.user.id, blocking.toLowerCase()));
    return h("span", { class: "chip-end" },
      h("select", { "aria-label": "Language", onchange: choose }, Object.entries(LANGUAGES).map(option)),
      h("button", { type: "button", class: "chip", title: `${blocking} the bot, as this user`, onclick: block }, blocking));
  }

  #drawHead() {
    const { bot } = store.info;
    fill(this.head, avatar(bot.first_name, bot.id), h("span", { class: "who" }, h("b", {}, bot.first_name), h("small", { class: "state" }, "bot")),
      this.role === "admin" && h("span", { class: "badge" }, "admin's phone"));
  }

  #showTyping() {
    const state = this.head.querySelector(".state");
    clearTimeout(this.#typing);
    state.textContent = "typing…";
    this.#typing = setTimeout(() => (state.textContent = "bot"), TYPING_MS);
  }

  #drawMessages() {
    const drawn = this.user ? [...this.chat.messages.values()].map((message) => this.#bubble(message)) : [];
    fill(this.messages, drawn.length ? drawn : this.#empty());
    this.#scroll();
  }

  #empty() {
    const text = this.user ? "What can this bot do? Press Start." : `Nobody holds this phone yet: press + above.`;
    return h("div", { class: "service empty" }, h("span", {}, text));
  }

  #bubble(message) {
    return bubble(message, this.user.id, (button, pressed) => this.#press(message, button, pressed));
  }

  #add(message) {
    this.messages.querySelector(".empty")?.remove();
    this.messages.append(this.#bubble(message));
    if (message.from.id !== this.user.id) this.#drawHead();
    this.#scroll();
  }

  #replace(message) {
    this.#find(message.message_id)?.replaceWith(this.#bubble(message));
  }

  #find(messageId) {
    return this.messages.querySelector(`[data-message-id="${messageId}"]`);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.messages;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < 40;
  }

  #scroll() {
    this.#atEnd = true;
    this.messages.scrollTop = this.messages.scrollHeight;
  }

  #clicked({ target }) {
    if (target.dataset.command) this.composer.say(target.dataset.command);
  }

  async #press(message, button, pressed) {
    if (button.web_app) return this.openApp({ kind: "inline", url: button.web_app.url, title: button.text });
    if (button.url) return window.open(button.url, "_blank", "noopener");
    if (button.copy_text) return this.attempt(() => navigator.clipboard.writeText(button.copy_text.text));
    if (!button.callback_data) return toast(this.screen, "The sandbox does not know this kind of button");
    pressed.classList.add("waiting");
    const body = { message_id: message.message_id, data: button.callback_data, wait: ANSWER_SECONDS };
    const outcome = await this.attempt(() => act(this.user.id, "callback", body));
    pressed.classList.remove("waiting");
    return outcome && this.#showAnswer(outcome.answer);
  }

  #showAnswer(answer) {
    if (answer === null) return toast(this.screen, "The bot did not answer the button", "error");
    if (!answer.text) return undefined;
    return answer.show_alert ? tell(this.screen, answer.text) : toast(this.screen, answer.text);
  }
}
