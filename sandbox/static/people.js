// Above a phone: who holds it, and what belongs to the holder.

import { act, post } from "/static/api.js";
import { unreadDot } from "/static/chats.js";
import { fill, h } from "/static/dom.js";
import { avatar } from "/static/message.js";
import { store } from "/static/store.js";

const LANGUAGES = { ru: "Русский", en: "English", de: "Deutsch" };
const ADDED = ["Мария", "Пётр", "Emily", "Алексей", "София", "James", "Дарья", "Tom"];

/** The chips of one phone's holders. */
export class People {
  constructor(phone) {
    this.phone = phone;
    this.element = h("div", { class: "people" });
  }

  draw() {
    const { user, holders } = this.phone;
    fill(this.element, holders.map((holder) => this.#chip(holder)), this.#addButton(), user && this.#settings(user));
  }

  #chip(holder) {
    const { phone } = this;
    const mine = holder.id === phone.user?.id;
    return h("button", { type: "button", class: "chip", "aria-pressed": `${mine}`, onclick: () => phone.hold(holder.id) },
      avatar(holder.first_name, holder.id), holder.first_name, holder.blocked && " 🚫", !mine && phone.chats.hasNews(holder) && unreadDot());
  }

  #addButton() {
    const { role, user } = this.phone;
    const label = `Add ${role === "admin" ? "an admin" : "a guest"}`;
    // Who is an admin, the bot's settings say: another one would be a guest to it.
    return (role === "guest" || !user) && h("button", { type: "button", class: "chip add", title: label, "aria-label": label, onclick: () => this.#add() }, "+");
  }

  async #add() {
    const { phone } = this;
    const first_name = ADDED[store.users.size % ADDED.length];
    const language_code = /[а-я]/i.test(first_name) ? "ru" : "en";
    const added = await phone.attempt(() => post("users", { first_name, language_code, role: phone.role }));
    if (!added) return;
    await store.take("user", { user: added });
    phone.hold(added.id);
  }

  #settings(user) {
    const choose = ({ target }) => this.phone.attempt(() => post(`users/${user.id}`, { language_code: target.value }));
    const option = ([code, name]) => h("option", { value: code, selected: code === user.language_code }, name);
    const blocking = user.blocked ? "Unblock" : "Block";
    const block = () => this.phone.attempt(() => act(user.id, blocking.toLowerCase()));
    return h("span", { class: "chip-end" },
      h("select", { "aria-label": "Language", onchange: choose }, Object.entries(LANGUAGES).map(option)),
      h("button", { type: "button", class: "chip", title: `${blocking} the bot, as this user`, onclick: block }, blocking));
  }
}
