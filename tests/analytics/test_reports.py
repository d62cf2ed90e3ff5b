"""Reports by mail: each once for a period, to whom they are for, with their own figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from analytics.enums import Subject
from analytics.headlines import HEADLINES
from analytics.metrics import by_key
from analytics.models import Cadence, MailState, ReportMail, ReportTab, ScheduledReport
from analytics.reporting import mailing, services
from analytics.reporting.calendar import next_time, period
from contactcenter.core.roles import Role
from tests.factories import Tenant, make_call, make_conversation, make_message

pytestmark = pytest.mark.django_db
# A Monday, seven o'clock in Prague.
NOW = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)


def make_report(tenant: Tenant, *people: Any, **plan: Any) -> ScheduledReport:
    tenant.org.time_zone = "Europe/Prague"
    tenant.org.save()
    fields = {"tab": ReportTab.CALLS, "cadence": Cadence.DAILY, "hour": 7, "weekday": 1, "month_day": 1, **plan}
    recipients = [user.pk for user in people or (tenant.supervisor,)]
    whole = services.Plan(**fields, recipients=recipients)
    made_at = NOW - timedelta(hours=1)
    report = services.create(org=tenant.org, actor=tenant.admin, plan=whole, now=made_at)
    ScheduledReport.all_orgs.filter(pk=report.pk).update(created_at=made_at)
    return report


def send_all(now: datetime = NOW) -> None:
    mailing.plan_due(now)
    while claims := mailing.claim(1):
        for claimed in claims:
            mailing.send(claimed)


def states(tenant: Tenant) -> list[str]:
    return list(ReportMail.objects.for_org(tenant.org).order_by("created_at", "id").values_list("state", flat=True))


def test_a_report_has_the_figures_and_how_they_differ(aurora, borealis):
    make_report(aurora, aurora.supervisor, aurora.agent)
    for at, agent in ((26, aurora.agent), (27, None), (50, aurora.agent)):
        make_call(aurora, at=NOW - timedelta(hours=at - 6), agent=agent)
    make_call(borealis, at=NOW - timedelta(hours=20))
    send_all()
    by_address = {one.to[0]: one for one in mail.outbox}
    assert set(by_address) == {aurora.supervisor.email, aurora.agent.email}
    whole, own = by_address[aurora.supervisor.email], by_address[aurora.agent.email]
    assert whole.subject == "Aurora Outdoor: Calls, 03/15/2026"
    assert "Calls: 2 (+100 % more; before 1)" in whole.body
    assert "Calls: 1 (as before; before 1)" in own.body
    html, kind = whole.alternatives[0]
    assert (kind, "+100 % more" in html) == ("text/html", True)
    address = "/analytics?range=custom&first=2026-03-15&last=2026-03-15&by=hour&of=calls&metric=total"
    assert address in whole.body
    assert "orealis" not in whole.body + own.body
    assert whole.extra_headers["Message-ID"] != own.extra_headers["Message-ID"]


def test_amounts_in_different_currencies_are_not_compared(aurora, borealis):
    for tenant, then in ((aurora, "EUR"), (borealis, "USD")):
        make_report(tenant, tab=ReportTab.TEXTS)
        for hours, cost, currency in ((20, "100", "USD"), (44, "50", then)):
            price = {"cost": Decimal(cost), "cost_currency": currency}
            at, taken = NOW - timedelta(hours=hours), f"{tenant.org.slug}{hours}"
            make_message(make_conversation(tenant), at=at, provider_message_id=taken, **price)
    send_all()
    by_address = {one.to[0]: one.body for one in mail.outbox}
    assert "Cost of texts: $100.00 (no comparison; before €50.00)" in by_address[aurora.supervisor.email]
    assert "Cost of texts: $100.00 (+100 % more; before $50.00)" in by_address[borealis.supervisor.email]


def test_it_is_sent_once_however_many_workers_look_and_however_often(aurora, borealis):
    report = make_report(aurora)
    other = make_report(borealis)
    for _worker in range(3):
        send_all()
    assert sorted(one.to[0] for one in mail.outbox) == [aurora.supervisor.email, borealis.supervisor.email]
    # Even a worker that has not heard that it is planned already: the period is there once.
    for one in (report, other):
        ScheduledReport.all_orgs.filter(pk=one.pk).update(next_at=NOW)
    send_all()
    assert len(mail.outbox) == 2
    send_all(NOW + timedelta(days=1))
    assert len(mail.outbox) == 4
    report.refresh_from_db()
    assert report.next_at == NOW + timedelta(days=2)


def test_its_hour_moves_with_the_time_zone_of_the_organization(aurora, borealis):
    report, stays, paused = make_report(aurora), make_report(borealis), make_report(aurora)
    services.pause(org=aurora.org, actor=aurora.admin, report=paused, paused=True, now=NOW - timedelta(hours=1))
    aurora.org.time_zone = "America/New_York"
    aurora.org.save()
    send_all(NOW - timedelta(minutes=30))
    send_all()  # Seven o'clock in Prague, two in New York.
    assert [one.to[0] for one in mail.outbox] == [borealis.supervisor.email]
    report.refresh_from_db()
    assert report.next_at == NOW + timedelta(hours=5)
    send_all(report.next_at)
    assert [one.to[0] for one in mail.outbox[1:]] == [aurora.supervisor.email]
    services.pause(org=aurora.org, actor=aurora.admin, report=paused, paused=False, now=NOW)
    for one in (paused, stays):
        one.refresh_from_db()
    assert (paused.next_at, stays.next_at) == (NOW + timedelta(hours=5), NOW + timedelta(days=1))


def test_an_hour_that_has_passed_in_the_new_time_zone_is_mailed_late(aurora, borealis):
    """Monday, three o'clock in New York, is nine in Prague: the week's report must not wait for the next Monday."""
    plan = {"cadence": Cadence.WEEKLY, "weekday": 1}
    report, other = make_report(aurora, **plan), make_report(borealis, **plan)
    for one, days in ((report, 10), (other, 0)):  # One of them was made after its hour in Prague.
        zone, made = "America/New_York", NOW + timedelta(hours=1) - timedelta(days=days)
        organization = one.organization
        organization.time_zone = zone
        organization.save()
        at = next_time(one, organization.zone, after=NOW)
        ScheduledReport.all_orgs.filter(pk=one.pk).update(next_zone=zone, next_at=at, created_at=made)
        organization.time_zone = "Europe/Prague"
        organization.save()
    send_all(NOW + timedelta(hours=2))
    assert [one.to[0] for one in mail.outbox] == [aurora.supervisor.email]
    for one in (report, other):
        one.refresh_from_db()
        assert one.next_at == NOW + timedelta(days=7)
    send_all(NOW + timedelta(hours=3))
    assert len(mail.outbox) == 1


def test_postgresql_lets_a_period_in_once(aurora):
    report = make_report(aurora)
    send_all()
    sent = ReportMail.objects.for_org(aurora.org).get()
    with pytest.raises(IntegrityError, match="report_is_mailed_once_for_a_period"), transaction.atomic():
        ReportMail.all_orgs.create(
            organization=aurora.org,
            report=report,
            user=aurora.supervisor,
            first_day=sent.first_day,
            last_day=sent.last_day,
            is_asked_for=False,
            due_at=NOW,
        )


def test_a_worker_that_dies_before_the_mail_server_is_followed_by_another(aurora):
    make_report(aurora)
    mailing.plan_due(NOW)
    (dead,) = mailing.claim(1)
    assert mailing.claim(1) == []
    ReportMail.objects.for_org(aurora.org).update(lease_until=Now() - timedelta(seconds=1))
    (alive,) = mailing.claim(1)
    mailing.send(dead)
    assert mail.outbox == []
    mailing.send(alive)
    assert (len(mail.outbox), states(aurora)) == (1, ["sent"])


def test_a_worker_that_dies_with_the_mail_server_leaves_a_doubt_that_nobody_resends(aurora):
    make_report(aurora)
    mailing.plan_due(NOW)
    mailing.claim(1)
    ReportMail.objects.for_org(aurora.org).update(state=MailState.SENDING, lease_until=Now() - timedelta(seconds=1))
    send_all()
    assert (mail.outbox, states(aurora)) == ([], ["uncertain"])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SMTPDataError(451, b"later"), "due"),
        (SMTPDataError(554, b"no"), "failed"),
        (SMTPRecipientsRefused({"a": (450, b"greylisted")}), "due"),
        (SMTPRecipientsRefused({"a": (550, b"unknown")}), "failed"),
        (SMTPServerDisconnected("gone"), "uncertain"),
    ],
)
def test_what_the_mail_server_says_decides(aurora, monkeypatch, error, state):
    def refuse(_self: Any, _messages: Any) -> int:
        raise error

    make_report(aurora)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    send_all()
    assert states(aurora) == [state]
    monkeypatch.undo()
    ReportMail.objects.for_org(aurora.org).filter(state="due").update(due_at=NOW)
    send_all()
    assert len(mail.outbox) == (state == "due")


def test_a_mail_server_that_is_away_is_tried_again(aurora, monkeypatch):
    def closed(_self: Any) -> None:
        raise ConnectionRefusedError

    make_report(aurora)
    monkeypatch.setattr(EmailBackend, "open", closed)
    for _try in range(6):
        send_all()
        ReportMail.objects.for_org(aurora.org).update(due_at=NOW)
    assert (mail.outbox, states(aurora)) == ([], ["failed"])


def test_who_may_not_read_it_any_more_gets_nothing(aurora):
    make_report(aurora, aurora.supervisor, aurora.agent)
    mailing.plan_due(NOW)
    aurora.agent.role = Role.CUSTOMER
    aurora.agent.save()
    aurora.supervisor.is_active = False
    aurora.supervisor.save()
    send_all()
    assert (mail.outbox, states(aurora)) == ([], ["dropped", "dropped"])


def test_people_make_pause_send_and_delete_reports(aurora, borealis, log_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    client = log_in(aurora.supervisor)
    form = {"tab": "texts", "cadence": "weekly", "weekday": "1", "month_day": "1", "hour": "7"}
    answer = client.post("/analytics/reports/", {**form, "recipients": [str(borealis.supervisor.pk)]})
    assert (answer.status_code, ScheduledReport.objects.for_org(aurora.org).count()) == (422, 0)
    assert client.post("/analytics/reports/", form).status_code == 422
    people = [str(user.pk) for user in (aurora.supervisor, aurora.agent)]
    assert client.post("/analytics/reports/", {**form, "recipients": people}).status_code == 302
    report = ScheduledReport.objects.for_org(aurora.org).get()
    assert report.next_at == datetime(2026, 3, 16, 7, tzinfo=UTC)
    make_message(make_conversation(aurora), at=datetime(2026, 3, 11, 12, tzinfo=UTC))
    for _click in range(2):
        client.post(f"/analytics/reports/{report.pk}/send/")
    assert states(aurora) == ["due", "due"]
    send_all()
    assert [one.subject for one in mail.outbox] == ["Aurora Outdoor: Texts, 03/09/2026 – 03/15/2026"] * 2
    client.post(f"/analytics/reports/{report.pk}/pause/", {"paused": "1"})
    send_all(NOW + timedelta(days=30))
    assert len(mail.outbox) == 2
    client.post(f"/analytics/reports/{report.pk}/pause/", {"paused": "0"})
    assert b"Next mail:" in client.get("/analytics/reports/").content
    assert client.post(f"/analytics/reports/{report.pk}/delete/").status_code == 302
    assert (ScheduledReport.objects.for_org(aurora.org).count(), states(aurora)) == (0, [])


def test_a_plain_mail_names_the_figures_of_each_agent(aurora, borealis):
    make_report(aurora, tab=ReportTab.AGENTS)
    for tenant in (aurora, borealis):
        make_call(tenant, at=NOW - timedelta(hours=20), agent=tenant.agent, duration=113)
    send_all()
    (one,) = mail.outbox
    columns = [metric.label for metric in map(by_key(Subject.CALLS).get, HEADLINES[ReportTab.AGENTS, Subject.CALLS])]
    cells = ("1", "1", "0", "1:53", "1:53")
    named = ", ".join(f"{column} {cell}" for column, cell in zip(columns, cells, strict=True))
    assert f"{aurora.agent.get_full_name()}: {named}" in one.body.splitlines()
    assert borealis.agent.get_full_name() not in one.body


def test_the_report_of_costs_has_texts_and_calls_by_provider_and_currency(aurora, borealis):
    make_report(aurora, aurora.supervisor, aurora.agent, tab=ReportTab.COSTS)
    conversation, other = make_conversation(aurora), make_conversation(borealis)
    for at, cost, segments in ((20, "0.0150", 2), (22, "0.0075", 1), (44, "0.0450", 6)):
        moment, price = NOW - timedelta(hours=at), {"cost": Decimal(cost), "cost_currency": "USD"}
        make_message(conversation, at=moment, segments=segments, provider_message_id=f"SM{at}", **price)
    later = NOW - timedelta(hours=10)
    make_message(conversation, at=later, provider_message_id="SM10", cost=Decimal("0.07"), cost_currency="EUR")
    make_message(other, at=later, provider_message_id="SM11", cost=Decimal(9), cost_currency="USD")
    make_call(aurora, at=NOW - timedelta(hours=20), cost=Decimal("0.25"), cost_currency="USD", duration=90)
    send_all()
    (one,) = mail.outbox
    assert (one.to, sorted(states(aurora))) == ([aurora.supervisor.email], ["dropped", "sent"])
    assert one.subject == "Aurora Outdoor: Costs, 03/15/2026"
    lines = one.body.splitlines()
    texts, calls = lines.index("Texts · USD"), lines.index("Calls · USD")
    assert lines.index("Texts · EUR") < texts < calls
    assert "Texts: 2 (+100 % more; before 1)" in lines[texts:calls]
    assert "Segments: 3 (−50 % less; before 6)" in lines[texts:calls]
    assert "Total: $0.0225 (−50 % less; before $0.045)" in lines[texts:calls]
    assert "Twilio: Texts 2, Segments 3, Estimated $0.0225, Billed $0.00, Total $0.0225" in lines[texts:calls]
    assert "Talking time: 1:30 (none before; before 0:00)" in lines[calls:]
    assert "/analytics/costs?first=2026-03-15&last=2026-03-15&by=provider" in one.body
    assert "$9" not in one.body + str(one.alternatives[0][0])


def test_who_may_not_read_costs_cannot_be_chosen_for_their_report(aurora, log_in):
    form = {"tab": "costs", "cadence": "weekly", "weekday": "1", "month_day": "1", "hour": "7"}
    form["recipients"] = [str(user.pk) for user in (aurora.supervisor, aurora.agent)]
    answer = log_in(aurora.supervisor).post("/analytics/reports/", form)
    assert (answer.status_code, ScheduledReport.objects.for_org(aurora.org).count()) == (422, 0)
    assert f"Leave out: {aurora.agent.get_full_name()}.".encode() in answer.content


def test_a_report_of_costs_in_which_nothing_has_cost_anything_says_so(aurora):
    make_report(aurora, tab=ReportTab.COSTS)
    send_all()
    (one,) = mail.outbox
    assert "Nothing has cost anything in this time." in one.body
    assert "Nothing has cost anything in this time." in str(one.alternatives[0][0])


def test_only_who_reads_all_figures_sets_up_reports(aurora, log_in):
    answers = {user.role: log_in(user).get("/analytics/reports/").status_code for user in aurora.users}
    assert answers == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 403, "CUSTOMER": 403}


@pytest.mark.parametrize("tab", ReportTab.values)
def test_every_report_can_be_written(aurora, tab):
    make_report(aurora, tab=ReportTab(tab))
    make_call(aurora, at=NOW - timedelta(hours=20), agent=aurora.agent)
    send_all()
    assert [len(one.body) > 100 for one in mail.outbox] == [True]


@pytest.mark.parametrize(
    ("plan", "after", "expected"),
    [
        # In Prague the clocks go from 2:00 to 3:00 on 29 March 2026.
        ({"cadence": "daily", "hour": 2}, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ({"cadence": "daily", "hour": 7}, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        ({"cadence": "weekly", "hour": 7, "weekday": 5}, NOW, datetime(2026, 3, 20, 6, tzinfo=UTC)),
        ({"cadence": "monthly", "hour": 7, "month_day": 1}, NOW, datetime(2026, 4, 1, 5, tzinfo=UTC)),
        ({"cadence": "daily", "hour": 7}, NOW, NOW + timedelta(days=1)),
    ],
)
def test_the_next_time_is_by_the_organizations_clock(aurora, plan, after, expected):
    aurora.org.time_zone = "Europe/Prague"
    assert next_time(ScheduledReport(**plan), aurora.org.zone, after=after) == expected


def test_a_report_is_about_what_is_over(aurora):
    aurora.org.time_zone = "Europe/Prague"
    found = {
        cadence: (stretch.first, stretch.last)
        for cadence in Cadence.values
        for stretch in [period(ScheduledReport(cadence=cadence), aurora.org.zone, at=NOW)]
    }
    assert found == {
        "daily": (date(2026, 3, 15), date(2026, 3, 15)),
        "weekly": (date(2026, 3, 9), date(2026, 3, 15)),
        "monthly": (date(2026, 2, 1), date(2026, 2, 28)),
    }
