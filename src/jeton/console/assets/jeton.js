// What a script adds to pages that work without one. Nothing here writes markup: only attributes, texts, elements.
import { start as copying } from "./copying.js";
import { start as dialogs } from "./dialogs.js";
import { start as passkeys } from "./passkeys.js";
import { start as picker } from "./picker.js";
import { start as rows } from "./rows.js";
import { start as small } from "./small.js";

for (const begin of [small, copying, dialogs, rows, picker, passkeys]) begin();
