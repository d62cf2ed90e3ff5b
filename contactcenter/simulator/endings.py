"""The table of destinations: the last four digits of the recipient choose what happens to the message.

docs/simulator.md shows the same table to people; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from .outcomes import NORMAL, NORMAL_STEPS, Answer, Outcome, Reply, Step, Taking, ends, faulty, refused

Plan = TypeVar("Plan", bound=Taking)


@dataclass(frozen=True, slots=True)
class Ending(Generic[Plan]):
    """One row of the table: what it imitates and the outcome at each provider."""

    title: str
    twilio: Plan
    telnyx: Plan


def both(title: str, outcome: Plan) -> Ending[Plan]:
    """Return a row that is the same at both providers."""
    return Ending(title, outcome, outcome)


_UNKNOWN_WORD = (Step("sending", 0.3), Step("rerouting", 0.6), Step("delivered", 1.2))
_LATE = (Step("sending", 0.3), Step("sent", 20.0), Step("delivered", 20.5))

ENDINGS: dict[str, Ending[Outcome]] = {
    "0001": Ending("invalid number, refused", refused(400, "21211"), refused(400, "40310")),
    "0002": Ending("landline", refused(400, "21614"), ends("undelivered", "40001")),
    "0003": Ending("opted out, refused", refused(400, "21610"), refused(400, "40300")),
    "0004": Ending(
        "too fast: 429 twice per text, then accepted",
        refused(429, "20429", retry_after=1, times=2),
        refused(429, "10011", retry_after=1, times=2),
    ),
    "0005": both("500 after accepting", faulty(Answer.SERVER_ERROR, accepted=True)),
    "0006": both("500 without accepting", faulty(Answer.SERVER_ERROR, accepted=False)),
    "0007": both("accepts and never answers", faulty(Answer.HANG, accepted=True)),
    "0008": both("cuts the socket after accepting", faulty(Answer.CUT, accepted=True)),
    "0009": both("cuts the socket before accepting", faulty(Answer.CUT, accepted=False)),
    "0010": Ending("undelivered, no such phone", ends("undelivered", "30005"), ends("undelivered", "40012")),
    "0011": Ending("failed, sender not registered", ends("failed", "30034"), ends("failed", "40010")),
    "0012": both("sent, never a final report", Outcome(steps=NORMAL_STEPS[:2], reply=None)),
    "0013": both("callbacks backwards, the last before the answer", replace(NORMAL, early=True)),
    "0014": both("every callback three times at once", replace(NORMAL, duplicate=3)),
    "0015": both("no callbacks at all", replace(NORMAL, silent=True, reply=None)),
    "0016": both("callbacks 20 s late", replace(NORMAL, steps=_LATE)),
    "0017": both("the customer answers with a picture", replace(NORMAL, reply=Reply(media_count=1))),
    "0018": both("the customer answers STOP", replace(NORMAL, reply=Reply(text="STOP", opt_out_type="STOP"))),
    "0019": both("truncated 2xx after accepting", faulty(Answer.TRUNCATED, accepted=True)),
    "0020": both("200 with HTML after accepting", faulty(Answer.HTML, accepted=True)),
    "0021": both("a status word nobody knows, then delivered", replace(NORMAL, steps=_UNKNOWN_WORD)),
    "0022": both("slow answer, 2 s", replace(NORMAL, latency=2.0)),
    "0023": both("delivered to a silent customer", replace(NORMAL, reply=None)),
}

NASTY_ENDING = "0099"  # any of the others, by the seeded generator
NASTY_CHOICES = tuple(ending for ending in ENDINGS if ending not in ("0016", "0017", "0018"))
