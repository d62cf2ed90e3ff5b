"""GET /health: real checks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import Heartbeat


def beat(seconds_ago: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.update_or_create(name="worker@test", defaults={"kind": "worker", "beat_at": at})


@pytest.mark.parametrize("url", ["/health", "/health/"])
def test_all_is_well(db: None, url: str) -> None:
    beat(1)
    answer = Client().get(url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    body = answer.json()
    assert body.pop("time").endswith("Z")
    assert body == {"status": "ok", "checks": {"database": "ok", "broker": "ok", "workers": "ok"}}


def test_without_workers(db: None) -> None:
    beat(3600)
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()["checks"]) == (
        503,
        {"database": "ok", "broker": "ok", "workers": "down"},
    )


def test_a_host_whose_clock_is_fast_finds_the_workers(db: None, time_machine: Any) -> None:
    Heartbeat.objects.create(name="worker@test", kind="worker", beat_at=Now())
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    assert Client().get("/health").status_code == 200


def test_a_host_whose_clock_is_slow_sees_that_workers_are_gone(db: None, time_machine: Any) -> None:
    Heartbeat.objects.create(name="worker@test", kind="worker", beat_at=Now() - timedelta(minutes=1))
    time_machine.move_to(timezone.now() - timedelta(minutes=2))
    assert Client().get("/health").json()["checks"]["workers"] == "down"


def test_without_the_broker(db: None, settings: object) -> None:
    beat(1)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"  # type: ignore[attr-defined]
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()["checks"]["broker"]) == (503, "down")


def test_it_only_reads(db: None) -> None:
    assert Client().post("/health").status_code == 405
    assert Client().head("/health").content == b""
