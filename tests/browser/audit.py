"""What is wrong with an open page: axe's rules, what scrolls sideways, at each width and in both themes."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

HEIGHT = 800
Views = tuple[tuple[int, str], ...]
EVERYWHERE: Views = ((360, "light"), (360, "dark"), (768, "light"), (1280, "light"), (1280, "dark"))
# For pages that are made of the same parts as others: every width, and both themes.
SPREAD: Views = ((360, "dark"), (768, "light"), (1280, "light"))
_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme changes, and what a width does that shows nothing else than the ones beside it.
_COLOURS = ["color-contrast", "link-in-text-block"]
_SIZES = ["target-size", "scrollable-region-focusable"]
_BETWEEN = {768}
# Chromium runs an injected script in spite of the page's policy only as a debugger's; it stays until the next page.
_RUN = "([part, options]) => axe.run(part || document, options).then(found => found.violations)"
# What scrolls by itself, for the keyboard too (axe looks after that); everything else has to fit.
_MAY_SCROLL = ".table-scroll, .figure-tabs, .overflow-x-auto, pre, .inline-group, .results"
_SIDEWAYS = f"""() => [...document.querySelectorAll("html, body *")].filter((box) => box.checkVisibility()
    && box.scrollWidth > box.clientWidth + 1 && !box.matches("{_MAY_SCROLL}")
    && (box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflowX)))
    .map((box) => "scrolls sideways: " + (box.id || box.className || box.tagName))"""


def settled(page: Page) -> None:
    """Wait until nothing is asked for any more."""
    page.wait_for_load_state("load")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def drawn(page: Page) -> None:
    """Wait until what changed is on the screen: a theme is in all computed colours only then.

    The admin's links fade from one theme's colours to the other's; in between they are of neither.
    """
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
    page.wait_for_function("() => !document.getAnimations().some((one) => one instanceof CSSTransition)")


def sideways(page: Page) -> list[str]:
    """Return what is too wide for the window."""
    return [str(box) for box in page.evaluate(_SIDEWAYS)]


def problems(page: Page, part: str = "", rules: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with the page as it is now, or with what `part` selects; by these rules, or by all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _ALL}
    found = page.evaluate(_RUN, [part, {"runOnly": only, "resultTypes": ["violations"], "preload": False}])
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found] + sideways(page)


def seen(page: Page, views: Views, part: str = "") -> dict[str, list[str]]:
    """Return what is wrong, by width and theme. The page has no theme of its own choice.

    Each width is judged by all rules once, and by those of the colours in its other theme.
    """
    wrong, judged = {}, set[int]()
    for width, theme in views:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        drawn(page)
        rules = _COLOURS if width in judged else _SIZES if width in _BETWEEN else []
        wrong[f"{width} {theme}"] = problems(page, part, rules)
        judged.add(width)
    return {where: found for where, found in wrong.items() if found}
