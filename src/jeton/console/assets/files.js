// The list of a folder's page at the keyboard, and what is selected in it.
let begin = () => {};

/** The list and the heading shown anew, with what was ticked and where the focus stood. */
export async function renew() {
  const page = await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const address = new URL(location);
    for (const name of ["done", "undo"]) address.searchParams.delete(name);
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Error(request.status)));
    request.onerror = () => reject(new Error());
    request.send();
  });
  const nameOf = (part) => part.closest("[data-row]")?.dataset.name; // a new version has another number
  const ticked = [...document.querySelectorAll("[data-row] input:checked")].map(nameOf);
  const focused = nameOf(document.activeElement);
  for (const old of document.querySelectorAll("[data-fresh]")) {
    const made = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
    if (made) old.replaceWith(document.adoptNode(made));
  }
  const rows = [...document.querySelectorAll("[data-row]")];
  for (const row of rows) row.querySelector("input").checked = ticked.includes(row.dataset.name);
  begin();
  rows.find((row) => row.dataset.name === focused)?.querySelector("a").focus();
}

function list(form) {
  const rows = [...form.querySelectorAll("[data-row]")];
  const link = (row) => row.querySelector("a");
  const box = (row) => row.querySelector("input");
  const every = form.querySelector("[data-every]");
  const count = form.querySelector("[data-count]");
  const renamer = form.querySelector("[data-rename]");
  const deleter = form.querySelector("button[value=delete]");
  const dialog = document.getElementById("rename");
  const ticked = () => rows.filter((row) => box(row).checked);

  function tell() {
    const chosen = ticked().length;
    count.textContent = chosen;
    every.checked = chosen === rows.length;
    every.indeterminate = chosen > 0 && chosen < rows.length;
    for (const button of form.querySelectorAll("[data-chosen] button")) button.disabled = !chosen;
    if (renamer) renamer.disabled = chosen !== 1;
  }

  // One row is reached by Tab, the others from it by the arrows.
  function stand(row) {
    for (const other of rows) for (const part of [link(other), box(other)]) part.tabIndex = other === row ? 0 : -1;
  }

  function rename(row) {
    const [kind, number] = row.dataset.row.split("-");
    const { elements } = dialog.querySelector("form");
    elements.file_id.value = kind === "file" ? number : "";
    elements.subfolder_id.value = kind === "folder" ? number : "";
    elements.name.value = row.dataset.name;
    for (const told of ["aria-invalid", "aria-describedby"]) elements.name.removeAttribute(told);
    dialog.querySelector(".error")?.remove();
    dialog.showModal();
    const dot = kind === "file" ? row.dataset.name.lastIndexOf(".") : 0;
    elements.name.setSelectionRange(0, dot > 0 ? dot : row.dataset.name.length);
  }

  const all = (is) => {
    for (const row of rows) box(row).checked = is;
    tell();
  };
  const go = (index) => link(rows[Math.min(Math.max(index, 0), rows.length - 1)]).focus();
  const deeds = {
    ArrowDown: (row) => go(rows.indexOf(row) + 1),
    ArrowUp: (row) => go(rows.indexOf(row) - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    " ": (row) => box(row).click(),
    Enter: (row) => link(row).click(),
    F2: (row) => dialog && rename(row),
    Delete: (row) => {
      if (!deleter) return;
      if (!ticked().length) box(row).click();
      form.requestSubmit(deleter);
    },
  };

  form.querySelector("tbody").addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (event.altKey || event.shiftKey || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "a") return;
      event.preventDefault();
      all(true);
    } else if (Object.hasOwn(deeds, event.key)) {
      event.preventDefault();
      deeds[event.key](row);
    }
  });
  form.addEventListener("focusin", ({ target }) => target.closest("[data-row]") && stand(target.closest("[data-row]")));
  form.addEventListener("change", ({ target }) => (target === every ? all(every.checked) : tell()));
  renamer?.addEventListener("click", () => rename(ticked()[0]));
  dialog?.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  addEventListener("pageshow", tell); // a browser that goes back ticks what was ticked
  every.hidden = false;
  if (renamer) renamer.hidden = false;
  document.querySelector("[data-keys]").hidden = false;
  stand(rows[0]);
  tell();
  if (dialog?.hasAttribute("data-again")) dialog.showModal(); // the name that was given cannot be
}

export function start() {
  begin = () => {
    const form = document.querySelector("[data-listing]");
    if (form) list(form);
  };
  begin();
  document.querySelector("[data-undo]")?.focus(); // what was just done is undone by one key
}
