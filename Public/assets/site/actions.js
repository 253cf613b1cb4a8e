// Forms and buttons that call the API: what they send is in their attributes.
//
//   <form data-actions data-method="POST" data-url="/api/…" data-then="reload">
//   <button data-actions data-method="DELETE" data-url="/api/…" data-confirm="Really?" data-then="/models">
//
// Fields become the members of a JSON object. `data-type` on a field: boolean, number, lines (a list of lines), json.
// `data-then`: reload, an address with {member} of the answer, or show (puts the answer's `data-show` member into the page).

import { call } from "./api.js";
import { notice } from "./notice.js";
import { problem } from "./problem.js";

function value(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.type === "radio") {
    if (!field.checked) return undefined;
    return field.dataset.type === "json" ? JSON.parse(field.value) : field.value;
  }
  const text = field.value;
  switch (field.dataset.type) {
    case "boolean": return text === "true";
    case "number": return text === "" ? undefined : Number(text);
    case "lines": return text.split("\n").map((line) => line.trim()).filter(Boolean);
    case "json": return text === "" ? undefined : JSON.parse(text);
    default: return text;
  }
}

function body(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    const given = value(field);
    if (given === undefined || (given === "" && field.dataset.optional !== undefined)) continue;
    // Names of a card's own fields are taken as they are.
    const path = form.dataset.flat === undefined ? field.name.split(".") : [field.name];
    let place = fields;
    for (const part of path.slice(0, -1)) place = place[part] ??= {};
    const last = path.at(-1);
    if (field.dataset.list !== undefined) {
      if (given !== false) (place[last] ??= []).push(field.type === "checkbox" ? field.value : given);
    } else place[last] = given;
  }
  // What a webhook watches: one kind and one name in a list.
  const watched = form.querySelector("[data-watched-name]");
  if (watched) fields.watched = [{ type: form.querySelector("[data-watched-type]").value, name: watched.value }];
  return fields;
}

function address(pattern, answer, form) {
  return pattern.replace(/\{([\w.]+)\}/g, (_, name) => {
    const field = form?.elements?.[name]?.value;
    const found = field ?? name.split(".").reduce((place, part) => place?.[part], answer);
    return encodeURIComponent(found ?? "");
  });
}

function tell(form, text) {
  if (!(form instanceof HTMLFormElement)) return notice(text);
  problem(form, text);
}

async function act(element, submitter) {
  const isForm = element instanceof HTMLFormElement;
  const options = { ...element.dataset, ...(submitter?.dataset ?? {}) };
  if (options.confirm && !window.confirm(options.confirm)) return;
  const typed = element.querySelector?.("[data-must-equal]");
  if (typed && typed.value !== typed.dataset.mustEqual) return tell(element, `Type ${typed.dataset.mustEqual} to go on`);
  const buttons = isForm ? [...element.querySelectorAll("button")] : [element];
  buttons.forEach((button) => (button.disabled = true));
  try {
    let sent = isForm && options.method !== "DELETE" ? body(element) : undefined;
    if (options.body) sent = { ...(sent ?? {}), ...JSON.parse(options.body) };
    const answer = await call(options.method ?? "POST", address(options.url, {}, isForm ? element : null), sent);
    const then = options.then ?? "reload";
    if (then === "reload") location.reload();
    else if (then === "show") show(element, options, answer);
    else location.assign(decodeURIComponent(address(then, answer, isForm ? element : null)));
    if (then !== "show") return;
  } catch (error) {
    tell(element, error.message);
  }
  buttons.forEach((button) => (button.disabled = false));
}

/** Puts a member of the answer into the element that `data-into` names. */
function show(element, options, answer) {
  const place = document.querySelector(options.into);
  if (!place) return;
  const found = (options.show ?? "").split(".").reduce((part, name) => part?.[name], answer);
  const target = place.querySelector("[data-value]") ?? place;
  target.textContent = typeof found === "string" ? found : JSON.stringify(found, null, 2);
  place.hidden = false;
  place.focus?.();
}

for (const form of document.querySelectorAll("form[data-actions]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form, event.submitter);
  });
}
for (const button of document.querySelectorAll("button[data-actions]")) {
  button.addEventListener("click", () => act(button));
}
// Comments are sent with the keys people know from elsewhere.
for (const area of document.querySelectorAll("form[data-actions] textarea")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
}
