// Passwords seen while one types, and hidden again as the form is sent.
export function start() {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", shown);
    });
    input.form.addEventListener("submit", () => (input.type = "password"));
  }
}
