// What went wrong, at the head of the form that it is about.

/** Says it, in place of what was said before; without a text only takes that away. */
export function problem(form, text) {
  let line = form.querySelector(":scope > .problem");
  if (!text) return line?.remove();
  if (!line) {
    line = document.createElement("p");
    line.className = "problem";
    line.setAttribute("role", "alert");
    form.prepend(line);
  }
  line.textContent = text;
  return line;
}
