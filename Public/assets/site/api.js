// Calls of the hub's API from its own pages: the session's form key goes with each.

const key = document.querySelector('meta[name="form-key"]')?.content;

export const isSignedIn = Boolean(key);

export class HubError extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Headers that say who asks. */
export function identity() {
  return key ? { "X-Form-Key": key } : {};
}

/** What went wrong, in the hub's words. */
export async function failure(response) {
  let message = response.headers.get("X-Error-Message");
  try {
    message = (await response.json()).error ?? message;
  } catch {
    // Not JSON: the header or the status has to do.
  }
  return new HubError(message || `The hub answered ${response.status}`, response.status, response.headers.get("X-Error-Code"));
}

/** Sends JSON and gives the JSON of the answer. */
export async function call(method, url, body) {
  const headers = { Accept: "application/json", ...identity() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new HubError("The hub cannot be reached", 0);
  }
  if (!response.ok) throw await failure(response);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}
