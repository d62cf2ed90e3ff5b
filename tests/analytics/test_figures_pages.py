"""The pages of figures: each figure has as many rows behind it as it says, and nobody sees more than they may."""

import base64
import html
import json
import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from analytics import rollups
from analytics.alerting.figures import values as alert_values
from analytics.enums import Dimension, Format, GroupBy, Subject
from analytics.headlines import HEADLINES
from analytics.metric import Metric
from analytics.metrics import METRICS, by_key, checked
from analytics.questions import RowsQuestion, rows_question
from analytics.selectors import behind
from analytics.selectors.keyed import by_key_in_time
from analytics.selectors.report import Span, totals
from analytics.selectors.report import by_key as figures_by_key
from analytics.values import Values
from analytics.written import plain
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.models import User
from contactcenter.core.roles import Right
from sms.enums import CostSource, Direction, MessageStatus
from tests.agents.api import another_agent
from tests.analytics.alert_rows import make_rule
from tests.analytics.changed_metrics import table_with
from tests.factories import Tenant, make_call, make_campaign, make_conversation, make_message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=3), NOW + timedelta(hours=1)
TABS = ("/analytics", "/analytics/texts", "/analytics/agents", "/analytics/campaigns")


def page_after(at: str) -> str:
    """Return the word of the address for the page after a row of this moment."""
    return base64.urlsafe_b64encode(f"{at} {UUID(int=7).hex}".encode()).decode().rstrip("=")


def history(tenant: Tenant, chance: random.Random, count: int = 60) -> None:
    """Make calls and texts of three days, with whatever a figure may look at."""
    campaign, thread = make_campaign(tenant), make_conversation(tenant)
    people = [tenant.agent, tenant.supervisor, None]
    for _number in range(count):
        at = SINCE + timedelta(minutes=chance.randrange(-300, 3 * 1440))
        status = chance.choice(CallStatus.values)
        make_call(
            tenant,
            status=status,
            direction=chance.choice(CallDirection.values),
            at=at,
            agent=chance.choice(people),
            campaign=chance.choice([campaign, None]),
            duration=chance.randrange(0, 300) if status == CallStatus.COMPLETED else None,
            answered_at=chance.choice([at + timedelta(seconds=chance.randrange(0, 60)), None]),
            cost=chance.choice([Decimal("0.01"), None]),
            cost_currency="USD",
            deleted_at=chance.choice([None, None, None, NOW]),
        )
        inbound = chance.random() < 0.4
        state = (
            MessageStatus.RECEIVED if inbound else chance.choice([*MessageStatus.values[7:13], MessageStatus.BLOCKED])
        )
        make_message(
            thread,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            status=state,
            at=at,
            author=None if inbound else chance.choice(people),
            provider_message_id="" if inbound else chance.choice(["", f"{tenant.org.slug}-{uuid4()}"]),
            waited_since=None if inbound else chance.choice([None, at - timedelta(seconds=chance.randrange(1, 900))]),
            segments=chance.randrange(1, 4),
            cost=None if inbound else chance.choice([None, Decimal("0.0075")]),
            cost_currency="USD",
            cost_source=chance.choice(CostSource.values),
        )


def amount_of(row: behind.FoundRow, metric: str) -> int | None:
    """Return what one row adds to a figure that is a sum; None where only the database knows."""
    if metric in {"talked", "handle_time"}:
        return row.seconds
    return row.segments if metric in {"segments", "charged_segments"} else None


@pytest.mark.parametrize("seed", range(2))
def test_behind_every_figure_are_as_many_rows_as_it_says(aurora, borealis, seed):
    chance = random.Random(seed)
    for tenant in (aurora, borealis):
        history(tenant, chance)
    for subject in Subject:
        for only in (None, aurora.agent.pk):
            values = totals(aurora.org, Span(SINCE, UNTIL), subject, only=only)
            everything = {row.id for row in found(aurora, subject, next(iter(by_key(subject))), only)}
            for metric in by_key(subject).values():
                if metric.of is not None:
                    continue
                listed = found(aurora, subject, metric.key, only)
                assert len(listed) == behind.count(aurora.org, asked_for(subject, metric.key), only=only)
                if not listed:
                    assert not values[metric.key], metric.key
                elif metric.sql.startswith("count("):
                    assert len(listed) == values[metric.key], metric.key
                elif amount_of(listed[0], metric.key) is not None:
                    assert sum(amount_of(row, metric.key) for row in listed) == values[metric.key]
                elif metric.format is Format.MONEY:
                    assert sum(row.cost for row in listed) == values[metric.key]
                else:
                    assert 0 < len(listed) <= max(len(everything), values[metric.key])


def asked_for(subject: Subject, metric: str, dimension: Dimension = Dimension.ALL, key=None) -> RowsQuestion:
    return RowsQuestion(subject, SINCE, UNTIL, by_key(subject)[metric], dimension, key)


def found(tenant: Tenant, subject: Subject, metric: str, only, **more) -> list[behind.FoundRow]:
    """Return the rows of a figure page by page, which are all of them, each once, the newest first."""
    listed: list[behind.FoundRow] = []
    while page := behind.page(
        tenant.org, asked_for(subject, metric, **more), only=only, after=listed[-1].key if listed else None, most=7
    ):
        listed += page
    assert listed == sorted(listed, key=lambda row: (row.at, row.id), reverse=True)
    assert len({row.id for row in listed}) == len(listed)
    return listed


@pytest.mark.parametrize("is_rolled_up", [False, True])
def test_rows_that_are_few_in_a_year_are_found_page_by_page(
    aurora, borealis, is_rolled_up, django_assert_max_num_queries
):
    """By the hours in which the figure is not nothing: of more days than are looked into at once, and weeks of none."""
    chance, ours = random.Random(5), []
    for tenant in (aurora, borealis):
        for number in range(90):
            at = NOW - timedelta(days=chance.randrange(5, 360), minutes=chance.randrange(0, 1440))
            status, agent = chance.choice(["COMPLETED", "FAILED"]), chance.choice([tenant.agent, tenant.supervisor])
            call = make_call(tenant, at=at, status=status, agent=agent, duration=number if status == "COMPLETED" else 0)
            ours += [call] if tenant is aurora else []
    if is_rolled_up:
        rollups.refresh()
    cases = {
        ("failed", None): lambda call: call.status == "FAILED",
        ("talked", None): lambda call: call.status == "COMPLETED" and call.duration,
        ("failed", aurora.agent.pk): lambda call: call.status == "FAILED" and call.agent_id == aurora.agent.pk,
    }
    for (metric, person), counts in cases.items():
        dimension = Dimension.AGENT if person else Dimension.ALL
        asked = RowsQuestion(
            Subject.CALLS, NOW - timedelta(days=365), NOW, by_key(Subject.CALLS)[metric], dimension, person
        )
        listed: list[behind.FoundRow] = []
        while page := behind.page(aurora.org, asked, only=None, after=listed[-1].key if listed else None, most=8):
            listed += page
        expected = sorted((call for call in ours if counts(call)), key=lambda call: call.started_at, reverse=True)
        assert [row.id for row in listed] == [call.pk for call in expected], metric
        with django_assert_max_num_queries(7):
            assert len(behind.page(aurora.org, asked, only=None, most=60)) == min(60, len(expected))


def test_rows_of_the_hour_before_the_question_are_not_behind_it(aurora, borealis):
    """A day of Kathmandu begins at a quarter past an hour of UTC: a call of before is in the same one."""
    since = datetime(2026, 3, 1, 18, 15, tzinfo=UTC)
    for tenant in (borealis, aurora):
        _early, first, later = (
            make_call(tenant, at=since + timedelta(minutes=minutes), status="FAILED", duration=0)
            for minutes in (-1, 0, 5 * 1440)
        )
    rollups.refresh()
    asked = RowsQuestion(Subject.CALLS, since, NOW, by_key(Subject.CALLS)["failed"])
    for most in (1, 2, 60):
        listed: list[behind.FoundRow] = []
        while page := behind.page(aurora.org, asked, only=None, after=listed[-1].key if listed else None, most=most):
            listed += page
        assert [row.id for row in listed] == [later.pk, first.pk]
    assert behind.count(aurora.org, asked, only=None) == 2


def test_calls_of_one_moment_are_told_apart_by_pages_and_people(aurora, borealis):
    """What is kept for a page is not the next one's, and what is kept of one question is not another's."""
    at = NOW - timedelta(days=30)
    first, second, third = sorted(
        (
            make_call(aurora, at=at, status="FAILED", agent=agent, duration=0)
            for agent in (aurora.agent, aurora.supervisor, aurora.agent)
        ),
        key=lambda call: call.pk,
        reverse=True,
    )
    make_call(borealis, at=at, status="FAILED", duration=0)
    rollups.refresh()
    everybodys = RowsQuestion(Subject.CALLS, NOW - timedelta(days=60), NOW, by_key(Subject.CALLS)["failed"])
    agents = replace(everybodys, dimension=Dimension.AGENT, key=aurora.agent.pk)

    def pages(asked: RowsQuestion, only: UUID | None) -> list[UUID]:
        listed: list[behind.FoundRow] = []
        while page := behind.page(aurora.org, asked, only=only, after=listed[-1].key if listed else None, most=1):
            listed += page
        return [row.id for row in listed]

    of_agent = [call.pk for call in (first, second, third) if call.agent_id == aurora.agent.pk]
    for _look in range(2):
        # Nobody may see an agent's calls as another one; nothing of that is kept for who may see them.
        assert pages(agents, aurora.supervisor.pk) == []
        assert pages(agents, None) == of_agent == pages(everybodys, aurora.agent.pk)
        assert pages(everybodys, None) == [first.pk, second.pk, third.pk]
    # A row of now comes to what was asked before.
    late = make_call(aurora, at=NOW - timedelta(minutes=1), status="FAILED", agent=aurora.agent, duration=0)
    assert pages(everybodys, None) == [late.pk, first.pk, second.pk, third.pk]
    assert pages(agents, None) == [late.pk, *of_agent]
    # Which rows they are is kept, not what they say.
    User.objects.filter(pk=aurora.agent.pk).update(first_name="Renamed", last_name="Since")
    assert {row.person for row in behind.page(aurora.org, agents, only=None, most=60)} == {"Renamed Since"}


@pytest.mark.parametrize("is_counted_again", [False, True])
def test_the_hours_that_are_kept_are_not_those_of_before(aurora, borealis, is_counted_again):
    """A row comes into another hour of a day that had some, one goes, and one changes, after the page was looked at."""
    days = [NOW.replace(hour=0) - timedelta(days=number) for number in (10, 11, 40, 200)]
    ours = [
        make_call(tenant, at=day + timedelta(hours=hour), status="FAILED", duration=0)
        for tenant in (borealis, aurora)
        for day in days
        for hour in (3, 4, 23)
    ][len(days) * 3 :]
    completed = make_call(aurora, at=days[0] + timedelta(hours=8), status="COMPLETED", duration=60)
    asked = RowsQuestion(Subject.CALLS, NOW - timedelta(days=365), NOW, by_key(Subject.CALLS)["failed"])

    # A part of the figure, of which all rows are; and of a month, whose hours are kept.
    narrower = replace(asked, provider=aurora.twilio.provider, since=NOW - timedelta(days=45))

    def shown(question: RowsQuestion = asked) -> set[UUID]:
        return {row.id for row in behind.page(aurora.org, question, only=None, most=60)}

    def of_month() -> set[UUID]:
        return {pk for pk in shown() if Call.all_orgs.get(pk=pk).started_at >= narrower.since}

    rollups.refresh()
    assert shown() == {call.pk for call in ours} == shown()
    assert shown(narrower) == of_month() == shown(narrower)
    late = make_call(aurora, at=days[2] + timedelta(hours=9), status="FAILED", duration=0)
    gone = ours.pop()
    gone.delete()
    Call.objects.for_org(aurora.org).filter(pk=completed.pk).update(status="FAILED", duration=0)
    if is_counted_again:
        rollups.refresh()
    assert shown() == {call.pk for call in [*ours, late, completed]} == shown()
    assert {late.pk, completed.pk} < shown(narrower) == of_month() == shown(narrower)


@pytest.mark.parametrize(
    ("subject", "dimension"),
    [(Subject.CALLS, Dimension.AGENT), (Subject.TEXTS, Dimension.AGENT), (Subject.CALLS, Dimension.CAMPAIGN)],
)
def test_the_rows_of_one_agent_or_campaign_are_theirs(aurora, borealis, subject, dimension):
    chance = random.Random(5)
    for tenant in (aurora, borealis):
        history(tenant, chance)
    by = figures_by_key(aurora.org, Span(SINCE, UNTIL), subject, dimension)
    assert len(by) >= 1
    for key, values in by.items():
        for metric in ("total", "missed") if subject is Subject.CALLS else ("written", "delivered"):
            assert len(found(aurora, subject, metric, None, dimension=dimension, key=key)) == values[metric]
    first = "total" if subject is Subject.CALLS else "written"
    assert len(found(aurora, subject, first, None, dimension=dimension)) == sum(one[first] for one in by.values())


def test_the_words_of_a_question_bring_it_back(aurora):
    for dimension, key in ((Dimension.ALL, None), (Dimension.AGENT, None), (Dimension.AGENT, aurora.agent.pk)):
        asked = asked_for(Subject.CALLS, "missed", dimension, key)
        assert rows_question(asked.words()) == asked


def test_every_page_for_everybody(aurora, borealis, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    chance = random.Random(3)
    for tenant in (aurora, borealis):
        history(tenant, chance)
    for path in TABS:
        answers = {user.role: log_in(user).get(path) for user in aurora.users}
        assert {role: answer.status_code for role, answer in answers.items()} == {
            "ADMIN": 200,
            "SUPERVISOR": 200,
            "AGENT": 200,
            "CUSTOMER": 403,
        }
        whole, own = answers["SUPERVISOR"].context["shown"], answers["AGENT"].context["shown"]
        assert {tile.key for tile in own.everything} == {
            tile.key
            for tile in whole.everything
            if by_key(Subject.TEXTS if "texts" in path else Subject.CALLS)[tile.key].right is Right.READ_ANALYTICS
        }
        for shown in (whole, own):
            assert [tile.key for tile in shown.tiles] != []
    shown = log_in(aurora.agent).get("/analytics").context["shown"]
    span = Span(datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
    own = totals(aurora.org, span, Subject.CALLS, only=aurora.agent.pk)
    everybodys = totals(aurora.org, span, Subject.CALLS)
    assert own["total"] != everybodys["total"]
    assert [tile.now for tile in shown.tiles if tile.key == "total"] == [str(own["total"])]
    assert b"borealis" not in log_in(aurora.supervisor).get("/analytics/agents").content.lower()


def test_every_figure_of_every_page_leads_to_as_many_rows(aurora, borealis, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    chance = random.Random(8)
    for tenant in (aurora, borealis):
        history(tenant, chance)
    for path in TABS:
        shown = log_in(aurora.supervisor).get(f"{path}?range=7").context["shown"]
        for tile in shown.everything:
            for url, figure in ((tile.rows_url, tile.now), (tile.before_url, tile.before)):
                asked = rows_question(dict(parse_qsl(urlsplit(url).query)))
                if tile.is_counted and asked.metric.sql.startswith("count("):
                    assert str(behind.count(aurora.org, asked, only=None)) == figure, tile.key
        cells = [cell for line in shown.table.lines for cell in re.findall(r'<a href="([^"]+)">([^<]*)</a>', line)]
        assert cells
        for url, figure in cells:
            asked = rows_question(dict(parse_qsl(urlsplit(html.unescape(url)).query)))
            if asked.metric.of is None and asked.metric.sql.startswith("count("):
                assert str(behind.count(aurora.org, asked, only=None)) == figure, asked.metric.key


@pytest.mark.parametrize("path", ["/analytics/agents", "/analytics/campaigns"])
def test_agents_and_campaigns_have_courses_that_add_up(aurora, borealis, log_in, time_machine, path):
    time_machine.move_to(NOW, tick=False)
    chance = random.Random(4)
    for tenant in (aurora, borealis):
        history(tenant, chance)
    answer = log_in(aurora.supervisor).get(f"{path}?range=7")
    shown = answer.context["shown"]
    assert [line.count('<svg class="spark"') for line in shown.table.lines] == [1] * len(shown.table.lines)
    assert answer.content.decode().count('<svg class="spark"') == len(shown.tiles) + len(shown.table.lines) + 1
    dimension = Dimension.AGENT if "agents" in path else Dimension.CAMPAIGN
    since, until = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)
    found = by_key_in_time(
        aurora.org, since, until, Subject.CALLS, dimension, by=GroupBy.DAY, tz=aurora.org.zone, only=None
    )
    whole = figures_by_key(aurora.org, Span(since, until), Subject.CALLS, dimension)
    assert found.of_each.keys() == whole.keys() != set()
    for key, summed in found.of_each.items():
        assert len(summed.course) == 7
        assert summed.total.as_dict() == whole[key].as_dict()
        for place, values in enumerate(summed.course):
            day = Span(since + timedelta(days=place), since + timedelta(days=place + 1))
            alone = figures_by_key(aurora.org, day, Subject.CALLS, dimension).get(key, Values(Subject.CALLS))
            assert [values[one] for one in ("total", "missed", "talked")] == [
                alone[one] for one in ("total", "missed", "talked")
            ]


def test_an_agent_finds_no_rows_of_others(aurora, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    make_call(aurora, at=NOW, agent=aurora.agent)
    make_call(aurora, at=NOW, agent=aurora.supervisor)
    address = f"/analytics/rows?{urlencode(asked_for(Subject.CALLS, 'total').words())}"
    counts = {user.role: log_in(user).get(address).content.count(b"<tr><td>") for user in aurora.users[:3]}
    assert counts == {"ADMIN": 2, "SUPERVISOR": 2, "AGENT": 1}
    cost = f"/analytics/rows?{urlencode(asked_for(Subject.CALLS, 'call_cost').words())}"
    theirs = (
        f"/analytics/rows?{urlencode(asked_for(Subject.CALLS, 'total', Dimension.AGENT, aurora.supervisor.pk).words())}"
    )
    client = log_in(aurora.agent)
    assert [client.get(one).status_code for one in (cost, theirs)] == [404, 404]


@pytest.mark.parametrize("subject", Subject)
def test_only_those_who_read_all_figures_see_what_a_row_costs(aurora, borealis, log_in, subject):
    price = {"at": NOW, "cost": Decimal("0.5"), "cost_currency": "USD"}
    make_call(aurora, agent=aurora.agent, **price)
    make_message(make_conversation(aurora), author=aurora.agent, **price)
    first = next(iter(by_key(subject)))
    address = (
        f"/analytics/rows?{urlencode(asked_for(subject, first if subject is Subject.CALLS else 'written').words())}"
    )
    # The supervisor first: what was drawn for them is not shown to an agent.
    pages = {user.role: log_in(user).get(address).content.decode() for user in (aurora.supervisor, aurora.agent)}
    shown = {
        role: (page.count("<tr><td>"), page.count('<th scope="col">'), "Cost</th>" in page, "0.50" in page)
        for role, page in pages.items()
    }
    assert shown == {"SUPERVISOR": (1, 8, True, True), "AGENT": (1, 7, False, False)}
    empty = log_in(aurora.agent).get(address.replace("2026-03", "2025-03")).content
    assert b'<td colspan="7">' in empty


def test_rows_lead_to_the_contact_or_conversation_and_go_on(aurora, borealis, log_in):
    thread = make_conversation(aurora, address="+420601123456")
    for number in range(51):
        make_message(thread, at=NOW - timedelta(minutes=number))
    make_message(make_conversation(borealis), at=NOW)
    client = log_in(aurora.supervisor)
    first = client.get(f"/analytics/rows?{urlencode(asked_for(Subject.TEXTS, 'written').words())}")
    assert first.content.count(f'href="/sms/{thread.pk}/"'.encode()) == 50
    second = client.get(first.context["next_url"])
    assert [page.content.count(b"<tr><td>") for page in (first, second)] == [50, 1]
    assert "601123456" not in first.context["next_url"]
    assert second.context["next_url"] == ""


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?of=calls&metric=total",
        "?of=calls&metric=x&since=2026-01-01&until=2026-01-02",
        "?of=x",
        "?of=texts&metric=written&since=2026-01-01&until=2026-01-02&campaign=any",
        "?of=texts&metric=written&since=2026-01-01&until=2026-01-02&country=x",
        "?of=calls&metric=total&since=2026-01-01&until=2026-01-02&provider=x+y",
        "?of=calls&metric=total&since=2026-01-01&until=2026-01-02&after=x",
        *(
            f"?of=calls&metric=total&since=2026-01-01&until=2026-01-02&after={page_after(at)}"
            for at in ("0001-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00")
        ),
    ],
)
def test_what_is_no_question_is_not_there(aurora, log_in, query):
    assert log_in(aurora.supervisor).get(f"/analytics/rows{query}").status_code == 404


@pytest.mark.parametrize(
    ("query", "days", "compared"),
    [
        ("?range=today", "03/15/2026", "03/14/2026"),
        ("?range=yesterday", "03/14/2026", "03/13/2026"),
        ("?range=30", "02/14/2026 – 03/15/2026", "01/15/2026 – 02/13/2026"),
        ("?range=month", "03/01/2026 – 03/15/2026", "02/01/2026 – 02/15/2026"),
        ("?range=last_month", "02/01/2026 – 02/28/2026", "01/01/2026 – 01/31/2026"),
        ("?first=2026-01-10&last=2026-01-11", "01/10/2026 – 01/11/2026", "01/08/2026 – 01/09/2026"),
    ],
)
def test_stretches_are_compared_with_the_one_before(aurora, log_in, time_machine, query, days, compared):
    time_machine.move_to(NOW, tick=False)
    context = log_in(aurora.supervisor).get(f"/analytics{query}").context
    assert (context["days"], context["compared"]) == (days, compared)


@pytest.mark.parametrize("path", [*(f"{tab}?range=today" for tab in TABS), "/analytics/costs?first={0}&last={0}"])
def test_the_first_minute_of_a_day_is_compared_with_nothing(aurora, log_in, time_machine, path):
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    make_call(aurora, at=midnight - timedelta(days=1), campaign=make_campaign(aurora))
    make_call(aurora, at=midnight)
    time_machine.move_to(midnight + timedelta(seconds=30), tick=False)
    page = log_in(aurora.supervisor).get(path.format("2026-03-15"))
    assert page.status_code == 200
    if "shown" in page.context and "texts" not in path:
        assert {(tile.now, tile.before) for tile in page.context["shown"].everything if tile.key == "total"} == {
            ("0" if "campaigns" in path or "agents" in path else "1", "0")
        }


def _chart(client, query: str) -> dict:
    return json.loads(client.get(f"/analytics{query}").context["shown"].charts[0].data)


def _marked(labels: list[str], values: list[int | None]) -> dict[str, int]:
    return {label: value for label, value in zip(labels, values, strict=True) if value}


@pytest.mark.parametrize(
    ("day", "hours", "alone", "beside"),
    [
        # The clock leaves 2:00 out: what was then the day before is added to 1:00.
        (date(2026, 3, 29), 23, [], {"01:00": 1, "20:00": 1, "23:00": 1}),
        # It shows 2:00 twice: the first stands beside the one of the day before.
        (date(2026, 10, 25), 25, [3], {"02:00": 1, "20:00": 1, "23:00": 1}),
        # The day before had 23 hours, or 25.
        (date(2026, 3, 30), 24, [2], {"03:00": 1, "20:00": 1, "23:00": 1}),
        (date(2026, 10, 26), 24, [], {"02:00": 1, "20:00": 1, "23:00": 1}),
    ],
)
def test_hours_stand_beside_the_same_hours_of_the_day_before(aurora, log_in, day, hours, alone, beside):
    aurora.org.time_zone = "Europe/Prague"
    aurora.org.save()
    for hour in (2, 20, 23):
        at = datetime.combine(day - timedelta(days=1), time(hour, 30), aurora.org.zone)
        make_call(aurora, at=at.astimezone(UTC))
    chart = _chart(log_in(aurora.supervisor), f"?first={day}&last={day}&by=hour")
    assert len(chart["labels"]) == hours
    assert [place for place, value in enumerate(chart["before"]) if value is None] == alone
    assert _marked([label[-5:] for label in chart["labels"]], chart["before"]) == beside


def test_weeks_are_compared_with_as_many_days(aurora, borealis, log_in, time_machine):
    """The last 90 days begin with a Sunday: a week of one day, beside one day, and the last one has one beside it."""
    now = datetime(2026, 6, 5, 10, 30, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    for tenant in (aurora, borealis):
        for days in range(180):
            make_call(tenant, at=now - timedelta(days=days, minutes=1))
    make_call(borealis, at=now)
    assert rollups.refresh() is not None
    client = log_in(aurora.supervisor)
    for _look in range(2):
        chart = _chart(client, "?range=90&by=week")
        assert chart["labels"][:2] == ["week of 03/02/2026", "week of 03/09/2026"]
        assert chart["now"] == chart["before"] == [1, *[7] * 12, 5]
    make_call(aurora, at=datetime(2025, 12, 9, 12, tzinfo=UTC))  # The second day of the stretch before.
    assert _chart(client, "?range=90&by=week")["before"] == [1, 8, *[7] * 11, 5]


@pytest.mark.parametrize("by", ["day", "week", "month"])
@pytest.mark.parametrize("last", ["2026-02-20", "2026-03-14"])
def test_nothing_of_a_stretch_before_of_as_many_days_is_left_out(aurora, log_in, time_machine, by, last):
    time_machine.move_to(NOW, tick=False)
    for days in range(150):
        make_call(aurora, at=NOW - timedelta(days=days))
    client = log_in(aurora.supervisor)
    shown = client.get(f"/analytics?first=2026-01-14&last={last}&by={by}").context["shown"]
    total = next(tile for tile in shown.tiles if tile.key == "total")
    assert sum(json.loads(shown.charts[0].data)["before"]) == int(total.before) == int(total.now)


def test_months_are_compared_with_months(aurora, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    for days in range(200):
        make_call(aurora, at=NOW - timedelta(days=days))
    client = log_in(aurora.supervisor)
    chart = _chart(client, "?first=2025-12-01&last=2026-02-28&by=month")
    assert (chart["now"], chart["before"]) == ([31, 31, 28], [30, 31, 30])
    # The month before is three days longer: they are in its sum, and stand beside nothing.
    shown = client.get("/analytics?range=last_month&by=day").context["shown"]
    assert json.loads(shown.charts[0].data)["before"] == [1] * 28
    assert next(tile.before for tile in shown.tiles if tile.key == "total") == "31"


@pytest.mark.parametrize("language", ["en", "cs"])
def test_what_is_drawn_once_is_drawn_for_each_reader(aurora, borealis, log_in, time_machine, language):
    """The second look is the kept one: it is the same, and nobody else's."""
    time_machine.move_to(NOW, tick=False)
    chance = random.Random(5)
    for tenant, count in ((aurora, 30), (borealis, 20)):
        history(tenant, chance, count)
        tenant.supervisor.language = language
        tenant.supervisor.save()
    for path in (*TABS, "/analytics/costs", "/analytics/reports/", "/operator/", "/supervisor/"):
        pages = [log_in(tenant.supervisor).get(path).content.decode() for tenant in (aurora, borealis) * 2]
        ours, theirs, ours_again, theirs_again = (_without_tokens(page) for page in pages)
        assert (ours, theirs) == (ours_again, theirs_again), path
        assert ours != theirs or path == "/analytics/campaigns"
        assert ("Hlavní" in ours or 'lang="cs"' in ours) == (language == "cs")
        assert str(borealis.supervisor) not in ours


def _without_tokens(page: str) -> str:
    page = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", page)
    return re.sub(r'nonce="[^"]+"', "", page)


def test_differences_are_said_with_sign_and_words(aurora, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    for at, count in ((NOW, 3), (NOW - timedelta(days=1, minutes=1), 2)):
        for _call in range(count):
            make_call(aurora, at=at)
    # Later than now, yesterday: not compared with a day that is not over.
    make_call(aurora, at=NOW - timedelta(hours=20))
    tiles = {one.key: one for one in log_in(aurora.supervisor).get("/analytics?range=today").context["shown"].tiles}
    assert (tiles["total"].now, tiles["total"].before, tiles["total"].difference) == ("3", "2", "+50 % more")
    assert tiles["completion_rate"].difference == "as before"
    assert tiles["service_level"].now == "100.00 %"


def test_shares_are_rounded_and_never_cut_off(aurora, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    for at, done, missed in ((NOW - timedelta(minutes=5), 2, 1), (NOW - timedelta(days=1, minutes=5), 2, 5)):
        for number in range(done + missed):
            make_call(aurora, at=at, status=CallStatus.COMPLETED if number < done else CallStatus.NO_ANSWER)
    client = log_in(aurora.supervisor)
    tiles = {one.key: one for one in client.get("/analytics?range=today").context["shown"].tiles}
    # 2 of 3 and 2 of 7: 66.67 and 28.57 %, 38.10 points; 3 calls instead of 7: 57.14 % less.
    found = tiles["completion_rate"]
    assert (found.now, found.before, found.difference) == ("66.67 %", "28.57 %", "+38.10 points more")
    assert tiles["total"].difference == "−57 % less"
    assert b">66.67 %</a>" in client.get("/supervisor/").content


def test_shares_are_rounded_once(aurora, log_in, time_machine):
    """10 of 81 are 12.3457 %: 12.35 as in the API, and not 12.4, as which 12.35 would be rounded again."""
    time_machine.move_to(NOW, tick=False)
    for number in range(81):
        make_call(aurora, at=NOW, status=CallStatus.COMPLETED if number < 10 else CallStatus.NO_ANSWER)
    client = log_in(aurora.supervisor)
    shown = client.get("/analytics?range=today&metric=completion_rate").context["shown"]
    assert next(tile.now for tile in shown.tiles if tile.key == "completion_rate") == "12.35 %"
    assert json.loads(shown.charts[0].data)["now"][NOW.hour] == 12.35
    assert ">12.35 %</a>" in shown.table.lines[NOW.hour]
    assert plain(Decimal("63.65"), Format.PERCENT) == "63.65 %"


def charge(tenant: Tenant, cost: str, currency: str, *, days: int = 0, agent=None) -> None:
    """Let a text and a call, some days ago, cost something."""
    price = {"at": NOW - timedelta(days=days, minutes=5), "cost": Decimal(cost), "cost_currency": currency}
    make_call(tenant, agent=agent, **price)
    make_message(make_conversation(tenant), author=agent, provider_message_id=f"SM{uuid4()}", **price)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([("50", "EUR")], "no comparison"),
        ([("50", "USD"), ("50", "EUR")], "no comparison"),
        ([("50", "USD")], "+100 % more"),
        ([], "none before"),
    ],
)
def test_amounts_are_compared_within_a_currency(aurora, borealis, log_in, time_machine, before, said):
    time_machine.move_to(NOW, tick=False)
    for tenant, currency in ((aurora, "USD"), (borealis, "EUR")):
        charge(tenant, "100", currency)
    charge(borealis, "80", "EUR", days=1)
    for cost, currency in before:
        charge(aurora, cost, currency, days=1)

    def difference(tenant: Tenant) -> str:
        shown = log_in(tenant.supervisor).get("/analytics/texts?range=today").context["shown"]
        (found,) = {one.difference for one in (*shown.tiles, *shown.everything) if one.key == "cost"}
        return found

    assert [difference(aurora), difference(borealis)] == [said, "+25 % more"]


def test_agents_are_sorted_by_amounts_of_one_currency_after_the_other(aurora, borealis, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    amounts = {
        "Both": [("500", "USD"), ("1", "EUR")],
        "Dollars": [("2", "USD")],
        "Many crowns": [("900", "CZK")],
        "Many euros": [("700", "EUR")],
        "None": [],
    }
    for number, (name, several) in enumerate(amounts.items()):
        person = another_agent(aurora, f"agent-{number}").user
        person.first_name, person.last_name = name, ""
        person.save()
        make_call(aurora, at=NOW, agent=person)
        for cost, currency in several:
            charge(aurora, cost, currency, agent=person)
    charge(aurora, "1", "USD", agent=aurora.agent)
    charge(borealis, "9", "EUR", agent=borealis.agent)
    page = log_in(aurora.supervisor).get("/analytics/agents?range=today&metric=call_cost")
    names = ["Both", "Dollars", "Agent Aurora", "Many euros", "Many crowns", "None"]
    shown = page.context["shown"]
    assert [re.findall('<th scope="row">([^<]*)<', line)[0] for line in shown.table.lines] == names
    charts = {chart.label: json.loads(chart.data) for chart in shown.charts}
    assert {label: _marked(chart["labels"], chart["now"]) for label, chart in charts.items()} == {
        "Cost of calls (USD)": {"Both": 500, "Dollars": 2, "Agent Aurora": 1},
        "Cost of calls (EUR)": {"Many euros": 700, "Both": 1},
        "Cost of calls (CZK)": {"Many crowns": 900},
    }
    assert charts["Cost of calls (EUR)"]["labels"][:2] == ["Many euros", "Both"]
    assert page.content.decode().count("<figure-chart ") == 3


def test_each_currency_has_a_chart_and_only_one_alone_has_a_small_line(aurora, borealis, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    charge(aurora, "100", "USD", days=1)
    charge(aurora, "3", "USD", days=9)
    charge(borealis, "70", "EUR", days=1)
    client, query = log_in(aurora.supervisor), "/analytics/texts?range=7&by=day&metric=cost"

    def charts() -> dict:
        shown = client.get(query).context["shown"]
        (tile,) = (one for one in shown.tiles if one.key == "cost")
        found = {chart.label: json.loads(chart.data) for chart in shown.charts}
        rows = {label: (one["currency"], sum(one["now"]), sum(one["before"])) for label, one in found.items()}
        return {**rows, "has a line": bool(tile.spark)}

    assert charts() == {"Cost of texts (USD)": ("USD", 100, 3), "has a line": True}
    charge(aurora, "50", "EUR", days=2)
    assert charts() == {
        "Cost of texts (USD)": ("USD", 100, 3),
        "Cost of texts (EUR)": ("EUR", 50, 0),
        "has a line": False,
    }
    assert _chart(client, "?range=7")["now"] == [0, 0, 0, 0, 1, 1, 0]


PRICE = Metric(
    key="price",
    label="Price of a text",
    definition="The cost of a charged text in the mean.",
    subject=Subject.TEXTS,
    format=Format.MONEY,
    right=Right.READ_ALL_ANALYTICS,
    of=("cost", "charged"),
)


def test_a_mean_of_money_is_taken_in_each_currency(aurora, borealis, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    for cost, currency in (("1", "USD"), ("0.5", "USD"), ("0.5", "USD"), ("3", "EUR"), ("4", "EUR")):
        charge(aurora, cost, currency)
    charge(aurora, "0.1", "USD", days=1)
    charge(borealis, "8", "USD", agent=borealis.agent)
    make_message(make_conversation(aurora), at=NOW, provider_message_id="free")  # Not charged at all.
    client, words = log_in(aurora.supervisor), "range=today&metric=price&by=hour"
    with table_with(PRICE):
        values, nothing = totals(aurora.org, Span(SINCE, UNTIL), Subject.TEXTS), Values(Subject.TEXTS)
        # 2.1 of four texts, and 7 of two. Of several currencies there is no single value: no alert is raised by it.
        assert values.money("price") == {"EUR": Decimal("3.5"), "USD": Decimal("0.525")}
        assert (values["price"], nothing["price"], nothing.money("price")) == (None, None, {})
        shown = client.get(f"/analytics/texts?{words}").context["shown"]
        (tile,) = (one for one in shown.everything if one.key == "price")
        assert (tile.now, tile.before, tile.difference) == ("€3.50 + $0.666667", "$0.10", "no comparison")
        charts = {chart.label: json.loads(chart.data)["now"] for chart in shown.charts}
        hours = {label: [value for value in course if value] for label, course in charts.items()}
        assert hours == {"Price of a text (EUR)": [3.5], "Price of a text (USD)": [0.666667]}
        assert charts["Price of a text (EUR)"][0] is None
        asked = rows_question(dict(parse_qsl(urlsplit(tile.rows_url).query)))
        assert behind.count(aurora.org, asked, only=None) == 5
        page = client.get(f"/analytics/agents?of=texts&{words}")
        assert page.status_code == 200
        theirs = log_in(borealis.supervisor).get(f"/analytics/agents?of=texts&{words}").context["shown"]
        assert ["$8.00" in line for line in theirs.table.lines] == [True]
        rules = [make_rule(tenant, figure="texts.price", window_minutes=60) for tenant in (aurora, borealis)]
        found = [alert_values(rule.organization, [rule], now=NOW)[rule.pk] for rule in rules]
        assert found == [None, 8]
        assert b"Price of a text" in client.get("/help/metrics/").content


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"of": ("cost_billed", "cost"), "format": Format.PERCENT}, "of money there are only means"),
        ({"of": ("cost", "charged"), "format": Format.COUNT}, "of money there are only means"),
        ({"of": ("segments", "sent")}, "of money there are only means"),
        ({"of": ("charged", "cost"), "format": Format.SECONDS}, "of money there are only means"),
        ({"of": ("cost", "total")}, "not of two stored figures about texts"),
        ({"of": ("delivery_rate", "sent"), "format": Format.COUNT}, "not of two stored figures about texts"),
    ],
)
def test_a_share_or_a_mean_that_cannot_be_taken_is_refused_at_start(fields, sentence):
    assert checked(*METRICS, PRICE) == (*METRICS, PRICE)
    with pytest.raises(ImproperlyConfigured, match=f"^price.*{sentence}"):
        checked(*METRICS, replace(PRICE, **fields))


@pytest.mark.parametrize(
    "query", ["?range=x", "?range=custom", "?first=2026-02-01&last=2026-01-01", "?of=calls&metric=total&first=1&last=2"]
)
def test_what_is_no_stretch_is_said(aurora, log_in, query):
    answer = log_in(aurora.admin).get(f"/analytics{query}")
    assert (answer.status_code, b"field-error" in answer.content) == (422, True)


@pytest.mark.parametrize("path", [*TABS, f"/analytics/rows?{urlencode(asked_for(Subject.CALLS, 'missed').words())}"])
def test_the_queries_do_not_grow_with_the_rows(aurora, log_in, path, time_machine, django_assert_max_num_queries):
    time_machine.move_to(NOW, tick=False)
    client = log_in(aurora.supervisor)
    client.get(path)  # A question whose newest day has too few rows does not look there again.
    counts = []
    for _round in range(2):
        history(aurora, random.Random(1), count=20)
        with django_assert_max_num_queries(15) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_every_figure_is_defined_for_who_may_read_it(aurora, log_in):
    for user in (aurora.admin, aurora.supervisor, aurora.agent):
        page = log_in(user).get("/help/metrics/").content.decode()
        for metric in METRICS:
            assert (f'id="{metric.key}"' in page) is user.has_right(metric.right)
    for (_tab, subject), keys in HEADLINES.items():
        assert [key for key in keys if key not in by_key(subject)] == []


def test_the_zone_of_the_organization_decides_what_today_is(aurora, log_in, time_machine):
    aurora.org.time_zone = "Pacific/Auckland"
    aurora.org.save()
    time_machine.move_to(NOW, tick=False)  # 23:30 in Auckland.
    make_call(aurora, at=NOW - timedelta(hours=20))
    make_call(aurora, at=NOW - timedelta(hours=26))
    tiles = {one.key: one for one in log_in(aurora.admin).get("/analytics?range=today").context["shown"].tiles}
    assert (tiles["total"].now, tiles["total"].before) == ("1", "1")
    assert timezone.now() == NOW
