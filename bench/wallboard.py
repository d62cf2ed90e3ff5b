"""How long a status takes from an agent's page to every supervisor's wallboard, with real browsers.

    .venv/bin/python bench/wallboard.py [--agents 20] [--supervisors 2] [--changes 100]

Every agent has their day open, every supervisor the wallboard, each in a browser of their own (headless Chromium). One
agent after the other chooses another status; the clock runs from their choice until the tile on each wallboard has
changed. Then the wallboards' figures are compared with what the API says at the same moment: API, wallboards, API
again, and only where both answers of the API are the same, so that nothing moved in between.
"""

import argparse
import itertools
import json
import shutil
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.common import PASSWORD, Installation, Result, installation, machine, report, say

TARGET_SECONDS = 1.0
STATUSES = ("AVAILABLE", "BREAK", "BUSY", "TRAINING", "WRAP_UP")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
_PEOPLE = """
from django.db.models.functions import Now
from agents.models import Agent
from contactcenter.core.models import Organization, User
org = Organization.objects.get(slug="aurora")
known = User.objects.get(email="agent@aurora.example")
for role, count in (("AGENT", {agents}), ("SUPERVISOR", {supervisors})):
    for number in range(count):
        email = f"bench-{{role.lower()}}-{{number}}@aurora.example"
        user = User(organization=org, email=email, first_name=f"Bench {{number}}", role=role, password=known.password)
        user.welcomed_at = Now()
        user.save()
        if role == "AGENT":
            Agent.all_orgs.create(organization=org, user=user)
"""
# Every change of a tile, with the moment at which this page had it.
_WATCH = """
() => {
  window.changes = [];
  const seen = new Map();
  const look = () => {
    for (const tile of document.querySelectorAll(".wall-person")) {
      const { status } = tile.dataset;
      if (seen.get(tile.id) !== status) window.changes.push([tile.id, status, Date.now()]);
      seen.set(tile.id, status);
    }
  };
  look();
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ["data-status"] };
  new MutationObserver(look).observe(document.getElementById("main"), options);
}
"""
_CHOOSE = """
(status) => {
  const field = document.getElementById("own-status");
  field.value = status;
  const at = Date.now();
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return at;
}
"""
_SHOWN = """
() => ({
  statuses: Object.fromEntries(
    [...document.querySelectorAll(".wall-person")].map((tile) => [tile.id.slice(6), tile.dataset.status]),
  ),
  free: Number(document.getElementById("wall-free").textContent),
  calls: Number(document.getElementById("wall-calls").textContent),
})
"""


def open_page(browser: Browser, url: str, email: str, path: str) -> Page:
    """Log in in a browser of its own and open a page with its live stream."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{url}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/sms/")
    page.goto(url + path)
    page.wait_for_selector("live-stream[data-state=open]", state="attached")
    return page


def agent_id_of(page: Page) -> str:
    """Return the profile's id, as the page's own switch names it."""
    waits_for = page.locator("#own-switch [hx-trigger^='agents:']").get_attribute("hx-trigger") or ""
    return waits_for.split(" ")[0].removeprefix("agents:changed-")


def measure(agents: list[Page], walls: list[Page], changes: int) -> list[float]:
    """Let one agent after the other choose another status; return the seconds until each wallboard had it."""
    ids = [agent_id_of(page) for page in agents]
    for wall in walls:
        wall.evaluate(_WATCH)
    statuses, seconds = itertools.cycle(STATUSES), []
    for number in range(changes):
        agent, tile, status = agents[number % len(agents)], f"agent-{ids[number % len(ids)]}", next(statuses)
        if agent.locator("#own-status").input_value() == status:
            status = next(statuses)
        chosen_at = agent.evaluate(_CHOOSE, status)
        for wall in walls:
            wanted = [tile, status, chosen_at]
            wall.wait_for_function(
                "([t, s, at]) => window.changes.some((c) => c[0] === t && c[1] === s && c[2] >= at)", arg=wanted
            )
            arrived = [at for name, word, at in wall.evaluate("window.changes") if (name, word) == (tile, status)]
            seconds.append((min(at for at in arrived if at >= chosen_at) - chosen_at) / 1000)
    return seconds


def api_says(page: Page, url: str) -> dict[str, object]:
    """Return what the API says now, in the words of the wallboard."""
    rows = json.loads(page.request.get(f"{url}/api/agents?limit=100").text())
    count = json.loads(page.request.get(f"{url}/api/agents/available/count").text())
    calls = json.loads(page.request.get(f"{url}/api/dashboard/overview").text())
    return {
        "statuses": {row["id"]: row["status"] for row in rows},
        "free": count["available_agents"],
        "calls": len(calls["activeCalls"]),
    }


def compare(walls: list[Page], url: str) -> bool:
    """Whether every wallboard shows what the API says at the same moment; says what differs."""
    for _attempt in range(20):
        before = api_says(walls[0], url)
        shown = [wall.evaluate(_SHOWN) for wall in walls]
        if before == api_says(walls[0], url) and all(one == before for one in shown):
            say(f"API and wallboards agree: {dict(Counter(before['statuses'].values()))}, {before['free']} available")  # type: ignore[attr-defined]
            return True
        time.sleep(0.5)
    say(f"API and wallboards differ: {before} / {shown}")
    return False


def run(stack: Installation, *, agents: int, supervisors: int, changes: int) -> tuple[list[float], bool]:
    """Open all pages against a running web server, and measure."""
    stack.manage("shell", "--command", _PEOPLE.format(agents=agents, supervisors=supervisors))
    url = f"http://127.0.0.1:{stack.serve('uvicorn')}"
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        walls = [
            open_page(browser, url, f"bench-supervisor-{number}@aurora.example", "/supervisor/")
            for number in range(supervisors)
        ]
        pages = [
            open_page(browser, url, f"bench-agent-{number}@aurora.example", "/operator/") for number in range(agents)
        ]
        say(f"{supervisors} wallboards and {agents} agents are open")
        measure(pages, walls, len(pages))  # Everything has been asked for once.
        seconds = measure(pages, walls, changes)
        agrees = compare(walls, url)
        browser.close()
    return seconds, agrees


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--supervisors", type=int, default=2)
    parser.add_argument("--changes", type=int, default=100)
    given = parser.parse_args()
    with installation() as stack:
        seconds, agrees = run(stack, agents=given.agents, supervisors=given.supervisors, changes=given.changes)
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    say(f"\n{machine()}\n\nstatus to wallboard: p50 {p50:.3f} s, p95 {p95:.3f} s, longest {max(seconds):.3f} s")
    floor, product = f"{TARGET_SECONDS:.1f} s", f"{p95:.3f} s"
    report([Result("status to every wallboard, p95", p95 / TARGET_SECONDS, 1.0, False, floor, product)])
    sys.exit(0 if agrees and p95 < TARGET_SECONDS else 1)


if __name__ == "__main__":
    main()
