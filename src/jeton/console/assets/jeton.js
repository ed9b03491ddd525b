// What a script adds to pages that work without one. Nothing here writes markup: only attributes, texts, elements.
import { start as dialogs } from "./dialogs.js";
import { start as small } from "./small.js";

// What only some pages have comes where it is: its sign in the page, and its module.
const PARTS = {
  "[data-copy], [data-leaving]": "copying",
  "[data-reveal]": "passwords",
  "[data-rows]": "rows",
  "[data-picker]": "picker",
  "[data-passkey]": "passkeys",
  "[data-files]": "files",
  "[data-upload]": "uploads",
};

for (const begin of [small, dialogs]) begin();
for (const [sign, name] of Object.entries(PARTS)) {
  if (document.querySelector(sign)) import(`./${name}.js`).then(({ start }) => start());
}
