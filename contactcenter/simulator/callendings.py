"""The table of destinations for calls: the last four digits of the number that is called choose what happens.

docs/simulator.md shows the same table to people; a test compares the two.
"""

from __future__ import annotations

from .calloutcomes import UNTIL_WE_HANG_UP, CallOutcome, Phone
from .endings import Ending, both
from .outcomes import Answer, Refusal


def _refused(http_status: int, code: str, *, retry_after: float | None = None, times: int = 0) -> CallOutcome:
    refusal = Refusal(http_status, code, retry_after=retry_after, times=times)
    return CallOutcome(answer=Answer.REFUSE, accepted=False, refusal=refusal)


def _faulty(answer: Answer, *, accepted: bool) -> CallOutcome:
    return CallOutcome(answer=answer, accepted=accepted)


# Short, because the create request is answered only when the call is over.
_BACKWARDS = CallOutcome(early=True, before_ringing=0.2, rings=0.3, talks=1.0)

CALL_ENDINGS: dict[str, Ending[CallOutcome]] = {
    "0001": Ending("invalid number, refused", _refused(400, "21211"), _refused(422, "10016")),
    "0004": Ending(
        "too fast: 429 twice per number, then accepted",
        _refused(429, "20429", retry_after=1, times=2),
        _refused(429, "10011", retry_after=1, times=2),
    ),
    "0005": both("500 after accepting", _faulty(Answer.SERVER_ERROR, accepted=True)),
    "0006": both("500 without accepting", _faulty(Answer.SERVER_ERROR, accepted=False)),
    "0007": both("accepts and never answers the request", _faulty(Answer.HANG, accepted=True)),
    "0008": both("cuts the socket after accepting", _faulty(Answer.CUT, accepted=True)),
    "0009": both("cuts the socket before accepting", _faulty(Answer.CUT, accepted=False)),
    "0013": both("events backwards, the last before the answer", _BACKWARDS),
    "0014": both("every event three times at once", CallOutcome(copies=(3, 3))),
    "0015": both("no events at all", CallOutcome(silent=True)),
    "0016": both("events 20 s late", CallOutcome(late=20.0)),
    "0019": both("truncated 2xx after accepting", _faulty(Answer.TRUNCATED, accepted=True)),
    "0020": both("200 with HTML after accepting", _faulty(Answer.HTML, accepted=True)),
    "0022": both("slow answer to the request, 2 s", CallOutcome(latency=2.0)),
    "0031": both("busy", CallOutcome(phone=Phone.BUSY)),
    "0032": both("no answer: rings until the time-out", CallOutcome(phone=Phone.NO_ANSWER)),
    "0033": both("failed: no such line", CallOutcome(phone=Phone.FAILED)),
    "0034": both("answers and hangs up at once", CallOutcome(talks=0.0)),
    "0035": both("talks until we hang up", CallOutcome(talks=UNTIL_WE_HANG_UP)),
    "0036": both("all events in random order", CallOutcome(shuffle=True)),
    "0037": both("each event one to three times, in random order", CallOutcome(shuffle=True, copies=(1, 3))),
    "0038": both("rejected by whoever is called", CallOutcome(phone=Phone.REJECTED)),
    "0039": both("an answering machine, 10 s", CallOutcome(machine=True, talks=10.0)),
}

# 0016 would make a run of many calls long, 0035 endless.
NASTY_CALLS = tuple(ending for ending in CALL_ENDINGS if ending not in ("0016", "0035"))
