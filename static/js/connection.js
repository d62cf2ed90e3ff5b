// While there is no connection nothing typed is lost: a text that could not leave waits in its form and goes when the
// connection is back (under the same key, so once), and no link leads away from words that are not sent yet.
// The service worker shows a page of ours to whoever opens another page meanwhile.

const form = () => document.getElementById("composer");
const words = () => form()?.querySelector("textarea")?.value.trim() ?? "";
let waiting = null;

navigator.serviceWorker?.register("/sw.js").catch(() => {}); // Private windows refuse it; everything else works.

function show(isWaiting) {
  const note = document.getElementById("connection");
  if (!note) return;
  note.querySelector("[data-offline]").hidden = navigator.onLine;
  note.querySelector("[data-stay]").hidden = true;
  note.querySelector("[data-waiting]").hidden = !isWaiting;
}

document.addEventListener("htmx:sendError", (event) => {
  if (navigator.onLine || event.target !== form()) return;
  waiting = { form: form(), text: words() };
  show(true);
});

// Another text is another decision.
document.addEventListener("input", (event) => {
  if (!waiting || !waiting.form.contains(event.target)) return;
  waiting = null;
  show(false);
});

addEventListener("offline", () => show(waiting !== null));
addEventListener("online", () => {
  const held = waiting;
  waiting = null;
  show(false);
  if (!held?.form.isConnected || !held.text || held.text !== words()) return;
  document.querySelector("#flashes .flash-error")?.remove();
  held.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (navigator.onLine || !link || link.target || link.closest("[role=option]") || !words()) return;
  event.preventDefault();
  event.stopPropagation();
  show(waiting !== null);
  document.querySelector("#connection [data-stay]")?.removeAttribute("hidden");
}, true);

// The icon of the tab says what the title says: that something is unread.
function drawIcon() {
  const icon = document.querySelector("link[rel=icon][data-unread]");
  if (!icon) return;
  icon.dataset.read ??= icon.getAttribute("href");
  icon.setAttribute("href", document.title.startsWith("(") ? icon.dataset.unread : icon.dataset.read);
}
document.addEventListener("htmx:afterSettle", drawIcon);
drawIcon();
