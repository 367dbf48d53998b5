// One phone: who holds it, the chat it shows, and a Mini App over it.

import { act, remove } from "/static/api.js";
import { Chats } from "/static/chats.js";
import { Composer } from "/static/composer.js";
import { agrees, tell } from "/static/dialogs.js";
import { fill, h, toast } from "/static/dom.js";
import { avatar } from "/static/message.js";
import { MiniApp } from "/static/miniapp.js";
import { People } from "/static/people.js";
import { Replies } from "/static/replies.js";
import { store } from "/static/store.js";
import { Thread } from "/static/thread.js";

const ANSWER_SECONDS = 10;
const TYPING_MS = 5000;
const ADMINISTRATORS = ["creator", "administrator"];

/** The phone at one side of the page; `role` (guest or admin) says whose. */
export class Phone {
  user = null;
  app = null;
  #typing = 0;

  constructor(side) {
    this.role = side.dataset.side;
    this.people = new People(this);
    this.chats = new Chats(this);
    this.head = h("header", { class: "chat-head" });
    this.thread = new Thread(this);
    this.replies = new Replies(this);
    this.composer = new Composer(this);
    this.screen = h("div", { class: "screen" }, this.chats.element, this.head, this.thread.element, this.composer.element, h("div", { class: "toasts" }));
    side.append(this.people.element, h("div", { class: "phone" }, this.screen));
    this.#listen();
  }

  get holders() {
    return [...store.users.values()].filter(({ role }) => role === this.role);
  }

  get chatId() {
    return this.chats.current;
  }

  get chat() {
    return store.chat(this.chatId);
  }

  /** Whether it shows a group: their ids are negative. */
  get group() {
    return this.chatId < 0;
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

  /** Does something as the holder, in the chat that is shown. */
  act(what, body) {
    return this.attempt(() => act(this.user.id, what, { chat_id: this.chatId, ...body }));
  }

  toast(text) {
    toast(this.screen, text);
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
    for (const part of [this.chats, this.thread, this.composer]) part.element.inert = inert;
    this.head.inert = inert;
  }

  async restart() {
    await this.attempt(() => act(this.user.id, "unblock"));
    await this.composer.say("/start");
  }

  /** Somebody takes the phone: the user of this id, else who had it, else the first of its side. */
  hold(id) {
    const before = this.user?.id;
    const find = (wanted) => this.holders.find((user) => user.id === wanted);
    this.user = find(id) ?? find(before) ?? this.holders[0] ?? null;
    if (before !== this.user?.id) this.app?.close();
    this.#draw();
  }

  /** Opens one of the holder's chats. */
  show(chatId) {
    if (chatId !== this.chatId) this.app?.close();
    this.chats.choose(chatId);
    this.#draw();
  }

  mayDelete(message) {
    return !this.group || message.from.id === this.user.id || ADMINISTRATORS.includes(this.chat.members[this.user.id]);
  }

  async deleteMessage({ message_id }) {
    const body = { chat_id: this.chatId };
    const sure = await agrees(this.screen, "Delete the message?", "It goes for everyone in this chat.", "Delete", "destructive");
    if (sure) await this.attempt(() => remove(`users/${this.user.id}/messages/${message_id}`, body));
  }

  replyTo(message) {
    this.replies.choose(message);
    this.composer.drawReply();
    this.composer.input.focus();
  }

  async press(message, button, pressed) {
    if (button.web_app) return this.openApp({ kind: "inline", url: button.web_app.url, title: button.text });
    if (button.url) return window.open(button.url, "_blank", "noopener");
    if (button.copy_text) return this.attempt(() => navigator.clipboard.writeText(button.copy_text.text));
    if (!button.callback_data) return this.toast("The sandbox does not know this kind of button");
    pressed.classList.add("waiting");
    const outcome = await this.act("callback", { message_id: message.message_id, data: button.callback_data, wait: ANSWER_SECONDS });
    pressed.classList.remove("waiting");
    return outcome && this.#showAnswer(outcome.answer);
  }

  #listen() {
    const own = (draw) => (event) => this.user && event.chat_id === this.chatId && draw(event);
    store.on("loaded", () => this.hold(this.user?.id));
    store.on("user", ({ user }) => (this.user === null || user.id === this.user.id ? this.hold(user.id) : this.people.draw()));
    store.on("group", () => this.chats.draw());
    store.on("message", (event) => this.#note(event));
    store.on("message", own(({ message }) => this.#add(message)));
    store.on("edit", own(({ message }) => this.thread.replace(message)));
    store.on("delete", own(({ message_id }) => this.#remove(message_id)));
    store.on("keyboard", own(() => this.composer.draw()));
    store.on("menu_button", () => this.composer.draw());
    store.on("commands", () => this.composer.loadCommands());
    store.on("chat_action", own(() => this.#showTyping()));
    store.on("theme", () => this.app?.sendTheme());
  }

  #draw() {
    this.chats.draw();
    this.people.draw();
    this.#drawHead();
    this.thread.draw();
    this.composer.draw();
    this.composer.loadCommands();
  }

  #drawHead() {
    const { bot } = store.info;
    const [title, id] = this.user && this.group ? [this.chat.chat.title, this.chatId] : [bot.first_name, bot.id];
    clearTimeout(this.#typing);
    fill(this.head, avatar(title, id), h("span", { class: "who" }, h("b", {}, title), h("small", { class: "state" }, this.#state())),
      this.role === "admin" && h("span", { class: "badge" }, "admin's phone"));
  }

  #state() {
    return this.user && this.group ? `${Object.keys(this.chat.members).length} members` : "bot";
  }

  #showTyping() {
    this.head.querySelector(".state").textContent = this.group ? `${store.info.bot.first_name} is typing…` : "typing…";
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#drawHead(), TYPING_MS);
  }

  #note(event) {
    if (!this.chats.note(event)) return;
    this.chats.draw();
    this.people.draw();
  }

  #add(message) {
    this.thread.add(message);
    if (message.from.is_bot) this.#drawHead();
    if (this.replies.forced?.message_id === message.message_id) this.composer.force();
    this.composer.drawReply();
  }

  #remove(messageId) {
    this.thread.remove(messageId);
    this.composer.drawReply();
  }

  #showAnswer(answer) {
    if (answer === null) return toast(this.screen, "The bot did not answer the button", "error");
    if (!answer.text) return undefined;
    return answer.show_alert ? tell(this.screen, answer.text) : this.toast(answer.text);
  }
}
