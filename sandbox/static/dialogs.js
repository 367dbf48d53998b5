// Dialogs that Telegram draws over a chat or a Mini App.

import { h } from "/static/dom.js";

const LABELS = { ok: "OK", close: "Close", cancel: "Cancel" };

/** Shows a dialog on a phone's screen; the id of the pressed button, null when it was dismissed. */
export function dialog(screen, { title = "", message, buttons }) {
  return new Promise((resolve) => {
    const element = h("dialog", { class: "dialog", "aria-label": title || message });
    const finish = (id) => {
      element.remove();
      resolve(id);
    };
    const drawn = buttons.map(({ id, type = "default", text }) =>
      h("button", { type: "button", class: type, onclick: () => finish(id) }, text || LABELS[type] || type));
    element.append(h("div", { class: "dialog-box" }, title && h("h3", {}, title), h("p", {}, message), h("div", { class: "dialog-buttons" }, drawn)));
    element.addEventListener("click", (event) => event.target === element && finish(null));
    element.addEventListener("keydown", (event) => event.key === "Escape" && finish(null));
    screen.append(element);
    element.show(); // not modal: the other phone stays alive
    drawn.at(-1).focus();
  });
}

/** Whether the user agreed. */
export async function agrees(screen, title, message, yes, kind = "default") {
  const buttons = [{ id: "no", type: "cancel" }, { id: "yes", type: kind, text: yes }];
  return (await dialog(screen, { title, message, buttons })) === "yes";
}

export const tell = (screen, message) => dialog(screen, { message, buttons: [{ id: "ok", type: "ok" }] });

export const shareContact = (screen, user) =>
  agrees(screen, "Share your phone number?", `The bot will know your number, +${user.phone_number}.`, "Share");

/** A picture over the whole page, as large as it can be; a click or Escape closes it. */
export function showPicture(src) {
  const viewer = h("dialog", { class: "viewer", "aria-label": "Picture", onclose: () => viewer.remove(), onclick: () => viewer.close() },
    h("img", { src, alt: "Picture" }),
    h("div", { class: "viewer-bar" },
      h("a", { href: src, download: "", "aria-label": "Download", title: "Download", onclick: (event) => event.stopPropagation() }, "⤓"),
      h("button", { type: "button", "aria-label": "Close", title: "Close" }, "✕")));
  document.body.append(viewer);
  viewer.showModal();
}
