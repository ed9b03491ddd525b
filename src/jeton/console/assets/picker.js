// The scope picker as a window: opened by a button, closed by Back or Escape, counted while boxes are ticked.
export function start() {
  const place = document.querySelector("[data-picker]");
  if (!place) return;
  const panel = place.querySelector(".picker");
  const all = place.querySelector("[data-all]");
  const boxes = [...place.querySelectorAll("[data-opens]")];
  const chosen = place.querySelector("[data-chosen]");
  const opener = place.querySelector("[data-picker-opener]");

  const dialog = document.createElement("dialog");
  dialog.className = "window";
  dialog.setAttribute("aria-labelledby", "picker-title");
  panel.before(dialog);
  dialog.append(panel);
  for (const part of [opener, chosen, place.querySelector("[data-picker-foot]")]) part.hidden = false;

  function tell() {
    const ticked = boxes.filter((box) => box.checked);
    const sums = {
      reads: ticked.filter((box) => box.value.endsWith(".read")).length,
      writes: ticked.filter((box) => box.value.endsWith(".write")).length,
      calls: ticked.reduce((sum, box) => sum + Number(box.dataset.opens), 0),
    };
    for (const [name, sum] of Object.entries(sums)) {
      for (const spot of place.querySelectorAll(`[data-${name}]`)) spot.textContent = sum;
    }
    all.checked = ticked.length === boxes.length;
    all.indeterminate = ticked.length > 0 && !all.checked;
    chosen.replaceChildren(
      ...ticked.map((box) => {
        const chip = document.createElement("span");
        chip.className = "chip";
        chip.textContent = box.value;
        return chip;
      }),
    );
  }

  opener.querySelector("button").addEventListener("click", () => dialog.showModal());
  place.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}
