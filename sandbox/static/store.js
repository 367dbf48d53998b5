// What the page knows, kept fresh by server-sent events. Every change is told as an event of the same name.

import { get, post } from "/static/api.js";

const EVENTS = ["user", "group", "message", "edit", "delete", "keyboard", "menu_button", "commands", "chat_action", "call", "update",
  "confirmed", "webhook", "faults", "delivery_failed", "callback_answer"];
const THEME = "sandbox-theme";

class Store extends EventTarget {
  users = new Map();
  chats = new Map();
  info = {};
  theme = localStorage.getItem(THEME) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  /** Loads all there is whenever the stream of events begins anew, so that nothing between is missed. */
  start() {
    const stream = new EventSource("/sandbox/events");
    stream.onopen = () => this.load().catch(() => this.tell("offline"));
    stream.onerror = () => this.tell("offline");
    for (const name of EVENTS) stream.addEventListener(name, ({ data }) => this.take(name, JSON.parse(data)));
  }

  async load() {
    this.chats = new Map();
    const known = new Map(this.users);
    const [info, users, chats] = await Promise.all([get("info"), get("users"), get("chats")]);
    await Promise.all(chats.map(({ id }) => this.loadChat(id)));
    this.info = info;
    const newer = [...this.users].filter(([id, user]) => known.get(id) !== user); // brought by events meanwhile
    this.users = new Map([...users.map((user) => [user.id, user]), ...newer]);
    this.setTheme(this.theme);
    this.tell("loaded");
  }

  /** What events brought meanwhile is newer than what was asked for. */
  async loadChat(id) {
    const asked = await get(`chats/${id}`);
    const { messages, ...rest } = this.chat(id);
    this.chats.set(id, { ...asked, ...rest, messages: new Map([...byId(asked.messages), ...messages]) });
  }

  async refreshInfo() {
    this.info = await get("info");
    this.tell("info");
  }

  setTheme(name) {
    this.theme = name in this.info.themes ? name : "light";
    localStorage.setItem(THEME, this.theme);
    this.tell("theme");
  }

  get themeParams() {
    return this.info.themes[this.theme];
  }

  chat(id) {
    if (!this.chats.has(id)) this.chats.set(id, { messages: new Map() });
    return this.chats.get(id);
  }

  /** The ids of a user's chats: the private one first, then the groups. */
  chatsOf(user) {
    const groups = [...this.chats].filter(([, { members }]) => members?.[user.id]);
    return [user.id, ...groups.map(([id]) => id)];
  }

  async setFaults(faults) {
    await post("faults", faults);
  }

  /** Before the first load there is nobody to tell: "loaded" draws what has come by then. */
  async take(name, event) {
    await CHANGES[name]?.(this, event);
    if (this.info.bot) this.tell(name, event);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(name, listener) {
    this.addEventListener(name, ({ detail }) => listener(detail));
  }
}

const keep = (store, { chat_id, message }) => store.chat(chat_id).messages.set(message.message_id, message);

const CHANGES = {
  user: (store, { user }) => {
    const known = store.users.has(user.id);
    store.users.set(user.id, user);
    return known ? undefined : store.loadChat(user.id);
  },
  group: (store, { chat, members }) => {
    Object.assign(store.chat(chat.id), { chat, members }); // its first message may come before it is loaded
    return store.loadChat(chat.id);
  },
  message: keep,
  edit: keep,
  delete: (store, { chat_id, message_id }) => store.chat(chat_id).messages.delete(message_id),
  keyboard: (store, { chat_id, keyboard }) => (store.chat(chat_id).keyboard = keyboard),
  menu_button: (store, { chat_id, menu_button }) => {
    for (const [id, chat] of store.chats) if (chat_id === null || chat_id === id) chat.menu_button = menu_button;
  },
  faults: (store, { faults }) => (store.info.faults = faults),
};

const byId = (messages) => new Map(messages.filter(({ deleted }) => !deleted).map((message) => [message.message_id, message]));

export const store = new Store();
