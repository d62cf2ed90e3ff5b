// The inbox beyond htmx: which row is open, where the focus goes, and when a conversation counts as read.

// The rows are drawn without knowing what is open beside them, so that they can be refreshed alone.
function markCurrentRow() {
  const open = document.querySelector("#thread-pane [data-conversation]")?.dataset.conversation;
  for (const row of document.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  if (open) document.getElementById(`c-${open}`)?.setAttribute("aria-current", "page");
}

function followNotice() {
  const composer = document.querySelector("#composer sms-composer");
  if (composer) composer.blocked = document.querySelector("#thread-notice [data-blocks-sending]") !== null;
}

// What comes before somebody begins to write was seen by whoever begins: only what comes later is news to them.
function followNews() {
  const seen = document.querySelector("#composer [name=seen]");
  const newest = document.getElementById("thread-tail")?.dataset.newest;
  if (seen && newest && !document.getElementById("composer-body")?.value) seen.value = newest;
}

document.addEventListener("htmx:afterSettle", (event) => {
  const id = event.target.id;
  if (id === "thread-pane" || id === "rows" || event.target.closest?.("#rows")) markCurrentRow();
  // Opening a row moves the focus to what was opened; a refresh leaves it alone.
  if (id === "thread-tail") {
    followNotice();
    followNews();
  }
  if (id === "thread-pane") {
    (document.querySelector("#thread-pane .message-found") ?? document.getElementById("thread-title"))?.focus();
  }
});
document.addEventListener("DOMContentLoaded", markCurrentRow);
if (document.readyState !== "loading") markCurrentRow();

// Who reads older texts keeps their place when a new one arrives below; who reads the newest sees it come.
const NEAR_THE_END_PX = 40;
let heightBefore = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "thread-tail") return;
  const scroller = event.target.closest(".thread-scroll");
  heightBefore = scroller.scrollTop < -NEAR_THE_END_PX ? scroller.scrollHeight : null;
});
document.addEventListener("htmx:afterSwap", () => {
  if (heightBefore === null) return;
  const scroller = document.querySelector(".thread-scroll");
  if (scroller) scroller.scrollTop -= scroller.scrollHeight - heightBefore;
  heightBefore = null;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = [...document.querySelectorAll(".row")];
  const here = rows.indexOf(document.activeElement);
  if (here < 0) return;
  event.preventDefault();
  rows[here + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
});

// <mark-read data-url="…"> marks a conversation read once it is on a screen that somebody looks at:
// a tab in the background must not make a text count as read.
class MarkRead extends HTMLElement {
  connectedCallback() {
    document.addEventListener("visibilitychange", this.look);
    this.look();
  }

  look = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", this.look);
    // From the body, whose headers carry the CSRF token: a redraw may take this element away at the same moment.
    window.htmx.ajax("POST", this.dataset.url, { source: document.body, swap: "none" });
  };

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.look);
  }
}

customElements.define("mark-read", MarkRead);
