// What a phone answers to: the message its holder chose, or the one to which the bot forces a reply.

/** Whether a markup is meant for this user: `selective` ones in groups are for whoever is answered or mentioned. */
function concerns({ reply_markup: markup, reply_to_message: answered, ...message }, user) {
  if (!markup.selective || message.chat.type === "private") return true;
  return answered?.from.id === user.id || mentioned(message, user);
}

function mentioned({ text, entities, caption, caption_entities }, user) {
  const said = text ?? caption ?? "";
  const names = ({ type, offset, length, user: named, url }) =>
    named?.id === user.id || url === `tg://user?id=${user.id}` ||
    (type === "mention" && said.slice(offset + 1, offset + length).toLowerCase() === user.username?.toLowerCase());
  return (entities ?? caption_entities ?? []).some(names);
}

const newestFirst = (chat) => [...chat.messages.values()].reverse();
const setsKeyboard = ({ reply_markup: markup }) => !!markup && ("keyboard" in markup || "remove_keyboard" in markup);

/** The message that asks this user for a reply; whatever the user writes ends it, and so does another keyboard. */
function forcing(chat, user) {
  for (const message of newestFirst(chat)) {
    if (message.from.id === user.id) return null;
    if (!message.reply_markup || !concerns(message, user)) continue;
    if (message.reply_markup.force_reply) return message;
    if (setsKeyboard(message)) return null;
  }
  return null;
}

/** The reply keyboard that this user sees. */
export function keyboardFor(chat, user) {
  if (chat.chat?.type !== "group") return chat.keyboard;
  const last = newestFirst(chat).find((message) => setsKeyboard(message) && concerns(message, user));
  return last?.reply_markup.keyboard ? last.reply_markup : null;
}

/** The replies of one phone, remembered for each holder and chat. */
export class Replies {
  #chosen = new Map();
  #dropped = new Set();

  constructor(phone) {
    this.phone = phone;
  }

  get target() {
    return this.phone.chat.messages.get(this.#chosen.get(this.#key)) ?? this.forced;
  }

  get forced() {
    const { chat, user } = this.phone;
    const message = forcing(chat, user);
    return message && !this.#dropped.has(this.#drop(message)) ? message : null;
  }

  choose(message) {
    this.#chosen.set(this.#key, message.message_id);
  }

  drop() {
    if (this.forced) this.#dropped.add(this.#drop(this.forced));
    this.sent();
  }

  sent() {
    this.#chosen.delete(this.#key);
  }

  get #key() {
    return `${this.phone.user.id}:${this.phone.chatId}`;
  }

  #drop(message) {
    return `${this.phone.user.id}:${message.message_id}`;
  }
}
