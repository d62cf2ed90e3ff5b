"""The pages of figures: axe finds nothing on them, and the chart says no more than its table."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewContext, log_in
from tests.browser.test_accessibility import problems
from tests.stack import Stack

pytestmark = pytest.mark.browser
PATHS = ("", "/texts?range=30", "/agents?range=30", "/campaigns?range=90", "/exports/", "/reports/", "/costs")
DRAWN = """async (element) => {
    const chart = window.Chart.getChart(element.shadowRoot.querySelector("canvas"));
    const looks = chart.data.datasets.map((one) => [one.borderDash ?? [], one.pointStyle]);
    return [chart.data.labels.length, looks];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_figures_can_be_read_by_everybody(
    stack: Stack, new_context: NewContext, width: int, theme: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = log_in(context, stack, "supervisor@aurora.example")
    wrong = {}
    for path in PATHS:
        page.goto(f"{stack.url}/analytics{path}")
        wrong[path] = problems(page)
    page.goto(f"{stack.url}/help/metrics/#total")
    wrong["definitions"] = problems(page)
    page.goto(f"{stack.url}/analytics?range=30&by=day")
    chart = page.locator("figure-chart")
    labels, looks = chart.evaluate(DRAWN)
    assert labels == page.locator(".figure-table").first.locator("tbody tr").count() == 30
    assert looks == [[[], "circle"], [[6, 4], "triangle"]]
    expect(page.locator("live-stream[data-state=open]")).to_have_count(1)
    # What is asked again is the same page, and the drawing is still there.
    with page.expect_response(lambda answer: "/analytics?" in answer.url):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('sms:conversation-changed'))")
    assert chart.evaluate(DRAWN) == [labels, looks]
    page.locator(".tile-figure").first.click()
    wrong["rows"] = problems(page)

    assert {name: found for name, found in wrong.items() if found} == {}
