// One message as a bubble: formatting, files, pictures, service lines and the buttons under it.

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
  text_link: ({ url }) => link(url),
  url: (_, text) => link(text),
  email: (_, text) => link(`mailto:${text}`),
  phone_number: (_, text) => link(`tel:${text}`),
  bot_command: (_, text) => h("button", { class: "link", type: "button", dataset: { command: text } }),
};

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

/** A message in the chat of the user `own`; `press(button)` is called for the buttons under it. */
export function bubble(message, own, press) {
  const service = serviceText(message);
  const id = { messageId: message.message_id };
  if (service) return h("div", { class: "service", dataset: id }, h("span", {}, service));
  const side = message.from.id === own ? "out" : "in";
  return h("div", { class: `message ${side}`, dataset: id },
    h("div", { class: "bubble" }, quoted(message), content(message), stamp(message)),
    inlineKeyboard(message, press));
}

function serviceText({ web_app_data: data }) {
  return data && `Data from the button “${data.button_text}” was transferred to the bot (${new Blob([data.data]).size} bytes)`;
}

function quoted({ reply_to_message: original }) {
  return original && h("div", { class: "quote" }, h("b", {}, original.from.first_name), h("span", {}, original.text ?? original.caption ?? "…"));
}

function content(message) {
  const parts = [photo(message), file(message), contact(message)];
  if (message.text) parts.push(h("div", { class: "text" }, formatted(message.text, message.entities)));
  if (message.caption) parts.push(h("div", { class: "text" }, formatted(message.caption, message.caption_entities)));
  return parts;
}

function photo({ photo: sizes }) {
  if (!sizes) return null;
  const { file_id, width, height } = sizes.at(-1);
  const src = `/sandbox/files/${file_id}`;
  return h("a", { href: src, target: "_blank", class: "photo" }, h("img", { src, width, height, alt: "Picture", loading: "lazy" }));
}

function file({ document: sent }) {
  if (!sent) return null;
  const extension = sent.file_name.split(".").pop().slice(0, 4);
  return h("a", { class: "file", href: `/sandbox/files/${sent.file_id}`, download: sent.file_name },
    h("span", { class: "file-icon", "aria-hidden": "true" }, extension),
    h("span", { class: "file-name" }, sent.file_name, h("small", {}, size(sent.file_size))));
}

function contact({ contact: shared }) {
  return shared && h("div", { class: "contact" }, avatar(shared.first_name, shared.user_id),
    h("span", {}, h("b", {}, shared.first_name), h("small", {}, `+${shared.phone_number}`)));
}

const stamp = (message) =>
  h("span", { class: "stamp" }, message.edit_date ? "edited " : "", clock(message.edit_date ?? message.date));

function inlineKeyboard({ reply_markup: markup }, press) {
  const rows = markup?.inline_keyboard;
  return rows && h("div", { class: "inline-keyboard" }, rows.map((row) => h("div", { class: "row" }, row.map((button) =>
    h("button", { type: "button", class: button.web_app ? "opens-app" : button.url ? "opens-link" : "", onclick: ({ currentTarget }) => press(button, currentTarget) }, button.text)))));
}

export function avatar(name, id) {
  return h("span", { class: `avatar hue-${Math.abs(id) % 7}`, "aria-hidden": "true" }, [...name][0] ?? "?");
}
