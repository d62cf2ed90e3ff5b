"""Wake-ups in a burst: the first at once, the rest together, none lost and none for each."""

import queue
import time
from types import SimpleNamespace

import pytest

from contactcenter.core import doorbell
from contactcenter.core.doorbell import Doorbell

Sent = queue.Queue[tuple[str, float]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What would have gone to the broker, with its moment."""
    found: Sent = queue.Queue()
    broker = SimpleNamespace(send_task=lambda name, **_options: found.put((name, time.monotonic())))
    monkeypatch.setattr(doorbell, "current_app", broker)
    return found


def test_a_burst_of_the_same_wake_up_is_sent_twice(sent: Sent) -> None:
    bell = Doorbell()
    bell.put("task", "look", "")
    _name, first_at = sent.get(timeout=5)
    for _ in range(50):
        bell.put("task", "look", "")
    name, second_at = sent.get(timeout=5)
    assert name == "look"
    assert second_at - first_at >= 0.9 * doorbell._QUIET_SECONDS
    with pytest.raises(queue.Empty):
        sent.get(timeout=4 * doorbell._QUIET_SECONDS)


def test_a_quiet_task_holds_no_other_back(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_QUIET_SECONDS", 60.0)
    bell = Doorbell()
    bell.put("task", "look", "")
    assert sent.get(timeout=5)[0] == "look"
    bell.put("task", "look", "")
    bell.put("task", "sweep", "")
    assert sent.get(timeout=5)[0] == "sweep"
