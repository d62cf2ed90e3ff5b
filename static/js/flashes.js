// Messages over the page: they can be put away, and a request that failed says so instead of nothing.

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest(".flash")?.remove();
});

// What only confirms goes by itself; errors stay until somebody has read them.
const CONFIRMS_FOR_MS = 8000;
for (const flash of document.querySelectorAll(".flash:not(.flash-error)")) {
  setTimeout(() => flash.matches(":hover, :focus-within") || flash.remove(), CONFIRMS_FOR_MS);
}

function show(templateId) {
  const flashes = document.getElementById("flashes");
  const template = document.getElementById(templateId);
  flashes?.replaceChildren(template.content.cloneNode(true));
}

// Background refreshes fail silently: the next one comes by itself, and the composer keeps its text.
const wasAsked = (event) => !event.detail.elt?.hasAttribute("data-quiet") && isAskedFor(event);
const isAskedFor = (event) => event.detail.requestConfig?.verb !== "get" || event.detail.requestConfig?.triggeringEvent?.type === "click";

document.addEventListener("htmx:sendError", (event) => wasAsked(event) && show("flash-offline"));
document.addEventListener("htmx:timeout", (event) => wasAsked(event) && show("flash-offline"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr?.status;
  // The session ended (the answer is the log-in page or a refusal): the whole page must say so.
  if (status === 401) window.location.reload();
  else if (wasAsked(event)) show(status >= 500 ? "flash-offline" : "flash-refused");
});
