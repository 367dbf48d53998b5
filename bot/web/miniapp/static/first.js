// Runs before the first paint, so that the words for a browser do not push the form down later; page.js knows for sure.
document.documentElement.dataset.way = location.hash.includes("tgWebApp") ? "telegram" : "browser";
