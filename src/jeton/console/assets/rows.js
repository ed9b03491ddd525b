// Rows of addresses: Enter or the button adds one, the cross or Backspace in an empty one takes it away.
const MOST = 10;

export function start() {
  for (const group of document.querySelectorAll("[data-rows]")) {
    const adder = group.querySelector("[data-add]");
    const rows = () => [...group.querySelectorAll(".callback")];
    const input = (row) => row.querySelector("input");

    function prepare(row) {
      const remover = row.querySelector("[data-remove]");
      remover.hidden = false;
      remover.addEventListener("click", () => remove(row));
      input(row).addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.ctrlKey && !event.isComposing) {
          event.preventDefault();
          add(row);
        } else if (event.key === "Backspace" && !input(row).value && rows().length > 1) {
          event.preventDefault();
          remove(row);
        }
      });
    }

    function number() {
      rows().forEach((row, index) => {
        input(row).id = index ? `callback-${index + 1}` : "callback_urls";
        input(row).setAttribute("aria-label", input(row).getAttribute("aria-label").replace(/\d+$/, index + 1));
      });
      adder.hidden = rows().length >= MOST;
    }

    function add(after) {
      if (rows().length >= MOST) return;
      const row = after.cloneNode(true);
      input(row).value = "";
      input(row).placeholder = "";
      input(row).removeAttribute("aria-invalid");
      after.after(row);
      prepare(row);
      number();
      input(row).focus();
    }

    function remove(row) {
      if (rows().length === 1) input(row).value = "";
      const stay = row.previousElementSibling?.matches(".callback") ? row.previousElementSibling : rows()[1] ?? row;
      if (stay !== row) row.remove();
      number();
      input(stay).focus();
    }

    adder.addEventListener("click", (event) => {
      event.preventDefault();
      add(rows().at(-1));
    });
    rows().filter((row, index) => index && !input(row).value).forEach((row) => row.remove());
    rows().forEach(prepare);
    number();
  }
}
