// Copy buttons, and the question before a page is left whose secret was not copied.
import { say } from "./saying.js";

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not a secure context, or not allowed: select it, so that one key press copies it.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    return;
  }
  say(button.dataset.done);
  if (["client_secret", "link", "codes"].includes(source.id)) done();
}

let leaving = null;
const ask = (event) => event.preventDefault();

function done() {
  leaving?.removeAttribute("data-leaving");
  removeEventListener("beforeunload", ask);
}

export function start() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  leaving = document.querySelector("[data-leaving]");
  if (!leaving) return;
  addEventListener("beforeunload", ask);
  leaving.querySelector("[data-downloaded]")?.addEventListener("click", done);
  leaving.querySelector("[data-copied]")?.addEventListener("change", done);
}
