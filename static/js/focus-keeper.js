// A swap that takes the focused control away must not throw the focus back to the top of the page: it goes to the
// control of the same name, else to the next row, else to the nearest part that is still there.

let lost = null;

document.addEventListener("htmx:beforeSwap", () => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return;
  lost = { ids: [], row: [...document.querySelectorAll(".row")].indexOf(focused) };
  for (let part = focused; part && part !== document.body; part = part.parentElement) if (part.id) lost.ids.push(part.id);
});

function nearest({ ids, row }) {
  const same = document.getElementById(ids[0]);
  if (same || row < 0) return same ?? ids.map((id) => document.getElementById(id)).find(Boolean);
  const rows = document.querySelectorAll(".row");
  return rows[Math.min(row, rows.length - 1)] ?? document.getElementById("rows");
}

function restore() {
  const before = lost;
  lost = null;
  // Still there is not enough: a morph takes the tabindex away that let a part have the focus.
  if (!before || document.activeElement !== document.body) return;
  const target = nearest(before);
  if (!target) return;
  target.focus({ preventScroll: true });
  if (document.activeElement === target) return;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

document.addEventListener("htmx:afterSettle", restore);
// What is replaced by nothing does not settle.
document.addEventListener("htmx:afterRequest", restore);

// In a table that is wider than its page, Tab may come to a figure of which the browser shows no more than an edge.
document.addEventListener("focusin", ({ target }) => {
  if (target.closest(".table-scroll table")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
