// One message as a bubble: formatting, files, pictures, service lines and the buttons under it.

import { showPicture } from "/static/dialogs.js";
import { clock, h, size } from "/static/dom.js";

const WRAPPERS = {
  bold: () => h("strong"),
  italic: () => h("em"),
  underline: () => h("u"),
  strikethrough: () => h("s"),
  code: () => h("code"),
  pre: () => h("pre"),
  blockquote: () => h("blockquote"),
  expandable_blockquote: () => h("blockquote"),
  spoiler: () => h("span", { class: "spoiler", tabindex: 0, onclick: ({ currentTarget }) => currentTarget.classList.add("seen") }),
  text_link: ({ url }) => (url.startsWith("tg://user?") ? mention() : link(url)),
  url: (_, text) => link(text),
  email: (_, text) => link(`mailto:${text}`),
  phone_number: (_, text) => link(`tel:${text}`),
  mention,
  text_mention: mention,
  bot_command: (_, text) => h("button", { class: "link", type: "button", dataset: { command: text } }),
};

function mention() {
  return h("span", { class: "mention" });
}

function link(href) {
  const safe = /^(https?|mailto|tel|tg):/i.test(href) ? href : "#";
  return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer" });
}

/** Text with its entities (offsets in UTF-16 units, as in JavaScript) as nodes; everything is text, never HTML. */
export function formatted(text, entities = []) {
  return nested(text, 0, text.length, [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length));
}

function nested(text, start, end, entities) {
  const nodes = [];
  let at = start;
  while (entities.length && entities[0].offset < end) {
    const entity = entities.shift();
    const stop = Math.min(entity.offset + entity.length, end);
    const inner = [];
    while (entities.length && entities[0].offset < stop) inner.push(entities.shift());
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const element = WRAPPERS[entity.type]?.(entity, text.slice(entity.offset, stop)) ?? h("span");
    element.append(...nested(text, entity.offset, stop, inner));
    nodes.push(element);
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

/** A message in the chat that `phone` shows, with what its holder may do to it. */
export function bubble(message, phone) {
  const service = serviceText(message);
  const data = { messageId: message.message_id };
  if (service) return h("div", { class: "service", dataset: data }, h("span", {}, service));
  const out = message.from.id === phone.user.id;
  const named = phone.group && !out;
  return h("div", { class: `message ${out ? "out" : "in"}`, tabindex: -1, dataset: { ...data, sender: message.from.id } },
    named && avatar(message.from.first_name, message.from.id),
    h("div", { class: "body" },
      h("div", { class: `bubble ${shape(message)}` }, named && sender(message, phone.chat), quoted(message, phone), photo(message), file(message), contact(message), words(message)),
      inlineKeyboard(message, phone)),
    actions(message, phone));
}

function shape({ photo: sizes, caption }) {
  return !sizes ? "" : caption ? "media" : "media bare";
}

function serviceText({ web_app_data: data }) {
  return data && `Data from the button “${data.button_text}” was transferred to the bot (${new Blob([data.data]).size} bytes)`;
}

const TITLES = { creator: "owner", administrator: "admin" };

function sender({ from }, { members = {} }) {
  const title = TITLES[members[from.id]];
  return h("div", { class: `name ${hue(from.id)}` }, h("b", {}, [from.first_name, from.last_name].filter(Boolean).join(" ")), title && h("small", {}, title));
}

/** A message in a few words, as a quote shows it. */
export const summary = ({ text, caption, photo: sizes, document: sent, contact: shared }) =>
  text ?? caption ?? (sizes ? "Picture" : sent ? sent.file_name : shared ? "Contact" : "…");

function quoted({ reply_to_message: original }, phone) {
  return original && h("div", { class: `quote ${hue(original.from.id)}` }, h("b", {}, original.from.first_name), h("span", {}, summary(original)),
    h("button", { type: "button", "aria-label": "Show the quoted message", onclick: () => phone.thread.show(original.message_id) }));
}

function words(message) {
  const { text = message.caption, entities = message.caption_entities } = message;
  return h("div", { class: "words" }, text && h("div", { class: "text" }, formatted(text, entities)), stamp(message));
}

function photo({ photo: sizes }) {
  if (!sizes) return null;
  const { file_id, width, height } = sizes.at(-1);
  const src = `/sandbox/files/${file_id}`;
  const button = h("button", { type: "button", class: "photo", "aria-label": "Open the picture", onclick: () => showPicture(src) });
  const image = h("img", { src, alt: "", loading: "lazy", onload: () => frame(button, image.naturalWidth, image.naturalHeight) });
  frame(button, width, height);
  button.append(image);
  return button;
}

const LARGEST = { width: 320, height: 320 };
const SMALLEST = 120;

/** Room for a picture before it is there, so that nothing moves when it comes. */
function frame({ style }, width, height) {
  const scale = Math.min(1, LARGEST.width / width, LARGEST.height / height);
  style.width = `${Math.max(SMALLEST, Math.round(width * scale))}px`;
  style.aspectRatio = `${width} / ${height}`;
}

function file({ document: sent }) {
  if (!sent) return null;
  const [, extension = ""] = /\.([a-z0-9]{1,5})$/i.exec(sent.file_name) ?? [];
  return h("a", { class: "file", href: `/sandbox/files/${sent.file_id}`, download: sent.file_name, title: `Download ${sent.file_name}` },
    h("span", { class: "file-icon", "aria-hidden": "true", dataset: { extension: extension.toLowerCase() } }, extension.toLowerCase()),
    h("span", { class: "file-name" }, h("b", {}, sent.file_name), h("small", {}, size(sent.file_size))));
}

function contact({ contact: shared }) {
  return shared && h("div", { class: "contact" }, avatar(shared.first_name, shared.user_id),
    h("span", {}, h("b", {}, shared.first_name), h("small", {}, `+${shared.phone_number}`)));
}

const stamp = (message) =>
  h("span", { class: "stamp" }, message.edit_date ? "edited " : "", clock(message.edit_date ?? message.date));

function inlineKeyboard({ reply_markup: markup, ...message }, phone) {
  const rows = markup?.inline_keyboard;
  const kind = (button) => (button.web_app ? "opens-app" : button.url ? "opens-link" : "");
  return rows && h("div", { class: "inline-keyboard" }, rows.map((row) => h("div", { class: "row" }, row.map((button) =>
    h("button", { type: "button", class: kind(button), onclick: ({ currentTarget }) => phone.press(message, button, currentTarget) }, button.text)))));
}

function actions(message, phone) {
  const action = (name, label, onclick) => h("button", { type: "button", class: name, title: label, "aria-label": `${label} this message`, onclick });
  return h("div", { class: "actions" }, action("reply-sign", "Reply to", () => phone.replyTo(message)),
    phone.mayDelete(message) && action("delete-sign", "Delete", () => phone.deleteMessage(message)));
}

export const hue = (id) => `hue-${Math.abs(id) % 7}`;

export function avatar(name, id) {
  return h("span", { class: `avatar ${hue(id)}`, "aria-hidden": "true" }, [...name][0] ?? "?");
}
