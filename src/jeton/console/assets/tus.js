// One file on its way by tus 1.0.0, through the calls that pages make by their login session (below /session).
const PIECE_BYTES = 8 << 20;
const WAITS_S = [1, 2, 4, 8];
const STALLED_MS = 60_000;
const SPOKEN = { "Tus-Resumable": "1.0.0" };
let csrf = "";

export const prove = (token) => (csrf = token);

/** The server said no, in its words. */
export class Refused extends Error {
  constructor(request) {
    let told = {};
    try {
      told = JSON.parse(request.responseText);
    } catch {
      // not ours
    }
    super(told.error ?? `${request.status} ${request.statusText}`);
    this.status = request.status;
    this.code = told.code;
  }

  get mayPass() {
    return [408, 409, 423, 429].includes(this.status) || (this.status >= 500 && this.status !== 507);
  }
}

/** Nothing came back. */
export class Lost extends Error {
  mayPass = true;
}

export function call(method, path, { headers = {}, body = null, signal, progress } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    const end = () => request.abort();
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(end, STALLED_MS);
    };
    request.open(method, `/session${path}`);
    const all = { "CSRF-Token": csrf, "Accept-Language": document.documentElement.lang, ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      alive();
      progress?.(event.loaded);
    };
    request.onload = () => (request.status < 300 ? resolve(request) : reject(new Refused(request)));
    request.onerror = () => reject(new Lost());
    request.onabort = () => reject(signal?.aborted ? signal.reason : new Lost());
    request.onloadend = () => {
      clearTimeout(watch);
      signal?.removeEventListener("abort", end);
    };
    signal?.addEventListener("abort", end);
    alive();
    request.send(body);
  });
}

export async function ask(method, path, told, signal) {
  const body = told && JSON.stringify(told);
  const headers = told ? { "Content-Type": "application/json" } : {};
  return JSON.parse((await call(method, path, { headers, body, signal })).responseText);
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** Try again, after longer and longer waits, what may pass; `act` calls what it is given when it got on. */
export async function patiently(act, signal, waiting = () => {}) {
  for (let failures = 0; ; ) {
    try {
      return await act(() => (failures = 0));
    } catch (error) {
      if (!error.mayPass || signal?.aborted || failures === WAITS_S.length) throw error;
      waiting();
      await wait(WAITS_S[failures++], signal);
    }
  }
}

// What was begun is kept by folder, size, date and name, so that the same file, chosen again, goes on where it stood.
const begun = (folder) => `upload ${folder} `;

const storage = (act) => {
  try {
    return act(localStorage);
  } catch {
    return null; // the browser keeps nothing
  }
};

export function remembered(folder) {
  const kept = storage((kept) => Object.entries(kept)) ?? [];
  return kept.filter(([id]) => id.startsWith(begun(folder))).map(([id, text]) => ({ id, ...JSON.parse(text) }));
}

export const identity = (folder, file) => `${begun(folder)}${file.size} ${file.lastModified} ${file.name}`;

export const recall = (id) => JSON.parse(storage((kept) => kept.getItem(id)) ?? "{}");

export const forget = (id) => storage((kept) => kept.removeItem(id));

export async function look(key, signal) {
  const answer = await call("HEAD", `/tus/${key}`, { headers: SPOKEN, signal });
  return Number(answer.getResponseHeader("Upload-Offset"));
}

export const terminate = (key) => call("DELETE", `/tus/${key}`, { headers: SPOKEN });

export class Transfer {
  constructor(folder, file, name, changed) {
    Object.assign(this, { folder, file, name, changed });
    this.id = identity(folder, file);
    this.key = recall(this.id).key;
    this.state = "queued";
    this.sent = 0;
    this.error = null;
  }

  become(state, sent = this.sent) {
    Object.assign(this, { state, sent });
    this.changed(this);
  }

  async run() {
    const { signal } = (this.stop = new AbortController());
    try {
      await patiently((gotOn) => this.#send(gotOn, signal), signal, () => this.become("cut"));
      forget(this.id);
      this.become("done", this.file.size);
    } catch (error) {
      if (signal.aborted) return; // it has its state already
      this.error = error;
      this.become(error instanceof Lost ? "lost" : "failed");
    }
  }

  pause() {
    this.become("paused");
    this.stop?.abort();
  }

  async cancel() {
    this.become("cancelled");
    this.stop?.abort();
    forget(this.id);
    if (this.key) await terminate(this.key).catch(() => {}); // what nobody goes on with ends by itself
  }

  async #send(gotOn, signal) {
    this.become("going");
    const size = this.file.size;
    let offset = this.isWhole ? size : await this.#open(signal);
    while (offset < size) {
      this.become("going", offset);
      const answer = await call("PATCH", `/tus/${this.key}`, {
        headers: { ...SPOKEN, "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset },
        body: this.file.slice(offset, offset + PIECE_BYTES),
        signal,
        progress: (loaded) => this.state === "going" && this.become("going", offset + loaded),
      });
      offset = Number(answer.getResponseHeader("Upload-Offset"));
      gotOn();
    }
    this.isWhole = true;
    try {
      await ask("POST", "/file/tus", { token: this.key }, signal);
    } catch (error) {
      this.isWhole = error instanceof Lost; // asked again, it answers the same
      throw error;
    }
  }

  async #open(signal) {
    if (this.key) {
      try {
        return await look(this.key, signal);
      } catch (error) {
        if (![404, 410].includes(error.status)) throw error;
        this.key = null; // it lasted too long: from the beginning
      }
    }
    const { folder, file, name } = this;
    const told = { name, target: folder, size: file.size, modification: new Date(file.lastModified).toISOString() };
    const [{ sessionKey }] = await ask("POST", "/file/tus", told, signal);
    const headers = { ...SPOKEN, "Upload-Length": file.size, "Upload-Metadata": `token ${btoa(sessionKey)}` };
    await call("POST", "/tus", { headers, signal });
    this.key = sessionKey;
    storage((kept) => kept.setItem(this.id, JSON.stringify({ key: this.key, name, size: file.size })));
    return 0;
  }
}
