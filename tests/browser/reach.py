"""What whoever goes by keyboard, or asked for less motion, finds on an open page."""

from playwright.sync_api import Page

from tests.browser.audit import drawn

MOST_STEPS = 80
_LOOKS = ("outline-style", "outline-width", "outline-color", "box-shadow", "border-color", "background-color")
# How everything looks that the focus may come to, before it comes.
_REMEMBER = """looks => {
    window.lookOf = (element) => looks.map((name) => getComputedStyle(element).getPropertyValue(name)).join();
    window.before = new WeakMap();
    const may = [...document.querySelectorAll("*")].filter((element) => element.tabIndex >= 0);
    for (const element of may) before.set(element, lookOf(element));
}"""
# The focus is on something that looks different now, itself or (a file's button) what it lies in, and of which a
# corner or the middle is neither covered nor out of sight.
_SEE = """() => {
    const here = document.activeElement;
    if (!here || here === document.body || here === window.seen) return null;
    window.seen ??= here;
    const name = here.id || here.getAttribute("href") || here.className || here.tagName;
    const frame = here.closest(".file-button, label.btn") ?? here;
    const style = getComputedStyle(frame);
    const isRinged = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const isMarked = isRinged || (frame === here && before.has(here) && before.get(here) !== lookOf(here));
    const { left, right, top, bottom } = frame.getClientRects()[0] ?? frame.getBoundingClientRect();
    const spots = [[left + right, top + bottom], [2 * left + 6, 2 * top + 6], [2 * right - 6, 2 * bottom - 6]];
    const isSeen = spots.some(([x, y]) => {
        const top = document.elementFromPoint(x / 2, y / 2);
        return top && (frame.contains(top) || top.contains(frame) && top.matches("a, button, label, summary"));
    });
    return { name, wrong: (isMarked ? "" : " has no mark") + (isSeen ? "" : " is not in sight") };
}"""
_MOVES = """() => [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    const times = `${style.transitionDuration},${style.animationName === "none" ? "0s" : style.animationDuration}`;
    return times.split(",").some((time) => parseFloat(time) > 0.001) || style.scrollBehavior === "smooth";
}).map((element) => element.id || element.className || element.tagName)"""


# Past what is the same on every page, as the link at its beginning leads.
_PAST_THE_FRAME = "() => document.querySelector('main[tabindex]')?.focus()"


def walked(page: Page, *, all_of_it: bool) -> list[str]:
    """Go through the page by Tab, or through what is in its frame; return the stations at which one would be lost."""
    page.evaluate("document.activeElement?.blur()")
    page.evaluate(_REMEMBER, _LOOKS)
    if not all_of_it:
        page.evaluate(_PAST_THE_FRAME)
    wrong = []
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        station = page.evaluate(_SEE)
        if station is None:
            break
        if station["wrong"]:  # Or only being drawn anew, or scrolled to.
            drawn(page)
            station = page.evaluate(_SEE) or station
        wrong += [station["name"] + station["wrong"]] if station["wrong"] else []
    return wrong


def moving(page: Page) -> list[str]:
    """Return what moves although it was asked not to."""
    return [str(element) for element in page.evaluate(_MOVES)]
