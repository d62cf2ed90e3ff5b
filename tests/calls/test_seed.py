"""The demo's calls: consistent with every rule, over before anybody looks, and the same when seeded twice."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from analytics.enums import GroupBy, Subject
from analytics.selectors import report
from analytics.selectors.report import Span
from calls import checks, load, recordings, sentiment, transcripts
from calls.demo.seed import seed
from calls.enums import ENDED, LIVE, MISSED, CallDirection, CallStatus, OfferState, Sentiment
from calls.models import Call, CallAttempt, CallEvent, CallOffer, CallTranscript, Campaign, TranscriptPiece
from contactcenter.core.models import Organization, OutboxEvent

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=ZoneInfo("Europe/Prague"))
TOTALS = {"aurora": 400, "borealis": 120}


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Any) -> dict[str, Organization]:
    settings.MEDIA_ROOT = tmp_path
    settings.SIMULATOR_URL = settings.TWILIO_API_BASE_URL = "http://127.0.0.1:4010"
    settings.TELNYX_API_BASE_URL = "http://127.0.0.1:4010/v2"
    call_command("seed_demo", verbosity=0)
    seed(now=NOW)
    return {org.slug: org for org in Organization.objects.all()}


def rows_of_calls() -> dict[str, list[Any]]:
    """Every row of the tables of calls."""
    models = [model for model in apps.get_models() if model._meta.app_label == "calls"]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def forget(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        Call.objects.for_org(org).delete()
        Campaign.objects.for_org(org).delete()


def everything_of(org: Organization) -> list[Call]:
    return list(Call.objects.for_org(org).select_related("contact", "campaign").order_by("started_at"))


def test_both_organizations_have_a_month_of_calls(demo: dict[str, Organization]) -> None:
    for slug, org in demo.items():
        calls = everything_of(org)
        assert len(calls) == TOTALS[slug]
        assert all(timedelta(0) < NOW - call.started_at < timedelta(days=31) for call in calls)
        assert {call.status for call in calls} == set(ENDED)
        assert {call.direction for call in calls} == set(CallDirection)


def test_seeding_twice_changes_nothing(demo: dict[str, Organization]) -> None:
    before = rows_of_calls()
    call_command("seed_demo_calls", verbosity=0)
    assert rows_of_calls() == before


def test_the_same_moment_makes_the_same_calls(demo: dict[str, Organization]) -> None:
    before = rows_of_calls()
    forget(demo)
    assert seed(now=NOW) == [demo["aurora"], demo["borealis"]]
    assert rows_of_calls() == before


def test_who_has_a_call_keeps_what_there_is(demo: dict[str, Organization]) -> None:
    Call.objects.for_org(demo["aurora"]).exclude(
        pk=Call.objects.for_org(demo["aurora"]).order_by("id").values("pk")[:1]
    ).delete()
    assert seed(now=NOW) == []
    assert Call.objects.for_org(demo["aurora"]).count() == 1


def test_nothing_is_left_to_do_and_nobody_is_told(demo: dict[str, Organization]) -> None:
    assert not Call.all_orgs.filter(status__in=LIVE).exists()
    assert not Call.all_orgs.filter(next_attempt_at__isnull=False).exists()
    assert not CallTranscript.all_orgs.filter(completed_at__isnull=True).exists()
    assert checks.check_due() == recordings.fetch_due() == transcripts.complete_due() == 0
    assert not OutboxEvent.all_orgs.exists()


def test_agents_hold_nothing_and_never_held_two_at_once(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        assert load.differences(org) == []
        assert set(Agent.objects.for_org(org).values_list("current_load", flat=True)) == {0}
        for agent in Agent.objects.for_org(org):
            held = [call for call in everything_of(org) if call.agent_id == agent.user_id]
            assert all(first.ended_at <= second.started_at for first, second in pairwise(held))


def test_times_and_durations_say_what_the_end_says(demo: dict[str, Organization]) -> None:
    for call in Call.all_orgs.all():
        assert call.ended_at is not None
        if call.status == CallStatus.COMPLETED:
            assert call.answered_at is not None
            assert call.started_at < call.answered_at
            assert call.agent_id is not None
            assert call.disposition != ""
            assert call.duration == (call.ended_at - call.answered_at).total_seconds() > 0
        else:
            assert (call.answered_at, call.duration, call.disposition) == (None, 0, "")
            assert call.started_at < call.ended_at
        assert (call.error_code != "") == (call.status == CallStatus.FAILED)


def test_people_telephone_in_working_hours(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        local = [call.started_at.astimezone(ZoneInfo(org.time_zone)) for call in everything_of(org)]
        assert min(at.hour for at in local) >= 8
        assert max(at.hour for at in local) <= 19
        by_day = Counter(at.weekday() for at in local)
        assert sum(by_day[day] for day in range(5)) > 3 * (by_day[5] + by_day[6])


def test_callers_are_found_by_their_number(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        calls = everything_of(org)
        for call in calls:
            theirs = call.from_number if call.direction == CallDirection.INBOUND else call.to_number
            assert call.contact is None or call.contact.numbers.filter(address=theirs).exists()
        known = [call for call in calls if call.contact_id]
        assert len(known) > len(calls) / 2
        assert len(known) < len(calls)


def test_the_ledger_agrees_with_the_calls(demo: dict[str, Organization]) -> None:
    for call in Call.all_orgs.prefetch_related("attempts", "offers", "events"):
        attempts, offers = list(call.attempts.all()), list(call.offers.all())
        events = sorted(call.events.all(), key=lambda event: event.pk)
        if call.direction == CallDirection.INBOUND:
            assert attempts == []
            answered = [offer.user_id for offer in offers if offer.state == OfferState.ANSWERED]
            assert answered == ([call.agent_id] if call.status == CallStatus.COMPLETED else [])
        else:
            assert offers == []
            assert [attempt.state for attempt in attempts] == ["accepted" if call.provider_call_id else "rejected"]
            assert attempts[0].provider_call_id == call.provider_call_id
            assert call.to_number in attempts[0].request.values()
        moves = [event.status for event in events if event.changed_status]
        assert moves[-1:] == ([call.status] if call.provider_call_id else [])


def test_what_was_said_has_the_mood_of_its_words(demo: dict[str, Organization]) -> None:
    found = list(CallTranscript.all_orgs.prefetch_related("pieces"))
    assert {one.sentiment for one in found} == set(Sentiment)
    assert {one.language for one in found} == {"en-US", "es-ES"}
    for one in found:
        mood = sentiment.of(one.text, language=one.language)
        assert (one.sentiment, one.score, one.keywords) == (mood.sentiment, mood.score, list(mood.keywords))
        pieces = sorted(one.pieces.all(), key=lambda piece: piece.said_at)
        assert one.text == transcripts.text_of(pieces)
        assert one.confidence == transcripts.mean_confidence(pieces)
        assert one.created_at < one.completed_at


def test_one_campaign_runs_one_is_over_and_one_is_only_planned(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        counts = {}
        for campaign in Campaign.objects.for_org(org):
            calls = [call for call in everything_of(org) if call.campaign_id == campaign.pk]
            end = campaign.completed_at or NOW
            assert all(campaign.created_at <= call.started_at < end for call in calls)
            counts[campaign.status] = len(calls)
        assert counts["DRAFT"] == 0
        assert min(counts["ACTIVE"], counts["COMPLETED"]) >= 3


def test_the_figures_add_up(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        calls = everything_of(org)
        span = Span(NOW - timedelta(days=40), NOW)
        total = report.totals(org, span, Subject.CALLS)
        assert (total["total"], total["completed"]) == (len(calls), sum(call.status == "COMPLETED" for call in calls))
        assert total["missed"] == sum(call.status in MISSED for call in calls)
        assert 60 < float(total["completion_rate"] or 0) < 85
        assert 60 < int(total["average_duration"] or 0) < 400
        days = report.course(org, span, GroupBy.DAY, Subject.CALLS).periods
        assert sum(day.values.count("total") for day in days) == len(calls)


def test_organizations_do_not_mix(demo: dict[str, Organization]) -> None:
    for model in (CallAttempt, CallEvent, CallOffer, CallTranscript, TranscriptPiece):
        for org in demo.values():
            assert model.objects.for_org(org).exists(), model
    ours, theirs = (set(Call.objects.for_org(org).values_list("agent_id", flat=True)) for org in demo.values())
    assert ours & theirs == {None}


def test_few_statements_write_all_of_it(demo: dict[str, Organization]) -> None:
    forget(demo)
    with CaptureQueriesContext(connection) as queries:
        seed(now=NOW)
    assert len(queries) < 60


def test_whenever_it_is_seeded_every_end_is_shown_and_nothing_goes_on(demo: dict[str, Organization]) -> None:
    for moment in (NOW.replace(hour=3), NOW.replace(day=1, hour=12), NOW.replace(day=8, hour=23, minute=59)):
        forget(demo)
        seed(now=moment)
        for org in demo.values():
            calls = everything_of(org)
            assert {call.status for call in calls} == set(ENDED)
            assert all(call.ended_at and call.ended_at < moment for call in calls)
