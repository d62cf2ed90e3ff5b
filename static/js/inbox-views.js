// The menu of views is a <details>, which works without a script. With one, Escape and a click elsewhere close it, and
// the focus stays near when the list is drawn anew.

document.addEventListener("click", (event) => {
  const menu = document.querySelector(".views[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".views[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "inbox-list") return;
  const here = document.activeElement;
  // What had the focus is gone, or stands in the menu that is closed again.
  if (here === document.body || here.closest(".views:not([open]) nav")) document.getElementById("views-summary")?.focus();
});
