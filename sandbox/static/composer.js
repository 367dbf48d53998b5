// Below a chat: what is replied to, the menu button, the commands, the field to write in, and the bot's reply keyboard.

import { get } from "/static/api.js";
import { shareContact } from "/static/dialogs.js";
import { fill, h } from "/static/dom.js";
import { hue, summary } from "/static/message.js";
import { keyboardFor } from "/static/replies.js";
import { store } from "/static/store.js";

/** The composer of one phone; `draw` is called whenever its chat, keyboard or commands changed. */
export class Composer {
  #commands = [];
  #drafts = new Map();
  #place = "";
  #hidden = new WeakSet(); // keyboards: one that newly comes is not among them
  #commandsShown = false;

  constructor(phone) {
    this.phone = phone;
    this.input = h("textarea", { rows: 1, placeholder: "Message", "aria-label": "Message", oninput: () => this.#typed(), onkeydown: (event) => this.#key(event) });
    this.replying = h("div", { class: "replying", role: "group", "aria-label": "Reply" });
    this.bar = h("div", { class: "bar" });
    this.keyboard = h("div", { class: "keyboard", role: "group", "aria-label": "Reply keyboard" });
    this.list = h("div", { class: "commands", role: "group", "aria-label": "Commands" });
    this.element = h("div", { class: "composer" }, this.list, this.replying, this.bar, this.keyboard);
  }

  async loadCommands() {
    const { user } = this.phone;
    if (!user) return;
    const place = this.#here();
    const found = await get(`commands?user_id=${user.id}&chat_id=${this.phone.chatId}`);
    if (place !== this.#here()) return; // the phone shows another chat by now
    this.#commands = found;
    this.draw();
  }

  draw() {
    const { user, group } = this.phone;
    this.element.hidden = !user;
    if (!user) return;
    this.#move();
    if (!group && user.blocked) this.#drawOnly("Restart bot", () => this.phone.restart());
    else if (!group && !user.started) this.#drawOnly("Start", () => this.say("/start"));
    else this.#drawAll();
  }

  /** Writes to the chat, as a reply if there is something to reply to; undefined when that failed. */
  async say(text) {
    if (!text.trim()) return undefined;
    const sent = await this.phone.act("text", { text, reply_to_message_id: this.phone.replies.target?.message_id });
    if (sent) this.phone.replies.sent();
    this.drawReply();
    return sent;
  }

  /** Sends a command that was chosen, not typed: in a group it names the bot. */
  command(text) {
    return this.say(this.phone.group && !text.includes("@") ? `${text}@${store.info.bot.username}` : text);
  }

  /** The bot asks for a reply: the field is ready for it, unless its reader is busy elsewhere. */
  force() {
    this.phone.replies.sent();
    const { activeElement } = document;
    if (activeElement === document.body || this.phone.screen.contains(activeElement)) this.input.focus();
  }

  drawReply() {
    const { replies, chat, user } = this.phone;
    const { target, forced } = replies;
    const keyboard = keyboardFor(chat, user);
    const asked = target && target === forced && target.reply_markup.input_field_placeholder;
    this.input.placeholder = asked || keyboard?.input_field_placeholder || (target ? "Reply" : "Message");
    this.replying.hidden = !target || !this.input.isConnected;
    fill(this.replying, target && this.#drawTarget(target));
    this.keyboard.hidden = !keyboard || this.#hidden.has(keyboard) || !!forced;
  }

  #drawTarget(target) {
    const drop = () => {
      this.phone.replies.drop();
      this.drawReply();
    };
    return [h("span", { class: "reply-sign", "aria-hidden": "true" }),
      h("div", { class: `quote ${hue(target.from.id)}` }, h("b", {}, `Reply to ${target.from.first_name}`), h("span", {}, summary(target))),
      h("button", { type: "button", class: "icon", "aria-label": "Cancel the reply", title: "Cancel the reply", onclick: drop }, "✕")];
  }

  #here() {
    return `${this.phone.user?.id}:${this.phone.user && this.phone.chatId}`;
  }

  /** What was being written stays with its chat. */
  #move() {
    const place = this.#here();
    if (place === this.#place) return;
    this.#drafts.set(this.#place, this.input.value);
    this.input.value = this.#drafts.get(place) ?? "";
    this.#place = place;
    this.#commands = [];
    this.#commandsShown = false;
  }

  #drawOnly(label, onclick) {
    fill(this.bar, h("button", { type: "button", class: "only", onclick }, label));
    this.replying.hidden = true;
    fill(this.keyboard);
    fill(this.list);
  }

  #drawAll() {
    const keyboard = keyboardFor(this.phone.chat, this.phone.user);
    const writing = document.activeElement === this.input;
    fill(this.bar, this.#menuButton(), this.input, this.#commands.length > 0 && !this.#menuIsCommands && this.#slash(),
      keyboard && this.#toggle(keyboard), h("button", { type: "button", class: "send", "aria-label": "Send", onclick: () => this.#send() }, "➤"));
    if (writing) this.input.focus();
    this.#drawKeyboard(keyboard);
    this.drawReply();
    this.#drawCommands();
  }

  get #menuIsCommands() {
    return !this.phone.group && this.phone.chat.menu_button?.type !== "web_app";
  }

  #menuButton() {
    if (this.phone.group) return null;
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

  #toggle(keyboard) {
    const shown = !this.#hidden.has(keyboard);
    const label = shown ? "Hide the keyboard" : "Show the keyboard";
    const onclick = () => {
      if (shown) this.#hidden.add(keyboard);
      else this.#hidden.delete(keyboard);
      this.draw();
    };
    return h("button", { type: "button", class: "icon", "aria-label": label, title: label, "aria-pressed": `${shown}`, onclick }, "⠿");
  }

  #toggleCommands() {
    this.#commandsShown = !this.#commandsShown;
    this.draw();
  }

  #drawKeyboard(keyboard) {
    const button = (key) => h("button", { type: "button", class: key.web_app ? "opens-app" : "", onclick: () => this.#press(key, keyboard) }, key.text);
    const rows = keyboard?.keyboard.map((row) => row.map((key) => (typeof key === "string" ? { text: key } : key))) ?? [];
    fill(this.keyboard, rows.map((row) => h("div", { class: "row" }, row.map(button))));
  }

  async #press(key, keyboard) {
    const { user, screen } = this.phone;
    if (key.web_app) return this.phone.openApp({ kind: "keyboard", url: key.web_app.url, title: key.text });
    if (key.request_contact && !(await shareContact(screen, user))) return undefined;
    await this.phone.act("button", { text: key.text });
    if (keyboard.one_time_keyboard) this.#hidden.add(keyboard);
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
    this.command(`/${command}`);
    this.draw();
  }

  #typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
    this.#drawCommands();
  }

  #key(event) {
    if (event.key === "Escape") {
      this.phone.replies.drop();
      return this.drawReply();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return undefined;
    event.preventDefault();
    return this.#send();
  }

  async #send() {
    const text = this.input.value;
    const place = this.#place;
    this.input.value = "";
    this.#typed();
    const sent = await this.say(text);
    if (!sent && place === this.#place && !this.input.value) this.input.value = text;
  }
}
