// Text files edited, made and deleted in the browser; each as one commit on what was seen.

import { commit } from "./commit.js";
import { notice } from "./notice.js";
import { problem } from "./problem.js";
import { call } from "./api.js";

const form = document.querySelector("form[data-edit]");
if (form) {
  const text = form.querySelector("textarea[name=content]");
  const before = text.value;
  const leaving = (event) => {
    if (text.value !== before) event.preventDefault();
  };
  addEventListener("beforeunload", leaving);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey && text.dataset.tabs !== undefined) {
      event.preventDefault();
      text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end");
    }
    // The way out for who has no pointer: Escape, then Tab.
    if (event.key === "Escape") delete text.dataset.tabs;
  });

  const preview = form.querySelector("[data-preview]");
  form.querySelector("[data-show-preview]")?.addEventListener("click", async () => {
    try {
      const answer = await call("POST", "/api/markdown", { text: text.value, context: form.dataset.repoUrl });
      preview.innerHTML = answer.html; // Sanitised by the hub, as cards are.
      preview.hidden = false;
    } catch (error) {
      notice(error.message);
    }
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const path = String(fields.get("path")).trim().replace(/^\/+/, "");
    const old = form.dataset.path;
    const button = form.querySelector("[data-send]");
    button.disabled = true;
    problem(form);
    // Form data has the line ends of Windows; files have those of git.
    const content = text.value.replace(/\r\n/g, "\n");
    try {
      const answer = await commit(
        { kind: form.dataset.kind, id: form.dataset.repo, revision: form.dataset.revision, pullRequest: fields.get("place") === "pull-request" },
        [{ path, blob: new Blob([content]) }],
        {
          summary: fields.get("summary") || `${old ? "Update" : "Create"} ${path}`,
          description: fields.get("description"),
          deletions: old && old !== path ? [old] : [],
          parent: form.dataset.commit || undefined,
        },
      );
      removeEventListener("beforeunload", leaving);
      const here = `${form.dataset.repoUrl}/blob/${encodeURIComponent(form.dataset.revision)}/${path.split("/").map(encodeURIComponent).join("/")}`;
      location.assign(answer.pullRequestUrl ? new URL(answer.pullRequestUrl).pathname : here);
    } catch (error) {
      const said = error.status === 412
        ? "Somebody else has changed the branch since this page was loaded. Your text is still here: copy it, load the page again and put it in."
        : error.message;
      problem(form, said).scrollIntoView({ block: "center" });
      button.disabled = false;
    }
  });
}

for (const button of document.querySelectorAll("[data-delete-file]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const path = button.dataset.deleteFile;
    if (!window.confirm(`Delete ${path}? The history keeps it.`)) return;
    const [, , kind, namespace, name] = button.dataset.repo.split("/");
    try {
      await commit({ kind, id: `${namespace}/${name}`, revision: button.dataset.revision }, [], { summary: `Delete ${path}`, deletions: [path] });
      location.assign(button.dataset.then);
    } catch (error) {
      notice(error.message);
    }
  });
}
