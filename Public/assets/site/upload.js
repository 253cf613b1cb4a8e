// Files dropped into the browser, or whole folders, as one commit.

import { commit } from "./commit.js";
import { problem } from "./problem.js";

const form = document.querySelector("form[data-upload]");
const zone = form.querySelector("[data-drop]");
const list = form.querySelector("[data-list]");
const state = form.querySelector("[data-state]");
const stop = form.querySelector("[data-stop]");
const send = form.querySelector("[data-send]");
const picked = new Map();

function bytes(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let at = 0;
  for (; count >= 1000 && at < units.length - 1; at++) count /= 1000;
  return `${at ? count.toFixed(1) : count} ${units[at]}`;
}

function draw() {
  list.replaceChildren(...[...picked.values()].map((file) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.className = "mono";
    name.textContent = file.path;
    const size = document.createElement("span");
    size.className = "hint";
    size.textContent = bytes(file.blob.size);
    const bar = document.createElement("progress");
    bar.max = Math.max(1, file.blob.size * 2);
    bar.value = 0;
    bar.setAttribute("aria-label", `Progress of ${file.path}`);
    bar.hidden = true;
    const away = document.createElement("button");
    away.type = "button";
    away.className = "ghost";
    away.textContent = "Remove";
    away.setAttribute("aria-label", `Remove ${file.path}`);
    away.addEventListener("click", () => {
      picked.delete(file.path);
      draw();
    });
    file.bar = bar;
    line.append(name, size, bar, away);
    return line;
  }));
  send.disabled = !picked.size;
  const total = [...picked.values()].reduce((sum, file) => sum + file.blob.size, 0);
  state.textContent = picked.size ? `${picked.size} ${picked.size === 1 ? "file" : "files"}, ${bytes(total)}` : "";
}

function add(blob, path) {
  const folder = form.dataset.folder ? `${form.dataset.folder}/` : "";
  const whole = folder + path.replace(/^\/+/, "");
  picked.set(whole, { path: whole, blob });
}

/** What was dropped, folders included. */
async function walk(entry, into) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    add(file, into + entry.name);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return;
    for (const inner of entries) await walk(inner, `${into}${entry.name}/`);
  }
}

zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", async (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length) for (const entry of entries) await walk(entry, "");
  else for (const file of event.dataTransfer.files) add(file, file.name);
  draw();
});
for (const input of form.querySelectorAll('input[type="file"]')) {
  input.addEventListener("change", () => {
    for (const file of input.files) add(file, file.webkitRelativePath || file.name);
    input.value = "";
    draw();
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!picked.size) return;
  const files = [...picked.values()];
  const abort = new AbortController();
  stop.hidden = false;
  stop.onclick = () => abort.abort();
  send.disabled = true;
  form.classList.add("busy");
  problem(form);
  const leaving = (event) => event.preventDefault();
  addEventListener("beforeunload", leaving);
  const fields = new FormData(form);
  try {
    for (const file of files) file.bar.hidden = false;
    const answer = await commit(
      { kind: form.dataset.kind, id: form.dataset.repo, revision: form.dataset.revision, pullRequest: fields.get("place") === "pull-request" },
      files,
      {
        summary: fields.get("summary") || `Upload ${files.length === 1 ? files[0].path : `${files.length} files`}`,
        description: fields.get("description"),
        signal: abort.signal,
        onProgress(file, done, phase) {
          file.bar.value = phase === "hash" ? done : phase === "read" ? file.bar.max : file.blob.size + done;
          state.textContent = `${phase === "hash" ? "Reading" : "Sending"} ${file.path} …`;
        },
      },
    );
    removeEventListener("beforeunload", leaving);
    state.textContent = "Done";
    location.assign(answer.pullRequestUrl ? new URL(answer.pullRequestUrl).pathname : form.dataset.then);
  } catch (error) {
    removeEventListener("beforeunload", leaving);
    problem(form, `${error.message}. Nothing was committed; send again, what has arrived is not sent twice.`);
    send.disabled = false;
    stop.hidden = true;
  }
  form.classList.remove("busy");
});
