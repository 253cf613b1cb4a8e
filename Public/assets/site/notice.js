// A line at the bottom of the page that says what came of something, and goes again.

let shown;

export function notice(text) {
  shown?.remove();
  const line = document.createElement("p");
  line.className = "toast";
  line.setAttribute("role", "status");
  line.textContent = text;
  document.body.append(line);
  shown = line;
  setTimeout(() => line.remove(), 6000);
}
