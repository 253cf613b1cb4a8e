// Every page: what reading does not need, and is pleasant.

import { call, identity, isSignedIn } from "./site/api.js";
import { notice } from "./site/notice.js";
import { typeahead } from "./site/typeahead.js";

// ------------------------------------------------------------------ light and dark

const root = document.documentElement;
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") root.dataset.theme = theme;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });
}

// ------------------------------------------------------------------ menus

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
// Filters take the whole of a narrow screen: they begin closed there.
if (matchMedia("(max-width: 52rem)").matches) {
  for (const box of document.querySelectorAll("details[data-wide-open]")) box.open = false;
}

// ------------------------------------------------------------------ copying

for (const button of document.querySelectorAll(".copy")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.dataset.copy ?? button.parentElement.querySelector(button.dataset.copyFrom)?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(text);
      notice("Copied");
    } catch {
      notice("The browser does not let pages copy");
    }
  });
}

// ------------------------------------------------------------------ search and filters

for (const input of document.querySelectorAll("[data-typeahead]")) typeahead(input, identity);

for (const input of document.querySelectorAll("[data-filter-list]")) {
  const items = [...input.parentElement.querySelectorAll("li")];
  if (items.length < 12) continue;
  input.hidden = false;
  input.addEventListener("input", () => {
    const text = input.value.toLowerCase();
    for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(text);
  });
}
for (const input of document.querySelectorAll("[data-filter-rows]")) {
  const rows = [...(document.getElementById(input.dataset.filterRows)?.tBodies[0]?.rows ?? [])];
  input.hidden = false;
  input.addEventListener("input", () => {
    const text = input.value.toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(text);
  });
}

// What scrolls is reached with the keyboard too.
for (const code of document.querySelectorAll(".prose pre, .prose table")) {
  if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
}

// ------------------------------------------------------------------ likes, following

for (const button of document.querySelectorAll("[data-like]")) {
  if (!isSignedIn) continue;
  button.addEventListener("click", async () => {
    const isOn = button.getAttribute("aria-pressed") === "true";
    button.disabled = true;
    try {
      await call(isOn ? "DELETE" : "POST", button.dataset.like);
      const count = Number(button.dataset.count) + (isOn ? -1 : 1);
      button.dataset.count = String(count);
      button.setAttribute("aria-pressed", String(!isOn));
      button.classList.toggle("on", !isOn);
      const shown = button.querySelector("[data-like-count]");
      if (count < 1000) shown.textContent = String(count);
    } catch (error) {
      notice(error.message);
    }
    button.disabled = false;
  });
}
for (const button of document.querySelectorAll("[data-toggle]")) {
  const words = button.dataset.words.split("|");
  button.addEventListener("click", async () => {
    const isOn = Boolean(button.dataset.on);
    button.disabled = true;
    try {
      await call(isOn ? "DELETE" : "POST", button.dataset.toggle);
      button.dataset.on = isOn ? "" : "1";
      button.textContent = words[isOn ? 0 : 1];
    } catch (error) {
      notice(error.message);
    }
    button.disabled = false;
  });
}
