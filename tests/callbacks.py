"""Delivery reports as they really come: shuffled, doubled, and some of them never."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from contactcenter.providers.twilio.signature import read_form, sign

PATH = "/hooks/twilio/sms/status"
# What Twilio tells of a text, and the state that each word proves.
STATES = {"queued": "accepted", "sent": "sent", "delivered": "delivered", "undelivered": "undelivered"}
_RANKS = {"queued": 10, "sent": 20, "delivered": 30, "undelivered": 30}
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Reported:
    """A text at Twilio: whose, what it is called there and here, and how it ended."""

    account_id: str
    secret: str
    sender: str
    to: str
    sid: str
    attempt: str
    end: str

    @property
    def words(self) -> tuple[str, ...]:
        """What is told of it, in the order in which it happens."""
        return ("queued", "sent", self.end)


@dataclass(frozen=True, slots=True)
class Report:
    """One callback."""

    text: Reported
    word: str

    def request(self, public_url: str) -> tuple[str, bytes, dict[str, str]]:
        """Return path, body and headers, signed as Twilio signs."""
        text, target = self.text, f"{PATH}?m={self.text.attempt}"
        fields = {
            "AccountSid": text.account_id,
            "From": text.sender,
            "To": text.to,
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "ApiVersion": "2010-04-01",
            "MessageStatus": self.word,
            "SmsStatus": self.word,
        }
        if self.word == "undelivered":
            fields["ErrorCode"] = "30003"
        body = urlencode(fields).encode()
        signature = sign(text.secret, public_url + target, read_form(body))
        return target, body, {**HEADERS, "X-Twilio-Signature": signature}


def reports_of(texts: Sequence[Reported], *, seed: str) -> list[Report]:
    """Return all reports in any order, a third of them twice, a tenth of them not at all."""
    chance = random.Random(seed)
    every = [Report(text, word) for text in texts for word in text.words]
    chance.shuffle(every)
    kept = every[len(every) // 10 :]
    doubled = kept + chance.sample(kept, len(kept) // 3)
    chance.shuffle(doubled)
    return doubled


def states_after(texts: Sequence[Reported], reports: Sequence[Report]) -> dict[str, str]:
    """Return the state of each text (by its id at Twilio) that the reports which came can prove."""
    best = {text.sid: "queued" for text in texts}
    for report in reports:
        best[report.text.sid] = max(best[report.text.sid], report.word, key=_RANKS.__getitem__)
    return {sid: STATES[word] for sid, word in best.items()}
