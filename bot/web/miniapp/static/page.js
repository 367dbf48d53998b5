// @ts-check
/**
 * The page's behaviour. The server rendered the form; here answers are read, checked, kept and sent.
 *
 * @typedef {string | number | boolean | string[]} Answer
 * @typedef {Record<string, Answer>} Answers  by path; what is not answered is not there
 * @typedef {{id: number, version: number, status: string}} Known  a form on the server as this page last saw it
 * @typedef {{note: string | null, reason: string | null, fields: string[]}} Review  the decision it stands under
 * @typedef {Known & {form_data: Record<string, any>, questionnaire_version: number, review?: Review}} Form
 * @typedef {{method: "POST" | "PUT", path: string, body: string, status: string, version?: number, key: string}} Attempt
 *
 * @typedef {object} Draft  all that outlives the page
 * @property {"draft" | "sent" | "clear"} state  sent: handed to the bot, whose answer is in the chat
 * @property {number} at  ms since 1970; of several copies the newest counts
 * @property {number | null} user  whose it is, where that is known
 * @property {Answers} answers
 * @property {Answers} base  the answers when server and page last agreed; what differs was typed here
 * @property {Known | null} form
 * @property {Attempt | null} attempt  a request nobody has answered yet: repeated as it was, it makes no second form
 * @property {number} questionnaire  the version of the questions that were answered
 * @property {{id: string, text: string} | null} sent  what sendData took last: the same answers keep their id
 *
 * @typedef {object} Field
 * @property {string} path
 * @property {boolean} required
 * @property {string} missing  the code of a required answer that is not there
 * @property {{field: string, in: Answer[]} | null} show_if
 * @property {number} [min_length]
 * @property {number} [max_length]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {string} [min_date]
 * @property {string} [max_date]
 * @property {HTMLElement} box
 * @property {(HTMLInputElement | HTMLTextAreaElement)[]} controls
 *
 * @typedef {{get: (key: string) => Promise<string | null>, set: (key: string, value: string) => Promise<unknown>}} Shelf
 */

const SEND_DATA_BYTES = 4096;
const SEND_DATA_CLOSES_MS = 3000;
const TELEGRAM_SCRIPT_MS = 4000;
const STORAGE_MS = 1000;
const REQUEST_MS = 20000;
const KEEP_AFTER_MS = 400;
const SAVE_AFTER_MS = 2000;
const AFTER_TAP_MS = 300;
const AA_CONTRAST = 4.5;

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id);
const data = JSON.parse(element("data").textContent);
const form = /** @type {HTMLFormElement} */ (element("form"));
const submitButton = /** @type {HTMLButtonElement} */ (element("submit"));
let storageKey = `form_${data.key}`;

/** @param {string} name @param {Record<string, string | number>} [values] */
const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [token, value]) => text.replace(`{${token}}`, () => String(value)), data.texts[name]);

/** @param {() => void} action @param {number} pause */
function debounced(action, pause) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, pause);
  };
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// ── The launch ───────────────────────────────────────────────────────────────────────────────────────────────────────

const query = new URLSearchParams(location.search);
/** The form that this page was opened for, 0 for the newest. */
let wanted = Number(query.get("form")) || 0;
const launch = new URLSearchParams(location.hash.slice(1));

/** @type {any} window.Telegram.WebApp, null outside Telegram */
let telegram = null;
/** @typedef {"sendData" | "rest" | "browser" | "noScript"} Way */
/** @type {Way} */
let way = "browser";
let initData = "";
/** @type {any} */
let user = null;

/** Deferred scripts have run, or failed, by DOMContentLoaded; one that hangs must not hold the page. */
function telegramScript() {
  return new Promise((resolve) => {
    if (webApp() || document.readyState === "complete") return resolve(null);
    document.addEventListener("DOMContentLoaded", resolve);
    window.addEventListener("load", resolve);
    setTimeout(resolve, TELEGRAM_SCRIPT_MS);
  });
}

const webApp = () => /** @type {any} */ (window).Telegram?.WebApp;

/** @param {string} version  of the Bot API; older clients complain about what they do not know */
const can = (version) => telegram?.isVersionAtLeast(version) ?? false;

/**
 * A keyboard launch has no initData, but Telegram's script brings back that of an earlier launch in the same tab: what
 * stands in the address is believed first, and `via=kb` before everything.
 */
function findWay() {
  const fresh = launch.has("tgWebAppVersion") || launch.has("tgWebAppData");
  const given = fresh ? launch.get("tgWebAppData") : webApp()?.initData;
  const inTelegram = fresh || (webApp()?.platform ?? "unknown") !== "unknown";
  telegram = inTelegram ? (webApp() ?? null) : null;
  if (!inTelegram) return;
  if (query.get("via") !== "kb" && given) {
    initData = given;
    user = JSON.parse(new URLSearchParams(initData).get("user") ?? "null");
    way = "rest";
  } else {
    way = telegram ? "sendData" : "noScript";
  }
}

/** @param {string} language @returns {string} this launch in another language */
function addressIn(language) {
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  return address.href;
}

/** Without a word in the address the language is that of the guest's Telegram. @returns {boolean} whether it changes */
function followLanguage() {
  const wanted = user?.language_code?.slice(0, 2);
  if (query.has("lang") || !data.languages.includes(wanted) || wanted === document.documentElement.lang) return false;
  location.replace(addressIn(wanted));
  return true;
}

// ── Telegram's look ──────────────────────────────────────────────────────────────────────────────────────────────────

/** @typedef {[number, number, number]} Colour */

/** @param {string} hex @returns {Colour} */
const colour = (hex) => /** @type {Colour} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

/** @param {Colour} rgb @returns {number} relative luminance (WCAG 2.2) */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part <= 10 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {Colour} one @param {Colour} other */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {Colour} from @param {Colour} to @param {number} share @returns {Colour} */
const mix = (from, to, share) => /** @type {Colour} */ (from.map((part, i) => Math.round(part + (to[i] - part) * share)));

/**
 * @param {Colour} start @param {Colour} towards @param {Colour[]} against @param {number} least
 * @returns {Colour} the first on the way that stands out enough
 */
function readable(start, towards, against, least = AA_CONTRAST) {
  const steps = Array.from({ length: 21 }, (_, step) => mix(start, towards, step / 20));
  return steps.find((found) => against.every((other) => contrast(found, other) >= least)) ?? towards;
}

/** @param {Colour} from @returns {Colour} black or white, whichever is farther */
const opposite = (from) => (luminance(from) > 0.18 ? [0, 0, 0] : [255, 255, 255]);

/** A theme may be any; small texts must stay readable in it. */
function readTheme() {
  const theme = telegram.themeParams;
  if (!theme.bg_color || !theme.text_color) return;
  const bg = colour(theme.bg_color);
  const raised = colour(theme.secondary_bg_color ?? theme.bg_color);
  const both = [bg, raised];
  const text = readable(colour(theme.text_color), opposite(bg), both);
  const pick = (/** @type {string} */ name) => (theme[name] ? colour(theme[name]) : text);
  const onButton = theme.button_text_color ? colour(theme.button_text_color) : /** @type {Colour} */ ([255, 255, 255]);
  const colours = {
    text,
    raised,
    muted: readable(pick("hint_color"), text, both),
    line: readable(mix(text, bg, 0.8), text, [bg], 3),
    accent: readable(pick("link_color"), opposite(bg), both),
    error: readable(pick("destructive_text_color"), opposite(bg), both),
    button: readable(pick("button_color"), opposite(onButton), [onButton]),
    "on-button": onButton,
  };
  for (const [name, rgb] of Object.entries(colours)) {
    document.documentElement.style.setProperty(`--${name}`, `rgb(${rgb.join(" ")})`);
  }
}

function dressUp() {
  if (!telegram) return;
  telegram.ready();
  telegram.expand();
  readTheme();
  telegram.onEvent("themeChanged", readTheme);
  if (can("6.1")) {
    telegram.setHeaderColor("bg_color");
    telegram.setBackgroundColor("bg_color");
    telegram.BackButton.onClick(showDone);
  }
  if (can("7.7")) telegram.disableVerticalSwipes();
  telegram.MainButton.onClick(mainButtonPressed);
  submitButton.hidden = true;
}

/** @param {"error" | "success"} kind */
const buzz = (kind) => can("6.1") && telegram.HapticFeedback.notificationOccurred(kind);
const nudge = () => can("6.1") && telegram.HapticFeedback.selectionChanged();

/** @param {boolean} wanted */
function confirmClosing(wanted) {
  if (!can("6.2") || telegram.isClosingConfirmationEnabled === wanted) return;
  telegram[wanted ? "enableClosingConfirmation" : "disableClosingConfirmation"]();
}

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @type {Field[]} */
const fields = data.fields.map((/** @type {any} */ rules) => ({
  ...rules,
  box: element(`${rules.path}-field`),
  controls: [...form.querySelectorAll(`[name="${rules.path}"]`)],
}));

/** How a field's controls give an answer, undefined for none. @type {Record<string, (field: Field) => Answer | undefined>} */
const READ = {
  text: (field) => chosen(field)[0] || undefined,
  integer: (field) => asInteger(chosen(field)[0]),
  boolean: (field) => ({ true: true, false: false })[chosen(field)[0]],
  tick: (field) => chosen(field).length > 0 || undefined,
  list: (field) => (chosen(field).length ? chosen(field) : undefined),
};

/** @param {Field} field @returns {string[]} */
const chosen = (field) =>
  field.controls.filter((control) => !isToggle(control) || control.checked).map((control) => control.value);

/** @param {any} control @returns {control is HTMLInputElement} */
const isToggle = (control) => control.type === "radio" || control.type === "checkbox";

/** @param {string} text @returns {Answer | undefined} */
const asInteger = (text) => (/^\s*[+-]?\d{1,12}\s*$/.test(text) ? Number(text) : text || undefined);

/** @param {Field} field */
const read = (field) => READ[field.box.dataset.reads ?? "text"](field);

/** @returns {Answers} everything on the screen, hidden fields too */
function answers() {
  const pairs = fields.map((field) => [field.path, read(field)]);
  return Object.fromEntries(pairs.filter(([, answer]) => answer !== undefined));
}

/** @returns {Field[]} the fields whose condition holds; a hidden one is no ground for another */
const asked = () => fields.filter((field) => !field.box.hidden);

/** @param {Answers} wanted */
function fill(wanted) {
  for (const field of fields) {
    const values = [wanted[field.path] ?? []].flat().map(String);
    for (const control of field.controls) {
      if (isToggle(control)) control.checked = values.includes(control.value);
      else if (control.value !== (values[0] ?? "")) control.value = values[0] ?? "";
    }
    mark(field, null);
  }
  showConditions();
}

/** Shows the fields that are asked, hides the others and groups without any. */
function showConditions() {
  /** @type {Answers} */
  const given = {};
  for (const field of fields) {
    const answer = field.show_if && given[field.show_if.field];
    field.box.hidden = Boolean(field.show_if) && ![answer ?? []].flat().some((one) => field.show_if?.in.includes(one));
    const value = read(field);
    if (!field.box.hidden && value !== undefined) given[field.path] = value;
  }
  for (const group of form.querySelectorAll("fieldset.group")) {
    /** @type {HTMLElement} */ (group).hidden = !group.querySelector(".field:not([hidden], .folded)");
  }
  showSteps();
}

/** @param {Field[]} [included] @returns {Record<string, any>} answers as the server nests them */
function formData(included = asked()) {
  /** @type {Record<string, any>} */
  const nested = {};
  for (const field of included) {
    const answer = read(field);
    if (answer === undefined) continue;
    const [key, group] = field.path.split(".").reverse();
    const holder = group ? (nested[group] ??= {}) : nested;
    holder[key] = answer;
  }
  return nested;
}

/** @param {Record<string, any>} nested @returns {Answers} */
function flat(nested) {
  const pairs = fields.map(({ path }) => [path, path.split(".").reduce((holder, key) => holder?.[key], nested)]);
  return Object.fromEntries(pairs.filter(([, answer]) => answer !== undefined));
}

const CONSENTS = fields.filter(({ missing }) => missing === "consent_required").map(({ path }) => path);

/** Answers without the consents to words of an older questionnaire. @param {Answers} found @param {number} version @returns {Answers} */
const standing = (found, version) =>
  version === data.version ? found : Object.fromEntries(Object.entries(found).filter(([path]) => !CONSENTS.includes(path)));

/**
 * What was typed here since `base` stays; the rest is theirs.
 *
 * @param {Answers} base @param {Answers} mine @param {Answers} theirs @returns {Answers}
 */
function merge(base, mine, theirs) {
  const pairs = fields.map(({ path }) => [path, same(base[path], mine[path]) ? theirs[path] : mine[path]]);
  return Object.fromEntries(pairs.filter(([, answer]) => answer !== undefined));
}

// ── Checks: never stricter than the server, whose word is the last ───────────────────────────────────────────────────

/** By the way an answer is read. @type {Record<string, (answer: any, field: Field) => string | false | undefined>} */
const CHECKS = {
  text: (answer, field) =>
    (lengthOf(answer) > (field.max_length ?? Infinity) && "too_long") ||
    (lengthOf(answer) < (field.min_length ?? 0) && "too_short") ||
    INPUT_CHECKS[field.controls[0].type]?.(answer.trim(), field),
  integer: (answer, field) =>
    (typeof answer !== "number" && "not_an_integer") ||
    (answer < (field.min ?? -Infinity) && "too_small") ||
    (answer > (field.max ?? Infinity) && "too_big") ||
    ((answer - (field.min ?? 0)) % (field.step ?? 1) !== 0 && "wrong_step"),
  list: (answer, field) =>
    (answer.length < (field.min ?? 0) && "too_few") || (answer.length > (field.max ?? Infinity) && "too_many"),
};

/** By the input's type. @type {Record<string, (answer: string, field: Field) => string | false | undefined>} */
const INPUT_CHECKS = {
  email: (answer) => !/^\S+@\S+\.\S+$/.test(answer) && "invalid_email",
  tel: (answer, field) => !couldBePhone(answer, field.controls[0].dataset) && "invalid_phone",
  date: (answer, field) =>
    (answer < (field.min_date ?? "") && "too_early") || (answer > (field.max_date ?? "9") && "too_late"),
};

/** @param {string} text @returns {number} characters as the server counts them */
const lengthOf = (text) => [...text.normalize("NFC").trim()].length;

/** @param {string} answer @param {DOMStringMap} region  its `code`, `prefix` and `lengths` */
function couldBePhone(answer, { code = "", prefix = "", lengths = "" }) {
  const text = answer.normalize("NFKC");
  // With a word in it ("ext. 12") only the server can tell.
  if (/\p{L}/u.test(text)) return true;
  const digits = text.replace(/\D/g, "").replace(/^00/, "");
  const known = lengths.split(" ").map(Number);
  const fits = (/** @type {string} */ start) => digits.startsWith(start) && known.includes(digits.length - start.length);
  // A number that is longer than any of the region begins with its way of dialling abroad.
  if (!/^\s*(\+|00)/.test(text)) return fits("") || fits(prefix) || fits(code) || digits.length > Math.max(...known);
  return digits.startsWith(code) ? fits(code) : digits.length >= 7 && digits.length <= 19;
}

/** @param {Field} field @returns {string | null} the code of what is wrong */
function wrong(field) {
  const answer = read(field);
  if (answer === undefined || (typeof answer === "string" && !answer.trim())) return field.required ? field.missing : null;
  return CHECKS[field.box.dataset.reads ?? "text"]?.(answer, field) || null;
}

/** @param {Field} field @param {string | null} code */
function mark(field, code) {
  const place = element(`${field.path}-error`);
  place.hidden = code === null;
  place.textContent = code && (data.errors[field.path]?.[code] ?? data.errors[""][code] ?? say("refused"));
  const holder = field.controls.length > 1 ? field.box : field.controls[0];
  if (code) holder.setAttribute("aria-invalid", "true");
  else holder.removeAttribute("aria-invalid");
}

/** @param {Record<string, string[]>} errors  path → codes; marks them and goes to the first @returns {boolean} any? */
function showErrors(errors) {
  for (const field of fields) mark(field, errors[field.path]?.[0] ?? null);
  const first = asked().find((field) => errors[field.path]);
  if (!first) return false;
  if (asked().some(({ path, box }) => errors[path] && box.classList.contains("folded"))) unfold();
  notify(say("mistakes"));
  const control = first.controls.find((one) => isToggle(one) && one.checked) ?? first.controls[0];
  control.focus({ preventScroll: true });
  first.box.scrollIntoView({ block: "center" });
  buzz("error");
  return true;
}

/** @returns {boolean} whether there are mistakes to mend */
function hasMistakes() {
  const codes = asked().map((field) => [field.path, wrong(field)]);
  return showErrors(Object.fromEntries(codes.filter(([, code]) => code).map(([path, code]) => [path, [code]])));
}

// ── What the page says ───────────────────────────────────────────────────────────────────────────────────────────────

/**
 * @param {string} text @param {string} [offer] what its button says @param {() => void} [action]
 */
function notify(text, offer, action) {
  const notice = element("notice");
  const [words, button] = notice.children;
  notice.hidden = false;
  words.textContent = text;
  button.hidden = !offer;
  button.textContent = offer ?? "";
  button.onclick = action ?? null;
}

/** A failure: said where the guest has just pressed. @param {string} text @param {string} [offer] @param {() => void} [action] */
function fail(text, offer, action) {
  setBusy(false);
  notify(text, offer, action);
  element("notice").focus();
  buzz("error");
}

/** @param {string} text @param {string} offer @param {() => void} action */
function announce(text, offer, action) {
  const banner = element("banner");
  const [words, button] = banner.children;
  words.textContent = text;
  button.hidden = !offer;
  button.textContent = offer;
  button.onclick = action;
  banner.hidden = false;
}

/** @param {"form" | "done" | "sent"} name */
function show(name) {
  for (const id of ["form", "done", "sent"]) element(id).hidden = id !== name;
  showReview();
  const editing = name === "form" && isSubmitted(draft.form);
  submitButton.textContent = say(editing ? "save" : "submit");
  if (!telegram) return;
  telegram.MainButton.setText(say(name === "done" ? "close" : editing ? "save" : "submit"));
  if (name === "sent") telegram.MainButton.hide();
  else telegram.MainButton.show();
  if (can("6.1")) telegram.BackButton[editing ? "show" : "hide"]();
}

/** What the organisers say about the form on the screen, "" if nothing. */
function theirWords() {
  const review = shownForm?.review;
  const words = review && (review.note ?? data.reasons[review.reason ?? ""]);
  return words ? say("organisers", { words }) : "";
}

/** Over a form that is being changed: what was said about it, what follows from saving. */
function showReview() {
  const status = isSubmitted(draft.form) ? (shownForm?.status ?? "") : "";
  const title = { approved: "title-approved", needs_changes: "title-needs-changes", rejected: "title-rejected" }[status];
  const box = element("review");
  box.hidden = !title;
  if (!title) return;
  const [heading, words, next] = box.children;
  heading.textContent = say(title);
  words.textContent = theirWords();
  words.hidden = !words.textContent;
  next.textContent = say(`save-${status.replace("_", "-")}`);
}

/** Leaves open what is to change, and what is wrong or comes to be asked because of it. */
function fold() {
  const named = (shownForm?.status === "needs_changes" && shownForm.review?.fields) || [];
  const open = asked().filter(({ path }) => named.includes(path));
  if (!open.length) return unfold();
  for (const field of asked()) field.box.classList.toggle("folded", !open.includes(field) && !wrong(field));
  showConditions();
  element("whole").hidden = !form.querySelector(".folded");
}

function unfold() {
  for (const { box } of fields) box.classList.remove("folded");
  element("whole").hidden = true;
  showConditions();
}

function mainButtonPressed() {
  if (form.hidden) telegram.close();
  else form.requestSubmit();
}

/** The form as the server has it, its answers as they were understood. */
function showDone() {
  const current = /** @type {Form} */ (shownForm);
  const status = current.status.replace("_", "-");
  fill(flat(current.form_data));
  element("done-title").textContent = say(`title-${status}`);
  element("done-number").textContent = say("number", { number: current.id });
  element("done-status").textContent = say("status", { status: say(`status-${status}`) });
  element("done-words").textContent = theirWords();
  element("done-next").textContent = say(`next-${status}`);
  element("done-answers").replaceChildren(...asked().flatMap(summary));
  const edit = element("done-edit");
  edit.onclick = status === "cancelled" ? startAnew : editForm;
  if (status === "cancelled") edit.textContent = say("again");
  for (const id of ["banner", "notice"]) element(id).hidden = true;
  confirmClosing(false);
  show("done");
}

/** @param {Field} field @returns {HTMLElement[]} */
function summary(field) {
  const answer = read(field);
  if (answer === undefined) return [];
  const [term, value] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = field.box.querySelector(".label")?.textContent ?? "";
  value.textContent = inWords(field, answer);
  return [term, value];
}

/** @param {Field} field @param {Answer} answer */
function inWords(field, answer) {
  const cards = field.controls.filter((control) => isToggle(control) && control.checked);
  if (cards.length) return cards.map((control) => control.closest(".card")?.textContent?.trim()).join(", ");
  if (field.controls[0].type !== "date") return String(answer);
  return new Date(`${answer}T00:00`).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
}

function editForm() {
  if (draft.state === "draft") return continueFrom(draft.answers);
  const current = /** @type {Form} */ (shownForm);
  fill(standing(flat(current.form_data), current.questionnaire_version));
  draft = { ...emptyDraft(), form: known(current), base: answers() };
  fold();
  show("form");
  if (element("review").hidden) form.querySelector("input")?.focus();
  else element("review").focus();
}

function startAnew() {
  draft = emptyDraft();
  unfold();
  fill(defaults);
  show("form");
}

// ── The draft ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @returns {Draft} */
const emptyDraft = () => ({
  state: "clear", at: 0, user: user?.id ?? null, answers: {}, base: defaults, form: null, attempt: null, sent: null,
  questionnaire: data.version,
});

/** What the page shows to someone who has typed nothing. @type {Answers} */
let defaults = answers();
/** @type {Draft} */
let draft = emptyDraft();
/** The newest answer of the server. @type {Form | null} */
let shownForm = null;

/** @param {any} storage  Telegram's: it answers a callback (error, value), or never @returns {Shelf} */
function telegramShelf(storage) {
  const call = (/** @type {string} */ method, /** @type {string[]} */ ...args) =>
    new Promise((resolve, reject) => {
      setTimeout(reject, STORAGE_MS, new Error("no answer"));
      storage[method](...args, (/** @type {unknown} */ error, /** @type {string} */ value) =>
        error ? reject(error) : resolve(value),
      );
    });
  return { get: (key) => call("getItem", key), set: (key, value) => call("setItem", key, value) };
}

/** Being async, it turns a SecurityError into a rejection; what can be done at once is done before it returns. @type {Shelf} */
const browserShelf = {
  get: async (key) => localStorage.getItem(key),
  set: async (key, value) => localStorage.setItem(key, value),
};

/** @returns {Shelf[]} where a draft may outlive the page; without any it lives in memory */
const telegramShelves = () => [
  ...(can("9.0") ? [telegramShelf(telegram.DeviceStorage)] : []),
  ...(can("6.9") ? [telegramShelf(telegram.CloudStorage)] : []),
];

/** @param {Shelf[]} shelves */
const put = (shelves) => shelves.forEach((shelf) => shelf.set(storageKey, JSON.stringify(draft)).catch(() => {}));

function keep() {
  keepHere();
  put(telegramShelves());
}

const keepSoon = debounced(keep, KEEP_AFTER_MS);

/** At once, while Telegram's own storages may be asked a little later. */
function keepHere() {
  Object.assign(draft, { at: Date.now(), user: user?.id ?? draft.user });
  put([browserShelf]);
}

/** @returns {Promise<Draft | null>} the newest copy, unless it is another guest's */
async function kept() {
  const copies = await Promise.all([browserShelf, ...telegramShelves()].map(copy));
  const own = copies.filter((one) => one && (!user || one.user === null || one.user === user.id));
  return own.sort((one, other) => (other?.at ?? 0) - (one?.at ?? 0))[0] ?? null;
}

/** @param {Shelf} shelf @returns {Promise<Draft | null>} */
async function copy(shelf) {
  try {
    const found = JSON.parse((await shelf.get(storageKey)) || "null");
    if (!found?.answers) return null;
    const [answers, base] = [found.answers, found.base ?? defaults].map((one) => standing(one, found.questionnaire));
    return { ...emptyDraft(), ...found, answers, base, questionnaire: data.version };
  } catch {
    return null;
  }
}

/** Something was typed, tapped or brought in. */
function changed() {
  draft.answers = answers();
  draft.state = same(draft.answers, defaults) ? "clear" : "draft";
  keepHere();
  keepSoon();
  confirmClosing(draft.state === "draft");
  if (way === "rest") saveSoon();
}

/** Shows a draft, with what was typed while it was on its way. @param {Answers} found */
function continueFrom(found) {
  unfold();
  fill(found);
  draft.answers = answers();
  if (draft.state === "draft") keepHere();
  announce(say("draft-found"), say("start-over"), startOver);
  show("form");
}

function startOver() {
  const before = answers();
  if (isSubmitted(shownForm)) {
    draft = emptyDraft();
    keep();
    return showDone();
  }
  fill(defaults);
  changed();
  announce(say("cleared"), say("undo"), () => {
    continueFrom(before);
    changed();
  });
}

// ── REST ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The server said no, or (status 0) nothing. */
class Refusal extends Error {
  /** @param {number} status @param {any} problem RFC 9457 @param {number} wait seconds */
  constructor(status, problem = {}, wait = 0) {
    super(problem.type);
    this.status = status;
    this.problem = problem;
    this.wait = wait;
  }

  /** Whether the request may have been, or may yet be, carried out. */
  get isOpen() {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

/** @param {string} method @param {string} path @param {Partial<Attempt>} [attempt] @returns {Promise<any>} */
async function request(method, path, attempt = {}) {
  const headers = new Headers({ Authorization: `tma ${initData}` });
  if (attempt.body) headers.set("Content-Type", "application/json");
  if (attempt.key) headers.set("Idempotency-Key", attempt.key);
  if (attempt.version) headers.set("If-Match", `"${attempt.version}"`);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), REQUEST_MS);
  try {
    const response = await fetch(path, { method, headers, body: attempt.body, signal: stop.signal });
    if (response.ok) return await response.json();
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(response.status, problem, Number(response.headers.get("Retry-After")));
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(0);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Form} found @returns {Known} */
const known = ({ id, version, status }) => ({ id, version, status });

/** @param {Known | null} found */
const isSubmitted = (found) => found !== null && found.status !== "draft";

/** @returns {Promise<Form | null>} the guest's form that is wanted; a list, for a browser writes every 404 on its console */
async function latest() {
  let page = await request("GET", `/api/form-data/${user.id}?limit=${wanted ? 20 : 1}`);
  if (!wanted) return page.items[0] ?? null;
  const own = () => page.items.find((/** @type {Form} */ { id }) => id === wanted);
  while (!own() && page.next) page = await request("GET", `/api/form-data/${user.id}?cursor=${page.next}`);
  return own() ?? null;
}

/** @param {string} status @param {Record<string, any>} form_data @returns {Attempt} */
function nextAttempt(status, form_data) {
  const path = draft.form ? `/api/form-data/${draft.form.id}` : "/api/form-data/";
  const body = JSON.stringify({ form_data, status });
  const wanted = { method: /** @type {"PUT" | "POST"} */ (draft.form ? "PUT" : "POST"), path, body, status };
  const open = draft.attempt;
  // A form may have been made by it: ask for nothing new before that is known.
  if (open && (open.method === "POST" || (open.path === path && open.body === body))) return open;
  return { ...wanted, version: draft.form?.version, key: uuid() };
}

/**
 * Has the server hold what is on the screen, in one form whatever happens on the way.
 *
 * @param {"draft" | "submitted"} status @param {Field[]} [included] @returns {Promise<void>}
 */
async function store(status, included = asked()) {
  const form_data = formData(included);
  const attempt = nextAttempt(status, form_data);
  draft.attempt = attempt;
  keep();
  try {
    const stored = await request(attempt.method, attempt.path, attempt);
    shownForm = stored;
    if (wanted) wanted = stored.id;
    Object.assign(draft, { form: known(stored), attempt: null, base: flat(JSON.parse(attempt.body).form_data) });
  } catch (error) {
    if (!(/** @type {Refusal} */ (error).isOpen)) draft.attempt = null;
    throw error;
  }
  keep();
  const isAll = attempt.body === JSON.stringify({ form_data, status });
  return isAll ? undefined : store(status, included);
}

let queue = Promise.resolve();
/** One request after another: each is made of what the one before has learnt. @param {() => Promise<void>} task */
const inTurn = (task) => (queue = queue.then(task, task));

const saveSoon = debounced(() => inTurn(saveDraft), SAVE_AFTER_MS);

/** Whether the server has all that it may have before the guest submits. */
function isSaved() {
  if (busy || form.hidden || isSubmitted(draft.form) || draft.attempt?.status === "submitted") return true;
  return same(answers(), draft.form ? draft.base : defaults);
}

/** Keeps the draft on the server too, for the guest's other devices; it fails in silence, for the draft is kept here. */
async function saveDraft() {
  if (isSaved()) return;
  const good = asked().filter((field) => read(field) !== undefined && !wrong(field));
  try {
    await store("draft", good).catch((refusal) => storeWithout(refusal, good));
  } catch (error) {
    if (hasMoved(/** @type {Refusal} */ (error))) await meet().then(saveSoon, () => {});
  }
}

/** Whether the form is not what it was when this page saw it last. @param {Refusal} refusal */
const hasMoved = ({ status }) => status === 412 || (status === 404 && draft.form !== null);

/** @param {Refusal} refusal @param {Field[]} good  of which the server knows better @returns {Promise<void>} */
async function storeWithout(refusal, good) {
  if (!refusal.problem.errors) throw refusal;
  return store("draft", good.filter((field) => !refusal.problem.errors[field.path]));
}

/**
 * Learns what the server has. Answers typed here since both agreed stay, the rest is the server's.
 *
 * @returns {Promise<boolean>} whether the screen has changed
 */
async function meet() {
  const found = await latest();
  const before = answers();
  shownForm = found;
  if (!found || found.status === "cancelled") {
    Object.assign(draft, { form: null, attempt: null });
    return false;
  }
  const isNews = draft.form?.id !== found.id || draft.form.version !== found.version;
  const theirs = standing(flat(found.form_data), found.questionnaire_version);
  if (isNews) fill(merge(draft.base, before, theirs));
  Object.assign(draft, { form: known(found), attempt: null });
  if (isNews) draft.base = theirs;
  if (!form.hidden) show("form");
  return !same(before, answers());
}

// ── Submitting ───────────────────────────────────────────────────────────────────────────────────────────────────────

let busy = false;

/** @param {boolean} wanted */
function setBusy(wanted) {
  busy = wanted;
  form.inert = wanted;
  submitButton.setAttribute("aria-disabled", String(wanted));
  if (telegram) telegram.MainButton[wanted ? "showProgress" : "hideProgress"]();
}

/** @type {Record<Way, () => Promise<void> | void>} */
const SUBMIT = {
  sendData: handToBot,
  rest: () => inTurn(submitForm),
  browser: () => fail(say("browser")),
  noScript: () => fail(say("no-script"), say("reload"), () => location.reload()),
};

async function submit() {
  if (busy || hasMistakes()) return;
  element("notice").hidden = true;
  setBusy(true);
  try {
    await SUBMIT[way]();
  } finally {
    setBusy(false);
  }
}

/** Telegram closes the page at once and tells nothing: the answers stay, marked as sent. */
async function handToBot() {
  const form_data = formData();
  const text = JSON.stringify(form_data);
  const id = draft.sent?.text === text ? draft.sent.id : uuid();
  const message = JSON.stringify({ form_data, status: "submitted", submission_id: id });
  const excess = new TextEncoder().encode(message).length - SEND_DATA_BYTES;
  if (excess > 0) return tooLong(text, excess);
  Object.assign(draft, { state: "sent", answers: answers(), sent: { id, text } });
  keep();
  confirmClosing(false);
  telegram.sendData(message);
  await new Promise((resolve) => setTimeout(resolve, SEND_DATA_CLOSES_MS));
  changed();
  fail(say("still-here"), say("retry"), submit);
}

/** @param {string} text @param {number} excess  bytes; a letter may take several */
function tooLong(text, excess) {
  const bytesPerLetter = new TextEncoder().encode(text).length / text.length;
  fail(say("too-long", { count: Math.ceil(excess / bytesPerLetter) }));
}

async function submitForm() {
  try {
    await store("submitted");
  } catch (error) {
    return explain(/** @type {Refusal} */ (error));
  }
  celebrate();
}

function celebrate() {
  draft = emptyDraft();
  keep();
  showDone();
  element("done").focus();
  scrollTo(0, 0);
  buzz("success");
}

/** @param {Refusal} refusal  what the guest may do about it */
async function explain(refusal) {
  const { status, problem, wait } = refusal;
  if (hasMoved(refusal)) return meetAndSubmit();
  setBusy(false);
  if (problem.errors && showErrors(problem.errors)) return;
  if (status === 409) return fail(say(problem.type?.endsWith("closed") ? "closed-meanwhile" : "not-editable"));
  if (status === 401) return fail(say("expired"));
  if (!refusal.isOpen) return fail(say("refused"), say("retry"), submit);
  const words = status === 0 ? say("offline") : status === 429 ? say("busy", { seconds: wait }) : say("unavailable");
  fail(words, say("retry"), submit);
}

/** The form has moved on elsewhere: nothing is submitted that the guest has not seen. */
async function meetAndSubmit() {
  try {
    if (await meet()) return fail(say("changed-elsewhere"), say("retry"), submit);
    await store("submitted");
  } catch {
    return fail(say("unavailable"), say("retry"), submit);
  }
  celebrate();
}

// ── The controls ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** @param {Event} event @returns {Field | undefined} */
const fieldOf = (event) => fields.find(({ box }) => box.contains(/** @type {Node} */ (event.target)));

/** @param {Event} event */
function typed(event) {
  const field = fieldOf(event);
  if (!field) return;
  if (isToggle(event.target)) nudge();
  showConditions();
  changed();
  const place = element(`${field.path}-error`);
  if (!place.hidden && !wrong(field)) mark(field, null);
}

/** An answer that is there is checked when its field is left; one that is not, when the form is submitted. @param {Event} event */
function left(event) {
  const field = fieldOf(event);
  // Words that come between a finger's going down and up would move its target away.
  if (field && read(field) !== undefined) setTimeout(check, AFTER_TAP_MS, field);
}

/** Takes no mark off: what the server has refused meanwhile may seem right here. @param {Field} field */
function check(field) {
  const code = wrong(field);
  if (code) mark(field, code);
}

/** Enter goes on to the next question, as the key on the phone says. @param {KeyboardEvent} event */
function entered(event) {
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (event.key !== "Enter" || event.isComposing || target.enterKeyHint !== "next") return;
  event.preventDefault();
  const controls = asked().filter(({ box }) => !box.classList.contains("folded")).map((field) => field.controls.find((control) => isToggle(control) && control.checked) ?? field.controls[0]);
  controls[controls.indexOf(target) + 1]?.focus();
}

/** @param {HTMLButtonElement} button */
function step(button) {
  const field = /** @type {Field} */ (fields.find(({ path }) => path === button.getAttribute("aria-controls")));
  const [low, high] = [field.min ?? 0, field.max ?? Infinity];
  const answer = read(field);
  const next = typeof answer === "number" ? answer + Number(button.dataset.step) : low;
  field.controls[0].value = String(Math.min(Math.max(next, low), high));
  nudge();
  field.controls[0].dispatchEvent(new Event("input", { bubbles: true }));
}

const stepButtons = /** @type {HTMLButtonElement[]} */ ([...form.querySelectorAll("[data-step]")]);

/** At a limit there is no step beyond it; an answer outside them steps back to them. */
function showSteps() {
  for (const button of stepButtons) {
    const field = /** @type {Field} */ (fields.find(({ path }) => path === button.getAttribute("aria-controls")));
    const answer = read(field);
    const isLast = Number(button.dataset.step) < 0 ? answer <= (field.min ?? 0) : answer >= (field.max ?? Infinity);
    button.disabled = typeof answer === "number" && isLast;
  }
}

/** @param {HTMLButtonElement} button */
function offerContact(button) {
  button.hidden = !can("6.9");
  button.onclick = () => telegram.requestContact(take);
  const input = element(button.dataset.contact ?? "");
  /** @param {boolean} isShared @param {any} event */
  function take(isShared, event) {
    const number = event?.responseUnsafe?.contact?.phone_number;
    if (isShared && !number) return fail(say("no-contact"));
    if (!number) return;
    input.value = `+${String(number).replace(/\D/g, "")}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** What Telegram knows of the guest; no change of theirs, so nothing to lose. */
function prefill() {
  const name = [user?.first_name, user?.last_name].filter(Boolean).join(" ");
  const control = /** @type {HTMLInputElement | null} */ (form.querySelector('[autocomplete="name"]'));
  if (!control || control.value || !name) return;
  control.value = name;
  defaults = merge({}, { ...defaults, [control.name]: name }, {});
  draft.base = defaults;
}

function wire() {
  form.addEventListener("input", typed);
  form.addEventListener("change", left);
  form.addEventListener("keydown", entered);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  for (const button of stepButtons) button.onclick = () => step(button);
  element("whole").onclick = () => {
    unfold();
    form.querySelector("input")?.focus();
  };
  window.addEventListener("online", () => way === "rest" && saveSoon());
  window.addEventListener("pagehide", () => draft.state === "draft" && keep());
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.replace(addressIn(link.getAttribute("lang") ?? ""));
    });
  }
}

// ── The beginning ────────────────────────────────────────────────────────────────────────────────────────────────────

/** @param {Draft} found */
function showSent(found) {
  const when = new Date(found.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  element("sent-when").textContent = say("sent-when", { when });
  element("sent-continue").onclick = () => continueFrom(found.answers);
  element("sent-over").onclick = () => {
    startAnew();
    keep();
  };
  show("sent");
}

/** @param {Draft | null} found */
function resume(found) {
  if (!found || found.state === "clear") return show("form");
  if (found.state === "sent" && draft.state === "clear") return showSent(found);
  return continueFrom(merge(defaults, answers(), found.answers));
}

/** With a server there may be a draft of another device, or a form that is already in. @param {Draft | null} found */
async function resumeWithServer(found) {
  if (found?.state === "draft") fill(merge(defaults, answers(), found.answers));
  const isKnown = await meet().then(() => true, () => false);
  if (wanted && isKnown && !shownForm) return showGone();
  if (wanted && isSubmitted(shownForm) && shownForm?.status !== "cancelled") return editForm();
  if (isSubmitted(shownForm) && draft.state !== "draft") return showDone();
  if (shownForm) return continueFrom(answers());
  return resume(found);
}

/** The form that was asked for is there no more: a new one may be begun. */
function showGone() {
  draft = emptyDraft();
  fill(defaults);
  show("form");
  announce(say("gone"), "", () => {});
}

/** @returns {Promise<Draft | null>} a draft of the form that is wanted, wherever it was begun */
async function keptForThis() {
  const found = await kept();
  if (!wanted || found?.form?.id === wanted) return found;
  storageKey += `_${wanted}`;
  return kept();
}

/** Takes over what was kept; what was typed meanwhile is the newer. @param {Draft | null} found */
function adopt(found) {
  if (found?.state === "draft") draft = found;
  else if (found) draft.sent = found.sent;
}

async function start() {
  wire();
  showConditions();
  await telegramScript();
  findWay();
  if (followLanguage()) return;
  dressUp();
  for (const button of form.querySelectorAll("[data-contact]")) offerContact(/** @type {HTMLButtonElement} */ (button));
  document.documentElement.dataset.way = way;
  prefill();
  if (way !== "rest") wanted = 0;
  const found = await keptForThis();
  adopt(found);
  await (way === "rest" ? resumeWithServer(found) : resume(found));
  document.body.dataset.ready = "";
}

void start();
