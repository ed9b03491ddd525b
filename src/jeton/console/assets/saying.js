// What is said to everybody, seen and heard: in the page's one status region, for four seconds.
let timer;

export function say(text) {
  const status = document.getElementById("status");
  status.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (status.textContent = ""), 4000);
}
