// The form for a new access token: its scopes, and the token shown once.

import { call } from "./api.js";
import { problem } from "./problem.js";

const form = document.querySelector("[data-token-form]");
const scopes = form.querySelector("[data-scopes]");
const first = scopes.querySelector("[data-scope]");
const role = () => form.elements.role.value;

const update = () => {
  scopes.hidden = role() !== "fineGrained";
};
for (const radio of form.elements.role) radio.addEventListener("change", update);
update();

let count = 0;
scopes.querySelector("[data-add-scope]").addEventListener("click", () => {
  const copy = first.cloneNode(true);
  count += 1;
  for (const field of copy.querySelectorAll("[id]")) field.id += `-${count}`;
  for (const label of copy.querySelectorAll("label[for]")) label.htmlFor += `-${count}`;
  copy.querySelector("[data-name]").value = "";
  [...scopes.querySelectorAll("[data-scope]")].at(-1).after(copy);
  copy.querySelector("select").focus();
});

function wanted() {
  const token = { displayName: form.elements.displayName.value, role: role() };
  if (form.elements.expiresIn.value) token.expiresIn = Number(form.elements.expiresIn.value);
  if (token.role !== "fineGrained") return token;
  const scoped = [];
  for (const scope of scopes.querySelectorAll("[data-scope]")) {
    const name = scope.querySelector("[data-name]").value.trim();
    if (!name) continue;
    scoped.push({
      entity: { type: scope.querySelector("[data-type]").value, name },
      permissions: [...scope.querySelectorAll("[data-permissions] input:checked")].map((box) => box.value),
    });
  }
  token.fineGrained = { canReadGatedRepos: scopes.querySelector("[data-gated]").checked, scoped };
  return token;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button:not([type])");
  button.disabled = true;
  try {
    const made = await call("POST", "/api/settings/tokens", wanted());
    const place = document.getElementById("made");
    place.querySelector("[data-value]").textContent = made.token;
    place.hidden = false;
    place.focus();
    place.scrollIntoView({ block: "center" });
    form.querySelector(":scope > .problem")?.remove();
    form.reset();
    update();
  } catch (error) {
    problem(form, error.message);
  }
  button.disabled = false;
});
