"""What stands in `deploy/` names only what /metrics exports, and every alert has its runbook."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse

from agents.figures import LOOKING
from contactcenter.core import metrics
from tests.factories import Tenant

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bvoice_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    panels = json.loads((ROOT / "deploy/grafana/voice.json").read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    return [*asked, *(rule["expr"] for rule in rules())]


def exported(text: str) -> set[str]:
    """Every name that a query may use; of a histogram those of its three series."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    histograms = {name for name, kind in kinds.items() if kind == "histogram"}
    series = {f"{name}_{suffix}" for name in histograms for suffix in ("bucket", "sum", "count")}
    return (kinds.keys() - histograms) | series


def test_dashboard_and_rules_ask_for_what_is_exported(db: None) -> None:
    names = exported(metrics.render())
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert asked - names == set()
    # And the other way: whatever is exported is looked at by somebody.
    assert {name for name in names if not name.endswith(("_sum",))} - asked == set()


def test_every_alert_has_a_runbook_and_says_how_urgent_it_is() -> None:
    document = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", document, re.MULTILINE)}
    found = {rule["alert"].lower(): rule for rule in rules()}
    assert len(found) == len(rules()) > 15
    assert found.keys() == headings
    for name, rule in found.items():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{name}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_rules_and_dashboard_name_routes_that_exist() -> None:
    named = {
        route
        for expression in expressions()
        for routes in re.findall(r'route!?[=~]+"([^"]*)"', expression)
        for route in routes.split("|")
    }
    assert {"live", "health"} <= named
    for route in named - {"none", "static"}:
        assert reverse(route)


def test_nobody_is_called_for_sweeps_because_their_figure_cannot_be_read(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An age that is missing means that nobody has ever swept only where the part that tells it could be read."""
    (rule,) = (rule for rule in rules() if rule["alert"] == "VoiceNobodySweeps")
    (part,) = re.findall(
        r"absent\(voice_sweep_age_seconds\) and on\(\) (voice_collector_up\{\S+\} == 1)$", rule["expr"]
    )
    fresh = metrics.render()
    assert "\nvoice_sweep_age_seconds" not in fresh
    assert part.replace(" ==", "") in fresh.splitlines()

    def broken(_now: object) -> list[metrics.Figure]:
        raise ZeroDivisionError

    monkeypatch.setitem(metrics._collectors, "texts", broken)
    failed = metrics.render()
    assert "\nvoice_sweep_age_seconds" not in failed
    assert part.replace(" == 1", " 0") in failed.splitlines()


def test_nobody_listens_is_told_while_agents_look_and_not_when_they_have_gone_home() -> None:
    """It asks for this moment alone, so it neither ends by itself nor begins in a fresh installation."""
    (rule,) = (rule for rule in rules() if rule["alert"] == "VoiceNobodyListens")
    assert rule["expr"] == "voice_live_streams == 0 and on() voice_agents_looking > 0"
    assert timedelta(minutes=int(rule["for"].removesuffix("m"))) > LOOKING, "pages that were just closed do not count"
    assert "hx-post=\"{% url 'agents:presence' %}\"" in (ROOT / "templates/partials/navigation.html").read_text("utf-8")
