// Keys for everything. A control says which key it answers to (data-shortcut="e"); here the key finds the control:
// a field gets the focus, anything else is clicked. Nothing happens while somebody types, holds a modifier or is in a
// dialog. Whoever speaks to the machine can turn single keys off in the account (WCAG 2.1.4); Ctrl+K stays.

const MODIFIERS = ["ctrlKey", "metaKey", "altKey"];
const isTyping = (element) => element.closest?.("input, textarea, select, [contenteditable]") != null;
// What stands in a closed menu is as near as the button of the menu.
const menuButton = (element) => document.querySelector(`[popovertarget="${element.closest("[popover]")?.id}"]`);
const isShown = (element) => (menuButton(element) ?? element).checkVisibility() && !element.disabled;
const isOff = () => !("singleKeys" in document.body.dataset);

/** Return what answers to `key` on this page, or undefined. */
export function controlOf(key) {
  return [...document.querySelectorAll(`[data-shortcut="${CSS.escape(key)}"]`)].find(isShown);
}

export function use(control) {
  if (control.matches("input, textarea, select")) control.focus();
  else control.click();
}

function stepThroughRows(by) {
  const rows = [...document.querySelectorAll(".row")];
  const focused = rows.indexOf(document.activeElement);
  const here = focused < 0 ? rows.findIndex((row) => row.hasAttribute("aria-current")) : focused;
  const next = here < 0 ? rows[0] : rows[here + by];
  // On a phone the list stands behind the thread.
  if (next?.checkVisibility()) next.focus();
  else next?.click();
}

function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open && !document.querySelector("dialog[open]")) dialog.showModal();
  return dialog !== null;
}

const DEEDS = { j: () => stepThroughRows(1), k: () => stepThroughRows(-1), "?": () => open("shortcuts") };

function singleKey(event) {
  if (isOff() || isTyping(event.target) || event.repeat && !"jk".includes(event.key)) return;
  const control = DEEDS[event.key] ?? controlOf(event.key);
  if (!control) return;
  event.preventDefault(); // The key must not arrive as a letter in the field that it brings up.
  if (typeof control === "function") control();
  else use(control);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const isPalette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (isPalette && open("palette")) return event.preventDefault();
  if (MODIFIERS.some((name) => event[name]) || document.querySelector("dialog[open]")) return;
  // Out of the text, without losing it: from here the single keys work again.
  if (event.key === "Escape" && event.target.closest?.("#composer")) document.getElementById("thread-title")?.focus();
  else singleKey(event);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens-dialog]");
  if (opener && open(opener.dataset.opensDialog)) event.preventDefault();
  if (event.target.closest?.("[data-closes-dialog]")) event.target.closest("dialog").close();
});
