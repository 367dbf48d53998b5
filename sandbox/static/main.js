// The page: two phones side by side, and what lies behind them.

import { fill, h } from "/static/dom.js";
import { Panel } from "/static/panel.js";
import { Phone } from "/static/phone.js";
import { store } from "/static/store.js";

const connection = document.getElementById("connection");
const themes = document.getElementById("themes");

function drawThemes() {
  const button = (name) => h("button", { type: "button", "aria-pressed": `${name === store.theme}`, onclick: () => store.setTheme(name) }, name);
  fill(themes, Object.keys(store.info.themes).map(button));
  document.documentElement.dataset.theme = store.theme;
  for (const [name, value] of Object.entries(store.themeParams))
    document.documentElement.style.setProperty(`--${name.replaceAll("_", "-")}`, value);
}

for (const side of document.querySelectorAll(".side")) new Phone(side);
new Panel(document.getElementById("panel"));
store.on("theme", drawThemes);
function drawConnection(alive) {
  document.body.classList.toggle("offline", !alive);
  connection.textContent = alive ? "" : "The sandbox does not answer. Is it still running?";
}

store.on("loaded", () => drawConnection(true));
store.on("offline", () => drawConnection(false));
store.start();
