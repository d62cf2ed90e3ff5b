"""From the written topics to calls, as they would have happened before `now`."""

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import cycle
from random import Random
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from agents.models import Agent
from calls.demo import clock, history
from calls.demo.campaigns import Campaigns
from calls.demo.rows import Rows
from calls.demo.script import Profile, Topic
from calls.demo.transcripts import write_down
from calls.demo.world import World
from calls.enums import CallDirection, CallStatus, Placing
from calls.models import Call
from contactcenter.core.ids import id_at
from contactcenter.core.models import Organization, Provider

_INBOUND_SHARE = 0.55
_STRANGERS = 0.2
_WITHHELD = "anonymous"
# How calls end that ring at somebody: cards to be shuffled, so that every end is seen before one is seen too often.
_INBOUND_ENDS = (*[CallStatus.COMPLETED] * 7, CallStatus.NO_ANSWER)
_OUTBOUND_ENDS = (
    *[CallStatus.COMPLETED] * 17,
    *[CallStatus.NO_ANSWER] * 4,
    *[CallStatus.BUSY] * 2,
    CallStatus.FAILED,
    CallStatus.CANCELED,
)
_NOTED, _ORDERED, _SPOKEN = 0.5, 0.25, 0.3


class Builder:
    """Makes the calls of one organization, oldest first, so that nobody holds two at once."""

    def __init__(self, org: Organization, profile: Profile, *, now: datetime) -> None:
        self.org = org
        self.profile = profile
        self.now = now
        self.chance = Random(f"calls of {org.slug}")  # noqa: S311 - not a secret, and always the same.
        self.world = World(org)
        self.rows = Rows(org)
        self.campaigns = Campaigns(org, profile, now=now)
        self.rows.campaigns = self.campaigns.rows
        self.busy_until: dict[Agent, datetime] = {}
        self.dialogues = cycle(profile.dialogues)
        self.decks: dict[tuple[CallStatus, ...], list[CallStatus]] = {}

    def build(self) -> Rows:
        """Return all rows, to be inserted."""
        zone = ZoneInfo(self.org.time_zone)
        for at in clock.moments(self.profile, zone=zone, now=self.now, chance=self.chance):
            agent = self._free_agent(at)
            if agent is None or self.chance.random() < _INBOUND_SHARE:
                self._inbound(at)
            else:
                self._outbound(at, agent)
        return self.rows

    def _free_agent(self, at: datetime, *, with_phone: bool = False) -> Agent | None:
        free = [one for one in self.world.agents if self.busy_until.get(one, at) <= at]
        free = [one for one in free if one.phone_number or not with_phone]
        return self.chance.choice(free) if free else None

    def _inbound(self, at: datetime) -> None:
        is_withheld = self.chance.random() < _STRANGERS / 4
        number = _WITHHELD if is_withheld else self.world.somebody(self.chance) or self._stranger()
        call = self._call(at, CallDirection.INBOUND, number)
        agent = self._free_agent(at, with_phone=True)
        if agent is None:
            history.take_message(call, self.rows, self.chance)
            return
        if self._end(_INBOUND_ENDS) == CallStatus.COMPLETED:
            self._talk(call, agent, self.chance.choice(self.profile.inbound))
            history.rang_and_talked(call, agent, self.rows)
        elif self.chance.random() < 0.5:
            history.caller_gave_up(call, agent, self.rows, self.chance)
        else:
            history.rang_in_vain(call, agent, self.rows, self.chance)
        self.busy_until[agent] = call.ended_at or at

    def _outbound(self, at: datetime, agent: Agent) -> None:
        campaign = self.campaigns.at(at, self.chance)
        is_stranger = campaign is None and self.chance.random() < _STRANGERS
        number = self._stranger() if is_stranger else self.world.somebody(self.chance) or self._stranger()
        call = self._call(at, CallDirection.OUTBOUND, number)
        call.placed_by = call.agent = agent.user
        call.campaign = campaign.row if campaign else None
        end = self._end(_OUTBOUND_ENDS)
        if end == CallStatus.COMPLETED:
            self._talk(call, agent, self.chance.choice(campaign.topics if campaign else self.profile.outbound))
            history.dialled_and_talked(call, agent, self.rows)
        else:
            history.dialled_in_vain(call, agent, end, self.rows, self.chance)
        self.busy_until[agent] = call.ended_at or at

    def _end(self, ends: tuple[CallStatus, ...]) -> CallStatus:
        deck = self.decks.setdefault(ends, [])
        if not deck:
            deck += self.chance.sample(ends, len(ends))
        return deck.pop()

    def _stranger(self) -> str:
        return self.chance.choice(self.profile.strangers).format(self.chance.randrange(400, 500))

    def _call(self, at: datetime, direction: CallDirection, number: str) -> Call:
        """Return a call that begins; what became of it is filled in by its history."""
        line = self.world.line_for(number)
        is_inbound = direction == CallDirection.INBOUND
        key = f"demo:{self.org.slug}:{at.isoformat()}"
        call = Call(
            id=id_at(at, f"call {key}"),
            organization=self.org,
            direction=direction,
            from_number=number if is_inbound else line.address,
            to_number=line.address if is_inbound else number,
            contact=self.world.contacts.get(number),
            account=line.account,
            provider=line.account.provider,
            placing=Placing.NONE if is_inbound else Placing.PLACED,
            claims=0 if is_inbound else 1,
            started_at=at,
            created_at=at,
            duration=0,
        )
        if call.provider == Provider.TWILIO:
            call.provider_call_id = "CA" + sha256(key.encode()).hexdigest()[:32]
        else:
            call.provider_call_id = "v3:" + sha256(key.encode()).hexdigest()
            call.provider_leg_id = str(uuid5(NAMESPACE_URL, f"{key}:leg"))
            call.provider_session_id = str(uuid5(NAMESPACE_URL, f"{key}:session"))
        self.rows.calls.append(call)
        return call

    def _talk(self, call: Call, agent: Agent, topic: Topic) -> None:
        """Let both talk, from some seconds after the beginning."""
        number = call.from_number if call.direction == CallDirection.INBOUND else call.to_number
        is_spoken = number.startswith(self.profile.spoken) and call.direction == CallDirection.INBOUND
        dialogue = next(self.dialogues) if is_spoken and self.chance.random() < _SPOKEN else None
        topic = dialogue.topic if dialogue else topic
        seconds = clock.talk_seconds(topic.usual_seconds, self.chance)
        call.status, call.agent = CallStatus.COMPLETED, agent.user
        call.answered_at = call.started_at + timedelta(seconds=self.chance.randint(6, 24))
        call.ended_at = call.answered_at + timedelta(seconds=seconds)
        call.duration = seconds
        call.disposition = topic.disposition
        if self.chance.random() < _NOTED:
            call.notes = self.chance.choice(topic.notes)
        if self.chance.random() < _ORDERED:
            call.metadata = {"reference": str(self.chance.randint(61_000, 92_000))}
        if topic.is_escalated:
            call.supervisor = self.world.supervisor
        if dialogue is not None:
            write_down(call, dialogue, self.rows, self.chance)
