"""What became of every text, by the carrier's own list."""

from collections import Counter
from dataclasses import dataclass, field

from bench.common import Installation
from bench.proof.feeding import Feed
from tests.carrier import sent_twice

UNDER_WAY = ("queued", "claimed", "sending")
# Not taken by the carrier is right for these: they failed for certain, or doubt is what is said.
_MAY_BE_MISSING = ("failed", "uncertain", "held")
_REPORTED_FAILED = """
SELECT m.body FROM sms_message AS m JOIN sms_providerevent AS e ON e.message_id = m.id WHERE e.status = 'failed'
"""
_NEXT_TEXT = """
SELECT extract(epoch FROM min(a.dialled_at)) FROM sms_attempt AS a JOIN sms_message AS m ON m.id = a.message_id
WHERE m.created_at > to_timestamp(%s)
"""


@dataclass
class Verdict:
    """The counts of one run; all of the promises are about zeros."""

    accepted: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    unreadable: int = 0
    lies: int = 0
    inbound: int = 0
    inbound_lost: int = 0
    inbound_doubled: int = 0
    states: Counter[str] = field(default_factory=Counter)

    @property
    def is_kept(self) -> bool:
        broken = (self.lost, self.doubled, self.unreadable, self.lies, self.inbound_lost, self.inbound_doubled)
        return not any(broken) and self.accepted > 0


def judge(stack: Installation, feed: Feed) -> Verdict:
    """Compare the table with what was told to clients, and with what the carrier took."""
    truth = [entry for entry in stack.carrier.truth() if entry["body"].startswith("proof ")]
    taken = {entry["body"] for entry in truth}
    rows = dict(stack.query("SELECT body, status FROM sms_message WHERE body LIKE 'proof %%'"))
    reported = {body for (body,) in stack.query(_REPORTED_FAILED)}
    unsent = [body for body, status in rows.items() if body not in taken and status not in _MAY_BE_MISSING]
    verdict = Verdict(
        accepted=len(feed.accepted),
        refused=len(feed.refused),
        lost=len(feed.accepted - set(rows)) + len(unsent),
        doubled=len(sent_twice(truth)),
        unreadable=sum(1 for status in rows.values() if status in UNDER_WAY),
        lies=sum(1 for body, status in rows.items() if status == "failed" and body in taken and body not in reported),
        states=Counter(rows.values()),
    )
    _judge_inbound(stack, verdict)
    return verdict


def _judge_inbound(stack: Installation, verdict: Verdict) -> None:
    """Texts that we answered with a 2xx are ours to keep; those that never reached us are not counted as lost."""
    written = [entry for entry in stack.carrier.truth(direction="inbound") if entry["body"].startswith("inbound ")]
    rows = stack.query("SELECT body, count(*) FROM sms_message WHERE body LIKE 'inbound %%' GROUP BY 1")
    stored = dict(rows)
    verdict.inbound = sum(1 for entry in written if entry["taken"])
    verdict.inbound_lost = sum(1 for entry in written if entry["taken"] and entry["body"] not in stored)
    verdict.inbound_doubled = sum(1 for times in stored.values() if times > 1)


def seconds_to_next_text(stack: Installation, since: float) -> float | None:
    """How long after `since` (a time of the clock) the first text that was accepted later was dialled."""
    ((at,),) = stack.query(_NEXT_TEXT, since)
    return None if at is None else float(at) - since
