// The little that is needed to build a page without a framework.

/** An element: `props` are attributes, `class`, `on…` listeners and `dataset`; null and false children are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else element.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
}

/** Puts these children in place of what is there. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

/** A few words over a phone that go by themselves; `kind`: note, error or haptic. */
export function toast(screen, text, kind = "note") {
  const shown = h("div", { class: `toast ${kind}`, role: kind === "haptic" ? "presentation" : "status" }, text);
  screen.querySelector(".toasts").append(shown);
  setTimeout(() => shown.remove(), kind === "haptic" ? 1200 : 4000);
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
