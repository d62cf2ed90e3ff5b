// On the whole screen, and only there, what the wallboard says is as large as there is room for: with few agents it can
// be read from farther away, with many nothing has to be scrolled.
const SCALES = [2, 1.8, 1.6, 1.45, 1.3, 1.15, 1];
const OWN = "--wall-scale";

function fit() {
  const wall = document.querySelector(".wall");
  if (!wall) return;
  if (document.fullscreenElement !== wall) {
    wall.style.removeProperty(OWN);
    wall.removeAttribute("data-roomy");
    return;
  }
  SCALES.find((scale) => {
    wall.style.setProperty(OWN, scale);
    wall.toggleAttribute("data-roomy", scale > 1);
    return isInside(wall);
  });
}

function isInside(wall) {
  const isFlat = (part) => part.scrollHeight <= part.clientHeight + 1;
  const isNarrow = (part) => part.scrollWidth <= part.clientWidth + 1;
  const all = (parts) => [...wall.querySelectorAll(parts)];
  return [wall, ...all(".wall-agents, .wall-side")].every(isFlat) && all(".wall-status, .wall-time, .wall-value").every(isNarrow);
}

for (const [target, event] of [
  [document, "fullscreenchange"],
  [document, "htmx:afterSettle"],
  [window, "resize"],
]) {
  target.addEventListener(event, fit);
}
