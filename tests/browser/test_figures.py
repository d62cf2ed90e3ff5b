"""The pages of figures: the chart says no more than its table, and is still there after a refresh."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
DRAWN = """async (element) => {
    const chart = window.Chart.getChart(element.shadowRoot.querySelector("canvas"));
    const looks = chart.data.datasets.map((one) => [one.borderDash ?? [], one.pointStyle]);
    return [chart.data.labels.length, looks];
}"""


def test_the_chart_says_what_the_table_says(stack: Stack, new_context: NewContext) -> None:
    page = log_in(new_context(), stack, "supervisor@aurora.example")
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
