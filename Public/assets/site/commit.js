// Commits from the browser, by the same calls as every client: preupload, LFS, commit.

import { HubError, failure, identity } from "./api.js";

const sampleBytes = 512;

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function post(url, body, headers) {
  const response = await fetch(url, { method: "POST", headers: { ...identity(), ...headers }, body });
  if (!response.ok) throw await failure(response);
  return response;
}

/** SHA-256 of a file, read piece by piece where the browser can, so that memory does not grow with it. */
async function sha256(file, onProgress) {
  const { Sha256 } = await import("./sha256.js");
  const digest = new Sha256();
  const step = 4 << 20;
  for (let at = 0; at < file.size; at += step) {
    digest.update(new Uint8Array(await file.slice(at, at + step).arrayBuffer()));
    onProgress?.(Math.min(at + step, file.size));
    await new Promise((resume) => setTimeout(resume));
  }
  return hex(digest.digest().buffer);
}

/** PUTs bytes with progress: fetch tells none of what it has sent. */
function put(url, body, headers, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, text] of Object.entries(headers)) request.setRequestHeader(name, text);
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 300) return resolve(request.getResponseHeader("ETag"));
      let message = request.getResponseHeader("X-Error-Message") ?? `The hub answered ${request.status}`;
      try {
        message = JSON.parse(request.responseText).error ?? message;
      } catch {
        // Not JSON.
      }
      reject(new HubError(message, request.status));
    });
    request.addEventListener("error", () => reject(new HubError("The connection broke", 0)));
    request.addEventListener("abort", () => reject(new HubError("Stopped", 0)));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

/**
 * One commit of several files.
 * @param repo {kind: "models"|"datasets"|"spaces", id, revision, pullRequest}
 * @param files [{path, blob}]
 * @param options {summary, description, deletions: [path], parent, onProgress(file, sent, phase), signal}
 * @returns the hub's answer: commitOid, commitUrl, pullRequestUrl
 */
export async function commit(repo, files, options) {
  const api = `/api/${repo.kind}/${repo.id}`;
  const revision = encodeURIComponent(repo.revision);
  const query = repo.pullRequest ? "?create_pr=1" : "";
  const large = [];
  const regular = [];
  for (let at = 0; at < files.length; at += 250) {
    const page = files.slice(at, at + 250);
    const asked = await Promise.all(page.map(async (file) => ({
      path: file.path, size: file.blob.size,
      sample: base64(new Uint8Array(await file.blob.slice(0, sampleBytes).arrayBuffer())),
    })));
    const answer = await (await post(`${api}/preupload/${revision}${query}`, JSON.stringify({ files: asked }), { "Content-Type": "application/json" })).json();
    const modes = new Map(answer.files.map((file) => [file.path, file.uploadMode]));
    for (const file of page) (modes.get(file.path) === "lfs" ? large : regular).push(file);
  }
  for (const file of large) await upload(repo, file, options);
  const lines = [{ key: "header", value: { summary: options.summary, description: options.description ?? "", ...(options.parent ? { parentCommit: options.parent } : {}) } }];
  for (const file of regular) {
    lines.push({ key: "file", value: { path: file.path, encoding: "base64", content: base64(new Uint8Array(await file.blob.arrayBuffer())) } });
    options.onProgress?.(file, file.blob.size, "read");
  }
  for (const file of large) lines.push({ key: "lfsFile", value: { path: file.path, algo: "sha256", oid: file.oid, size: file.blob.size } });
  for (const path of options.deletions ?? []) lines.push({ key: "deletedFile", value: { path } });
  const body = new Blob(lines.map((line) => JSON.stringify(line) + "\n"));
  return (await post(`${api}/commit/${revision}${query}`, body, { "Content-Type": "application/x-ndjson" })).json();
}

async function upload(repo, file, { onProgress, signal }) {
  const prefix = repo.kind === "models" ? "" : `/${repo.kind}`;
  file.oid = await sha256(file.blob, (done) => onProgress?.(file, done, "hash"));
  const ask = { operation: "upload", transfers: ["basic", "multipart"], hash_algo: "sha256", objects: [{ oid: file.oid, size: file.blob.size }] };
  const batch = await (await post(`${prefix}/${repo.id}.git/info/lfs/objects/batch`, JSON.stringify(ask), {
    "Content-Type": "application/vnd.git-lfs+json", Accept: "application/vnd.git-lfs+json",
  })).json();
  const [object] = batch.objects;
  if (object.error) throw new HubError(object.error.message, object.error.code);
  const action = object.actions?.upload;
  // The hub has these bytes.
  if (!action) return onProgress?.(file, file.blob.size, "sent");
  const size = Number(action.header?.chunk_size);
  if (!size) {
    await put(local(action.href), file.blob, {}, (sent) => onProgress?.(file, sent, "send"), signal);
  } else {
    const numbers = Object.keys(action.header).filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => a - b);
    const parts = [];
    for (const number of numbers) {
      const start = (number - 1) * size;
      const etag = await put(local(action.header[String(number)]), file.blob.slice(start, start + size), {}, (sent) => onProgress?.(file, start + sent, "send"), signal);
      parts.push({ partNumber: number, etag });
    }
    await post(local(action.href), JSON.stringify({ oid: file.oid, parts }), { "Content-Type": "application/json" });
  }
  onProgress?.(file, file.blob.size, "sent");
}

/** The hub's own address as this page knows it: a proxy may have told it another. */
function local(address) {
  const url = new URL(address, location.href);
  return url.pathname + url.search;
}
