// Uploads of a folder's page: files and whole folders, chosen or dropped, two at a time, a row for each.
import { renew } from "./files.js";
import { say } from "./saying.js";
import { ask, forget, identity, look, patiently, prove, recall, remembered, terminate, Transfer } from "./tus.js";

const AT_ONCE = 2;
const SPEED_MS = 3000;
const BUSY = ["queued", "going", "cut"];

export function start() {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const place = form.closest("[data-files]");
  const here = place.dataset.folder;
  const list = form.querySelector("[data-uploads]");
  const pattern = document.getElementById("upload-row").content.firstElementChild;
  const lang = document.documentElement.lang;
  const percent = new Intl.NumberFormat(lang, { style: "percent" });
  const rows = new Map();
  let transfers = [];
  let planning = 0;
  let isBusy = false;
  let isFresh = true;
  let said = 0; // of what is said at 0, 50 and 100 %
  prove(place.dataset.csrf);

  const speed = (bytes) => {
    const [unit, size] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
    const format = { style: "unit", unit: `${unit}-per-second`, maximumFractionDigits: bytes < 1e7 ? 1 : 0 };
    return new Intl.NumberFormat(lang, format).format(bytes / size);
  };

  function row(id, name) {
    rows.get(id)?.remove();
    const made = pattern.cloneNode(true);
    for (const spot of made.querySelectorAll("[data-called]")) spot.textContent = name;
    made.querySelector("progress").setAttribute("aria-label", name);
    list.append(made);
    list.hidden = false;
    rows.set(id, made);
    return made;
  }

  function drop(id) {
    const gone = rows.get(id);
    const next = gone.nextElementSibling ?? gone.previousElementSibling;
    const hadFocus = gone.contains(document.activeElement);
    gone.remove();
    rows.delete(id);
    list.hidden = !rows.size;
    if (hadFocus) (next?.querySelector("[data-cancel]") ?? form.querySelector("[data-choose]")).focus();
  }

  function show(shown, state, part, more = "") {
    const told = shown.querySelector("[data-told]");
    const words = told.dataset[state] ?? "";
    const share = ["going", "paused", "again"].includes(state) ? percent.format(part) : "";
    shown.dataset.state = state;
    shown.querySelector("progress").value = part;
    shown.querySelector("progress").hidden = ["done", "failed"].includes(state);
    told.textContent = [share, words, more].filter(Boolean).join(" · ");
    const stopped = ["paused", "lost", "failed"].includes(state);
    shown.querySelector("[data-turn]").hidden = ["done", "again"].includes(state);
    shown.querySelector("[data-pause]").hidden = stopped;
    shown.querySelector("[data-resume]").hidden = !stopped;
    shown.querySelector("[data-cancel]").hidden = state === "done";
  }

  function add(transfer) {
    const shown = row(transfer.id, transfer.name);
    const seen = [];
    transfer.changed = () => {
      const { state, sent, file, error } = transfer;
      if (state === "cancelled") return;
      const now = performance.now();
      if (state !== "going") seen.length = 0;
      else seen.push([now, sent]);
      while (now - seen[0]?.[0] > SPEED_MS) seen.shift();
      const [since, before] = seen[0] ?? [now, sent];
      const pace = now - since > 500 ? speed((1000 * (sent - before)) / (now - since)) : "";
      show(shown, state, file.size ? sent / file.size : 1, state === "failed" ? error.message : pace);
      tell();
    };
    shown.querySelector("[data-turn]").addEventListener("click", () => {
      if (BUSY.includes(transfer.state)) transfer.pause();
      else transfer.become("queued");
      next();
    });
    shown.querySelector("[data-cancel]").addEventListener("click", () => {
      transfer.cancel();
      transfers = transfers.filter((other) => other !== transfer);
      drop(transfer.id);
      next();
    });
    transfers.push(transfer);
    if (!said) announce(1, form.dataset.begun);
    transfer.become("queued");
    next();
  }

  function refused(id, name, error) {
    const shown = row(id, name);
    show(shown, error.message ? "failed" : "lost", 0, error.message);
    shown.querySelector("[data-turn]").hidden = true;
    shown.querySelector("[data-cancel]").addEventListener("click", () => drop(id));
  }

  function next() {
    const going = () => transfers.filter(({ state }) => ["going", "cut"].includes(state)).length;
    for (const transfer of transfers.filter(({ state }) => state === "queued")) {
      if (going() >= AT_ONCE) break;
      transfer.become("going");
      transfer.run().then(next);
    }
    ended();
  }

  function announce(stage, text) {
    said = stage;
    say(text);
  }

  function tell() {
    const sum = (bytes) => transfers.reduce((all, transfer) => all + bytes(transfer), 0);
    const isHalf = sum(({ sent }) => 2 * sent) >= sum(({ file }) => file.size);
    if (said === 1 && !planning && isHalf) announce(2, form.dataset.half);
  }

  async function ended() {
    if (planning || transfers.some(({ state }) => BUSY.includes(state))) return (isBusy = true);
    if (!isBusy) return;
    const done = transfers.filter(({ state }) => state === "done");
    isBusy = false;
    said = 0;
    transfers = transfers.filter(({ state }) => state !== "done");
    for (const { id } of done) drop(id);
    if (list.querySelector("[data-state=failed], [data-state=lost]")) say(form.dataset.failed);
    else if (done.length && !transfers.length) say(form.dataset.done);
    if (done.length || !isFresh) await renew().catch(() => {}); // the list stays as it was
    isFresh = true;
  }

  addEventListener("online", () => {
    for (const transfer of transfers) if (transfer.state === "lost") transfer.become("queued");
    next();
  });
  addEventListener("beforeunload", (event) => {
    if (transfers.some(({ state }) => BUSY.includes(state))) event.preventDefault();
  });

  const inside = async (folder) => {
    const { content } = await patiently(() => ask("GET", `/folder/${folder}?depth=1`));
    return content;
  };
  const same = (name) => (node) => node.name.normalize() === name.normalize();

  /** What the folder of a path holds, made where it is not there; `places` are those of this choice. */
  function open(places, path) {
    const whole = path.join("/");
    if (!places.has(whole)) places.set(whole, path.length ? make(places, path) : listed(here));
    return places.get(whole);
  }

  async function listed(folder) {
    try {
      const { files = [], folders = [] } = await inside(folder);
      return { folder, folders, names: new Set(files.map(({ name }) => name.normalize())) };
    } catch (error) {
      if (error.mayPass) throw error;
      return { folder, folders: [], names: new Set() }; // one may not look: the server decides
    }
  }

  async function make(places, path) {
    const above = await open(places, path.slice(0, -1));
    const name = path.at(-1);
    try {
      const { id } = await patiently(() => ask("POST", "/folder", { parent_id: above.folder, name }));
      isFresh = false;
      return { folder: id, folders: [], names: new Set() };
    } catch (error) {
      const there = error.code === "name_taken" && (await listed(above.folder)).folders.find(same(name));
      if (!there) throw error;
      return listed(there.id);
    }
  }

  const dialog = document.getElementById("clash");

  function choose(name) {
    dialog.querySelector("[data-clash]").textContent = form.dataset.asks.replace("{name}", name);
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    });
  }

  function another(name, names) {
    const dot = name.lastIndexOf(".") > 0 ? name.lastIndexOf(".") : name.length;
    for (let number = 1; ; number++) {
      const tried = `${name.slice(0, dot)} (${number})${name.slice(dot)}`;
      if (!names.has(tried.normalize())) return tried;
    }
  }

  async function put(found, places, choice) {
    const { folder, names } = await open(places, found.path);
    const file = found.file;
    if (!file) return;
    const id = identity(folder, file);
    const live = transfers.find((transfer) => transfer.id === id);
    if (live) {
      if (!BUSY.includes(live.state)) live.become("queued");
      return;
    }
    let name = recall(id).name ?? file.name;
    if (!recall(id).key && names.has(name.normalize())) {
      const answer = choice.always ?? (await choose(name));
      if (dialog.querySelector("input").checked) choice.always = answer;
      if (answer === "both") name = another(name, names);
      else if (answer !== "replace") return;
    }
    names.add(name.normalize());
    add(new Transfer(folder, file, name));
  }

  let turn = Promise.resolve(); // one choice after the other, so that two questions never meet

  function take(choice) {
    planning++;
    turn = turn.then(async () => {
      const found = await choice;
      const places = new Map();
      const answered = {};
      dialog.querySelector("input").checked = false;
      for (const one of found) {
        const name = [...one.path, one.file?.name].filter(Boolean).join("/");
        await put(one, places, answered).catch((error) => refused(name, name, error));
        next();
      }
    });
    turn = turn.finally(() => {
      planning--;
      next();
    });
  }

  const promised = (act) => new Promise((resolve, reject) => act(resolve, reject));

  async function unfold(entry, path, found) {
    if (entry.isFile) {
      found.push({ path, file: await promised((ok, no) => entry.file(ok, no)) });
      return found;
    }
    const below = [...path, entry.name];
    const reader = entry.createReader();
    found.push({ path: below });
    for (let some; (some = await promised((ok, no) => reader.readEntries(ok, no))).length; ) {
      for (const child of some) await unfold(child, below, found);
    }
    return found;
  }

  for (const input of form.querySelectorAll("input[type=file]")) {
    const opener = form.querySelector(input.webkitdirectory ? "[data-whole-folder]" : "[data-choose]");
    opener.hidden = false;
    opener.addEventListener("click", () => input.click());
    input.multiple = true;
    input.addEventListener("change", () => {
      const path = (file) => file.webkitRelativePath.split("/").slice(0, -1);
      take([...input.files].map((file) => ({ file, path: path(file) })));
      input.value = "";
    });
  }
  form.querySelector("[data-plain]").hidden = true;
  form.querySelector("[data-lively]").hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());

  const over = (event, is) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", is);
  };
  place.addEventListener("dragover", (event) => over(event, true));
  place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget) || over(event, false));
  place.addEventListener("drop", (event) => {
    over(event, false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    if (entries.length) take(Promise.all(entries.map((entry) => unfold(entry, [], []))).then((all) => all.flat()));
  });

  // What was begun before the page was loaded anew, as far as it is still there and one's own.
  for (const { id, key, name, size } of remembered(here)) {
    look(key).then(
      (offset) => {
        if (rows.has(id)) return; // chosen meanwhile
        const shown = row(id, name);
        show(shown, "again", size ? offset / size : 1);
        shown.querySelector("[data-cancel]").addEventListener("click", () => {
          forget(id);
          terminate(key).catch(() => {});
          drop(id);
        });
      },
      (error) => [404, 410].includes(error.status) && forget(id),
    );
  }
}
