"""Pages that speak of the organization's clock go by it, also for somebody whose own clock is another."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.models import Agent, AgentStatusChange
from analytics.models import Cadence, ReportTab
from analytics.reporting import services
from contactcenter.core.models import User
from tests.conftest import LogIn
from tests.factories import Tenant, make_call

pytestmark = pytest.mark.django_db
# Half past midnight in Prague, the evening before in New York.
AT = datetime(2026, 3, 13, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _elsewhere(aurora: Tenant, borealis: Tenant) -> None:
    aurora.org.time_zone = "Europe/Prague"
    aurora.org.save()
    User.objects.filter(organization=aurora.org).update(time_zone="America/New_York")


def test_rows_stand_in_the_period_that_is_named(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    make_call(aurora, at=AT)
    make_call(borealis, at=AT)
    asked = "of=calls&metric=total&since=2026-03-13T23:00:00Z&until=2026-03-14T23:00:00Z"
    page = log_in(aurora.supervisor).get(f"/analytics/rows?{asked}").content.decode()
    assert "From 03/14/2026 00:00 until 03/15/2026 00:00" in page
    assert page.count("<td>03/14/2026 00:30</td>") == 1


@pytest.mark.parametrize(("of", "nobodys"), [("calls", "Nobody’s"), ("texts", "Programs")])
def test_rows_of_nobody_are_named_as_on_the_page_of_costs(aurora: Tenant, log_in: LogIn, of: str, nobodys: str) -> None:
    metric = "total" if of == "calls" else "sent"
    asked = f"of={of}&metric={metric}&agent=none&since=2026-03-13T23:00:00Z&until=2026-03-14T23:00:00Z"
    page = log_in(aurora.supervisor).get(f"/analytics/rows?{asked}").content.decode()
    assert f"· {nobodys}</h1>" in page.replace("&#x27;", "’")


@pytest.mark.parametrize("query", ["since=2026-01-01T00:00:00Z&until=9999-12-31T23:59:59Z", "since=0001-01-01T00:00Z"])
def test_rows_beyond_the_calendar_are_no_error_of_ours(aurora: Tenant, log_in: LogIn, query: str) -> None:
    answer = log_in(aurora.supervisor).get(f"/analytics/rows?of=calls&metric=total&until=2026-01-01T00:00Z&{query}")
    assert answer.status_code == 404


def test_the_next_mail_is_announced_by_the_clock_that_the_page_names(aurora: Tenant, log_in: LogIn) -> None:
    fields = {"tab": ReportTab.CALLS, "cadence": Cadence.DAILY, "hour": 7, "weekday": 1, "month_day": 1}
    plan = services.Plan(**fields, recipients=[aurora.supervisor.pk])
    services.create(org=aurora.org, actor=aurora.admin, plan=plan, now=AT)
    page = log_in(aurora.supervisor).get("/analytics/reports/").content.decode()
    assert "Next mail: 03/14/2026 07:00" in page


def test_an_agents_day_is_the_organizations(aurora: Tenant, log_in: LogIn) -> None:
    agent = Agent.objects.for_org(aurora.org).get(user=aurora.agent)
    AgentStatusChange.objects.for_org(aurora.org).filter(agent=agent).delete()
    for minutes, status in ((0, "AVAILABLE"), (5, "BREAK"), (9, "OFFLINE")):
        at = AT + timedelta(minutes=minutes)
        AgentStatusChange.all_orgs.create(
            organization=aurora.org, agent=agent, from_status="OFFLINE", to_status=status, at=at
        )
    page = log_in(aurora.supervisor).get(f"/supervisor/agents/{agent.pk}/day/?day=2026-03-14").content.decode()
    assert "<td>00:30:00</td><td>00:35:00</td>" in page
