// Native <dialog>s, filled by htmx: what is loaded into a dialog[data-opens] is shown at once. Menus are popovers.
// Without JavaScript the link that fills it leads to the same form on a page of its own.

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog[data-opens]");
  if (dialog && !dialog.open && event.target.childElementCount) dialog.showModal();
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest?.("dialog[data-opens]");
  if (!dialog) return;
  if (event.target.closest("[data-close]")) dialog.close();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const wasRefused = event.detail.xhr?.status === 422;
  if (wasRefused) event.target.closest?.("dialog")?.querySelector("[aria-invalid=true]")?.focus();
});

// Whoever chose has done with the menu; its button has the focus again before a dialog takes it, and after.
document.addEventListener("click", (event) => event.target.closest?.(".menu:popover-open")?.hidePopover());

// A message that somebody began to write is shown again instead of an empty form.
document.addEventListener("htmx:beforeRequest", (event) => {
  const dialog = document.getElementById(event.target.dataset?.keeps ?? "");
  if (!dialog?.querySelector("textarea")?.value) return;
  event.preventDefault();
  dialog.showModal();
});

// The server asks for it (HX-Trigger) once the text was accepted.
document.addEventListener("dialog:close", () => {
  for (const dialog of document.querySelectorAll("dialog[data-opens][open]")) {
    dialog.replaceChildren();
    dialog.close();
  }
});
