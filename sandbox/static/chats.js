// The chats of a phone's holder: the private one with the bot and the groups, as tabs with a dot for what is new.

import { fill, h } from "/static/dom.js";
import { avatar } from "/static/message.js";
import { store } from "/static/store.js";

const key = (user, chatId) => `${user.id}:${chatId}`;

/** The tabs of one phone; they are hidden while there is but one chat. */
export class Chats {
  #chosen = new Map();
  #unread = new Set();

  constructor(phone) {
    this.phone = phone;
    this.element = h("nav", { class: "tabs", "aria-label": "Chats" });
  }

  /** The id of the chat that the phone shows. */
  get current() {
    const { user } = this.phone;
    const chosen = this.#chosen.get(user.id);
    return store.chatsOf(user).includes(chosen) ? chosen : user.id;
  }

  choose(chatId) {
    this.#chosen.set(this.phone.user.id, chatId);
  }

  /** A message came: whoever holds this phone and does not see that chat has something new there. Whether any do. */
  note({ chat_id: chatId, message }) {
    const misses = (user) => message.from.id !== user.id && store.chatsOf(user).includes(chatId) && !this.#seen(user, chatId);
    const missing = this.phone.holders.filter(misses);
    for (const user of missing) this.#unread.add(key(user, chatId));
    return missing.length > 0;
  }

  hasNews(user) {
    return store.chatsOf(user).some((chatId) => this.#unread.has(key(user, chatId)));
  }

  draw() {
    const { user } = this.phone;
    const ids = user ? store.chatsOf(user) : [];
    if (user) this.#unread.delete(key(user, this.current));
    this.element.hidden = ids.length < 2;
    fill(this.element, ids.map((id) => this.#tab(id)));
  }

  #seen(user, chatId) {
    return user.id === this.phone.user?.id && chatId === this.current;
  }

  #tab(id) {
    const { title = store.info.bot.first_name } = store.chat(id).chat ?? {};
    return h("button", { type: "button", class: "tab", "aria-pressed": `${id === this.current}`, onclick: () => this.phone.show(id) },
      avatar(title, id < 0 ? id : store.info.bot.id), h("span", { class: "tab-title" }, title), this.#unread.has(key(this.phone.user, id)) && unreadDot());
  }
}

export const unreadDot = () => h("span", { class: "unread", role: "img", "aria-label": "new messages" });
