"""Random histories of calls and texts of two organizations: rows come, change and go, and workers run in between."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from analytics import rebuilding, rollups
from analytics.sources import SOURCES
from calls.models import Call, Campaign
from contactcenter.core.models import User
from sms.models import Conversation, Message
from tests.analytics.reference import ENDED
from tests.factories import Tenant, make_call, make_message

CALL_STATUSES = ("QUEUED", "RINGING", "IN_PROGRESS", "ON_HOLD", *ENDED)
TEXT_STATUSES = ("scheduled", "accepted", "sent", "delivered", "read", "undelivered", "failed", "blocked", "canceled")
NOW = datetime.now(UTC).replace(second=0, microsecond=0)


def _last_change(zone: str) -> datetime:
    """Return the last day on which the clocks of a zone were changed."""
    day = NOW.replace(hour=0, minute=0)
    while (
        day.astimezone(ZoneInfo(zone)).utcoffset() == (day - timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset()
    ):
        day -= timedelta(days=1)
    return day - timedelta(days=1)


# Days on which clocks were changed, and the hours before the tests began: workers go by the database's clock.
DAYS = [_last_change(zone) for zone in ("Europe/Prague", "America/St_Johns", "Australia/Lord_Howe")]

old = st.builds(
    lambda day, minutes, odd: day + timedelta(minutes=15 * minutes, microseconds=odd),
    st.sampled_from(DAYS),
    st.integers(-96, 192),
    st.sampled_from([0, 0, 1, -1]),
)
recent = st.builds(lambda minutes: NOW - timedelta(minutes=minutes), st.integers(-90, 60 * 27))
moments = st.one_of(old, recent)
prices = st.one_of(st.none(), st.decimals("0.000001", "9.99", places=6))
currencies = st.sampled_from(["EUR", "CZK"])
seconds = st.integers(0, 3600)
THEIRS = ("+420601123456", "+34600111222", "+12025550147", "+14165550123", "anonymous")


class History:
    """What happens to the rows of two organizations."""

    def __init__(self, tenants: list[Tenant], campaigns: list[list[Campaign]], talks: list[list[Conversation]]) -> None:
        self.tenants = tenants
        self.campaigns = campaigns
        self.talks = talks

    def happen(self, draw: Any) -> None:
        """Let one thing happen."""
        deeds = [self.add_call, self.change_call, self.add_text, self.change_text, self.delete, self.work, self.rebuild]
        draw(st.sampled_from([*deeds, self.add_call, self.change_call, self.add_text, self.change_text, self.work]))(
            draw
        )

    def _person(self, draw: Any, place: int) -> User | None:
        tenant = self.tenants[place]
        found: User | None = draw(st.sampled_from([None, tenant.agent, tenant.supervisor]))
        return found

    def _call(self, draw: Any, place: int, at: datetime) -> dict[str, Any]:
        status = draw(st.sampled_from(CALL_STATUSES))
        answer = draw(st.one_of(st.none(), st.integers(0, 45_000)))
        direction, tenant = draw(st.sampled_from(["INBOUND", "OUTBOUND"])), self.tenants[place]
        ours = draw(st.sampled_from([tenant.twilio_number, tenant.telnyx_number]))
        theirs = draw(st.sampled_from(THEIRS))
        is_inbound = direction == "INBOUND"
        return {
            "status": status,
            "direction": direction,
            "from_number": theirs if is_inbound else ours.address,
            "to_number": ours.address if is_inbound else theirs,
            "provider": draw(st.sampled_from(["TWILIO", "TELNYX"])),
            "started_at": at,
            "answered_at": None if answer is None else at + timedelta(milliseconds=answer),
            "ended_at": at + timedelta(hours=1) if status in ENDED else None,
            "duration": draw(st.one_of(st.none(), seconds)),
            "agent": self._person(draw, place),
            "campaign": draw(st.sampled_from([None, *self.campaigns[place]])),
            "cost": draw(prices),
            "cost_currency": draw(currencies),
        }

    def _text(self, draw: Any, place: int, at: datetime) -> dict[str, Any]:
        source = draw(st.sampled_from(["", "estimated", "final", "unavailable"]))
        return {
            "author": self._person(draw, place),
            "message_class": draw(st.sampled_from(["reply", "reply", "code", "notice", "automatic", "bulk"])),
            "segments": draw(st.integers(1, 10)),
            "created_at": at,
            "waited_since": draw(st.one_of(st.none(), seconds.map(lambda n: at - timedelta(milliseconds=777 * n)))),
            "cost": draw(prices),
            "cost_currency": draw(currencies),
            "cost_source": source,
        }

    def add_call(self, draw: Any) -> None:
        place, at = draw(st.integers(0, 1)), draw(moments)
        make_call(self.tenants[place], at=at, **self._call(draw, place, at))

    def add_text(self, draw: Any) -> None:
        place, at = draw(st.integers(0, 1)), draw(moments)
        talk = draw(st.sampled_from(self.talks[place]))
        fields = self._text(draw, place, at)
        if draw(st.booleans()):
            make_message(talk, direction="inbound", at=at, segments=fields["segments"])
        else:
            status = draw(st.sampled_from(TEXT_STATUSES))
            text = make_message(talk, status=status, at=at, **fields)
            self._has_id(draw, text)

    def _has_id(self, draw: Any, text: Message) -> None:
        taken = f"SM{text.pk.hex}" if draw(st.booleans()) else ""
        Message.all_orgs.filter(pk=text.pk).update(provider_message_id=taken)

    def _one(self, draw: Any, model: type[Any]) -> tuple[int, Any] | None:
        rows = list(model.all_orgs.order_by("id"))
        row = draw(st.sampled_from(rows)) if rows else None
        place = next((n for n, one in enumerate(self.tenants) if row and one.org.pk == row.organization_id), 0)
        return (place, row) if row else None

    def change_call(self, draw: Any) -> None:
        """A late report, a transfer to another agent, a price, a deletion that keeps the row, or another time."""
        found = self._one(draw, Call)
        if found is None:
            return
        place, call = found
        at = draw(st.one_of(st.just(call.started_at), moments))
        values = {**self._call(draw, place, at), "deleted_at": draw(st.sampled_from([None, None, NOW]))}
        whole = draw(st.booleans())
        one = draw(st.sampled_from(["agent", "duration", "deleted_at", "cost", "provider"]))
        names = list(values) if whole else [one]
        Call.all_orgs.filter(pk=call.pk).update(**{name: values[name] for name in names})

    def change_text(self, draw: Any) -> None:
        """A late report or price, or another author."""
        found = self._one(draw, Message)
        if found is None or found[1].direction == "inbound":
            return
        place, text = found
        values = {**self._text(draw, place, text.created_at), "status": draw(st.sampled_from(TEXT_STATUSES))}
        whole = draw(st.booleans())
        names = list(values) if whole else draw(st.sampled_from([["status"], ["cost"], ["cost_source"], ["author"]]))
        Message.all_orgs.filter(pk=text.pk).update(**{name: values[name] for name in names})
        self._has_id(draw, text)

    def delete(self, draw: Any) -> None:
        model = draw(st.sampled_from([Call, Message]))
        found = self._one(draw, model)
        if found is not None:
            model.all_orgs.filter(pk=found[1].pk).delete()

    def work(self, draw: Any) -> None:
        assert rollups.refresh() is not None

    def rebuild(self, draw: Any) -> None:
        tenant = draw(st.sampled_from(self.tenants))
        source = draw(st.sampled_from(list(SOURCES.values())))
        since = draw(st.one_of(st.none(), old))
        assert list(rebuilding.rebuild(tenant.org.pk, source, since=since))
