// Small things: the theme at once, menus that close, Ctrl+Enter that sends, the summary's focus.
function themes() {
  const buttons = [...document.querySelectorAll("button[name=theme]")];
  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      document.documentElement.dataset.theme = button.value;
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `theme=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
      for (const other of buttons) other.setAttribute("aria-pressed", other === button);
    });
  }
}

function menus() {
  const menu = document.getElementById("menu");
  if (!menu) return;
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

export function start() {
  themes();
  menus();
  document.getElementById("summary")?.focus();
  for (const form of document.querySelectorAll("[data-submit]")) {
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  }
}
