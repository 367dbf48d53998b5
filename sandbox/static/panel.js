// Behind the scenes: how the bot gets its updates, what can go wrong at a click, and what goes over the wire.

import { get, post } from "/static/api.js";
import { fill, h } from "/static/dom.js";
import { store } from "/static/store.js";

const LOG_LENGTH = 200;
const REFRESH_MS = 4000;
const FAULTS = [
  { label: "Slow: 3 s a call", title: "Every Bot API call takes 3 seconds", on: { slow: 3 }, off: { slow: 0 }, is: ({ slow }) => slow > 0 },
  { label: "429 to the next 3", title: "The next three calls are told to wait 2 seconds", on: { too_many_requests: 3, retry_after: 2 }, off: { too_many_requests: 0 }, is: (f) => f.too_many_requests > 0 },
  { label: "500 to the next 3", title: "The next three calls fail at Telegram", on: { server_errors: 3 }, off: { server_errors: 0 }, is: (f) => f.server_errors > 0 },
  { label: "Drop the next 3", title: "The next three connections close without an answer", on: { drop_connections: 3 }, off: { drop_connections: 0 }, is: (f) => f.drop_connections > 0 },
  { label: "Telegram's limits", title: "30 calls a second in all, 1 message a second to one chat, 20 messages and edits a minute in one group", on: { rate_limits: true }, off: { rate_limits: false }, is: (f) => f.rate_limits },
];

// How each kind of event stands in the log: arrow, class, title, and what unfolds.
const ROWS = {
  update: ({ update }) => ["→", "update", updateTitle(update), update],
  call: (call) => ["←", call.ok ? "call" : "call bad", callTitle(call), call],
  delivery_failed: ({ reason }) => ["→", "call bad", `webhook: ${reason}`, { reason }],
  protocol: ({ eventType, eventData }) => ["▣", "frame", eventType, eventData],
};

/** The panel at the side of the phones. */
export class Panel {
  known = new Set();
  wanted = null;

  constructor(element) {
    this.ways = h("div", { class: "ways" });
    this.faults = h("div", { class: "faults", role: "group", "aria-label": "Faults" });
    this.log = h("ol", { class: "log", tabindex: 0, "aria-label": "Log" });
    element.append(
      h("h2", {}, "How updates reach the bot"), this.ways,
      h("h2", {}, "A bad day for Telegram"), this.faults,
      h("h2", {}, "Over the wire", h("button", { type: "button", class: "plain", onclick: () => fill(this.log) }, "clear")),
      h("p", { class: "hint" }, "→ to the bot   ← from the bot   ▣ from a Mini App"), this.log);
    this.#listen();
    setInterval(() => document.hidden || document.body.classList.contains("offline") || store.refreshInfo().catch(() => {}), REFRESH_MS);
  }

  #listen() {
    for (const name of ["loaded", "info", "webhook", "faults"]) store.on(name, () => this.#draw());
    store.on("webhook", () => store.refreshInfo());
    store.on("loaded", () => this.#loadLog());
    for (const name of Object.keys(ROWS)) store.on(name, (event) => this.#add(name, event));
    store.on("call", () => this.#countDown());
  }

  #draw() {
    const { mode, polled, webhook } = store.info;
    const alive = mode === "webhook" ? !webhook.last_error_message : polled;
    const text = mode === "webhook" ? webhook.url : polled ? "getUpdates is waiting" : "no getUpdates is open now";
    fill(this.ways, this.#switch(), h("p", {}, h("span", { class: `dot ${alive ? "good" : "bad"}` }), h("b", {}, mode), ` · ${text}`),
      h("p", { class: "hint" }, `${webhook.pending_update_count} waiting${webhook.last_error_message ? ` · ${webhook.last_error_message}` : ""}`));
    fill(this.faults, FAULTS.map((fault) => this.#fault(fault)), this.#limited());
  }

  #switch() {
    const { mode, modes } = store.info;
    if (mode === this.wanted) this.wanted = null;
    const choose = async (name) => {
      this.wanted = name;
      this.#draw();
      await post("mode", { mode: name });
    };
    return modes && h("div", { class: "segments", role: "group", "aria-label": "Mode" }, modes.map((name) =>
      h("button", { type: "button", "aria-pressed": `${name === mode}`, disabled: !!this.wanted, onclick: () => name !== mode && choose(name) }, name)),
      this.wanted && h("span", { class: "hint" }, " the bot starts again …"));
  }

  #limited() {
    const { total } = store.info.limited;
    return total > 0 && h("p", { class: "hint" }, `${total} ${total === 1 ? "call was" : "calls were"} over the limits`);
  }

  #fault({ label, title, on, off, is }) {
    const pressed = is(store.info.faults);
    return h("button", { type: "button", class: "chip", title, "aria-pressed": `${pressed}`, onclick: () => store.setFaults(pressed ? off : on) }, label);
  }

  /** What was before; of what came meanwhile, nothing twice. */
  async #loadLog() {
    const log = await get("log").catch(() => []);
    for (const event of log.reverse()) if (!this.known.has(event.at)) this.log.append(this.#row(event.type, event));
  }

  #add(name, event) {
    this.log.prepend(this.#row(name, event));
    if (this.log.children.length > LOG_LENGTH) this.log.lastChild.remove();
  }

  #row(name, event) {
    this.known.add(event.at);
    const [arrow, kind, title, content] = ROWS[name](event);
    const time = new Date(event.at ? event.at * 1000 : Date.now()).toLocaleTimeString([], { hour12: false });
    return h("li", { class: kind }, h("details", {}, h("summary", {}, h("span", { class: "arrow" }, arrow), h("span", { class: "what" }, title), h("time", {}, time)),
      h("pre", {}, JSON.stringify(content, null, 2))));
  }

  // A strike uses a fault up: what is left is asked for once, soon.
  #countDown() {
    const { too_many_requests = 0, server_errors = 0, drop_connections = 0 } = store.info.faults ?? {};
    if (too_many_requests + server_errors + drop_connections === 0) return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => store.refreshInfo().catch(() => {}), 200);
  }
}

function updateTitle(update) {
  const [kind] = Object.keys(update).filter((name) => name !== "update_id");
  const { text, data, web_app_data } = update[kind];
  return `${web_app_data ? "web_app_data" : kind}${text || data ? `: ${(text ?? data).slice(0, 40)}` : ""}`;
}

function callTitle({ method, ok, error_code, description }) {
  return ok ? method : `${method}: ${error_code} ${description}`;
}
