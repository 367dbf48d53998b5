// The messages of the chat that a phone shows.

import { fill, h } from "/static/dom.js";
import { bubble } from "/static/message.js";

const FLASH_MS = 1500;
const NEAR_END = 40;

/** The log of messages; it shows the newest as it comes, and keeps to the end while what is there grows. */
export class Thread {
  #atEnd = true;
  #top = 0;

  constructor(phone) {
    this.phone = phone;
    this.element = h("div", { class: "messages", role: "log", tabindex: 0, "aria-label": "Messages", onclick: (event) => this.#clicked(event), onscroll: () => this.#scrolled() });
    const stay = () => this.#atEnd && this.#scroll();
    new ResizeObserver(stay).observe(this.element);
    this.element.addEventListener("load", stay, true); // a picture may turn out taller than it was told
  }

  draw() {
    const { user, chat } = this.phone;
    const drawn = user ? [...chat.messages.values()].map((message) => this.#bubble(message)) : [];
    fill(this.element, drawn.length ? drawn : this.#empty());
    this.#join();
    this.#scroll();
  }

  /** A message may be drawn already: between its event and this, all may have been drawn anew. */
  add(message) {
    if (this.#find(message.message_id)) return this.replace(message);
    this.element.querySelector(".empty")?.remove();
    this.element.append(this.#bubble(message));
    this.#join();
    return this.#scroll();
  }

  replace(message) {
    this.#find(message.message_id)?.replaceWith(this.#bubble(message));
    this.#join();
    if (this.#atEnd) this.#scroll();
  }

  remove(messageId) {
    this.#find(messageId)?.remove();
    this.#join();
  }

  /** Scrolls to a message, such as one that another quotes. */
  show(messageId) {
    const found = this.#find(messageId);
    if (!found) return this.phone.toast("This message was deleted");
    found.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    found.classList.add("flash");
    return setTimeout(() => found.classList.remove("flash"), FLASH_MS);
  }

  #bubble(message) {
    return bubble(message, this.phone);
  }

  #empty() {
    const { user, group } = this.phone;
    const text = !user ? "Nobody holds this phone yet: press + above." : group ? "No messages here yet." : "What can this bot do? Press Start.";
    return h("div", { class: "service empty" }, h("span", {}, text));
  }

  /** Messages of one sender in a row stand together: the name over the first, the picture beside the last. */
  #join() {
    const all = [...this.element.children];
    all.forEach(({ classList, dataset }, i) => {
      classList.toggle("first", dataset.sender !== all[i - 1]?.dataset.sender);
      classList.toggle("last", dataset.sender !== all[i + 1]?.dataset.sender);
    });
  }

  #find(messageId) {
    return this.element.querySelector(`[data-message-id="${messageId}"]`);
  }

  /** Only who went up has left the end: a thread that shrank, as for a keyboard, moved the end away from its reader. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (near || scrollTop < this.#top) this.#atEnd = near;
    this.#top = scrollTop;
  }

  #scroll() {
    this.#atEnd = true;
    this.element.scrollTop = this.element.scrollHeight;
    this.#top = this.element.scrollTop;
  }

  #clicked({ target }) {
    if (target.dataset.command) this.phone.composer.command(target.dataset.command);
  }
}
