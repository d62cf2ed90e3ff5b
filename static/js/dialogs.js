// Native <dialog>s. A link with data-dialog="id" has its page's fragment loaded into that dialog by htmx;
// without JavaScript it is a link to the page.

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog[data-opens]");
  if (dialog && !dialog.open && event.target.childElementCount) dialog.showModal();
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest?.("dialog[data-opens]");
  if (!dialog) return;
  const closes = event.target === dialog || event.target.closest("[data-close]");
  if (closes) {
    event.preventDefault();
    dialog.close();
  }
});

// The server asks for it (HX-Trigger) once the text was accepted.
document.addEventListener("dialog:close", () => {
  for (const dialog of document.querySelectorAll("dialog[data-opens][open]")) dialog.close();
});
