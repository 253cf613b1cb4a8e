// What a search field offers while one types: repos and people, by arrow keys or pointer.

const delay = 120;
const kinds = [
  ["models", "model", (item) => `/${item.id}`, (item) => item.id],
  ["datasets", "dataset", (item) => `/datasets/${item.id}`, (item) => item.id],
  ["spaces", "space", (item) => `/spaces/${item.id}`, (item) => item.id],
  ["users", "user", (item) => `/${item.user}`, (item) => item.user],
  ["orgs", "organization", (item) => `/${item.name}`, (item) => item.name],
];

export function typeahead(input, identity) {
  const list = document.createElement("ul");
  list.className = "offers";
  list.id = `offers-${Math.random().toString(36).slice(2, 8)}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-autocomplete", "list");

  let timer;
  let asked;
  let current = -1;

  const close = () => {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const options = [...list.children];
    current = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === current)));
    if (current >= 0) input.setAttribute("aria-activedescendant", options[current].id);
  };
  const ask = async () => {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) return close();
    asked = new AbortController();
    try {
      const response = await fetch(`/api/quicksearch?limit=4&q=${encodeURIComponent(text)}`, {
        headers: identity(), signal: asked.signal,
      });
      if (!response.ok) return close();
      show(await response.json());
    } catch {
      // Typed on, or offline: nothing to offer.
    }
  };
  const show = (answer) => {
    list.replaceChildren();
    for (const [group, word, address, name] of kinds) {
      for (const item of answer[group] ?? []) {
        const option = document.createElement("li");
        option.setAttribute("role", "option");
        option.id = `${list.id}-${list.children.length}`;
        option.dataset.url = address(item);
        const kind = document.createElement("small");
        kind.textContent = word;
        option.append(kind, name(item));
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          location.assign(option.dataset.url);
        });
        list.append(option);
      }
    }
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    current = -1;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, delay);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(current + 1);
    else if (event.key === "ArrowUp") mark(current - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && current >= 0) location.assign(list.children[current].dataset.url);
    else return;
    event.preventDefault();
  });
}
