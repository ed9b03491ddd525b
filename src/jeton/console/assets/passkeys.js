// Passkeys: the browser is asked when the form is sent, and its answer goes in the form's own field.
export function start() {
  const form = document.querySelector("[data-passkey]");
  const known = window.PublicKeyCredential;
  if (!form || !known?.parseRequestOptionsFromJSON) return;
  document.querySelector("[data-scriptless]").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const how = form.dataset.passkey;
    const options = JSON.parse(form.dataset.options);
    try {
      const read = how === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
      const answer = await navigator.credentials[how]({ publicKey: known[read](options) });
      form.elements.response.value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch {
      form.querySelector("[data-failed]").hidden = false;
    }
  });
}
