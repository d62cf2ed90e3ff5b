"""Alerts: raised once at each crossing, ended once when it is calm again, told to those who watch, and kept."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from agents.models import Agent, BusinessHours
from analytics.alerting import evaluating, mailing, services
from analytics.alerting.evaluating import Evaluated, evaluate
from analytics.alerting.figures import values, watchables
from analytics.enums import Subject
from analytics.metrics import by_key
from analytics.models import AlertEvent, AlertRule, Comparison
from calls.enums import CallStatus
from contactcenter.core import notifications
from contactcenter.core.ids import new_id
from contactcenter.core.models import AuditEntry, NotificationPreference, PushMessage
from contactcenter.core.roles import Right, Role
from sms.enums import ConversationState
from sms.models import Conversation
from tests.analytics.alert_rows import make_rule, rows_of_alerts
from tests.analytics.changed_metrics import table_with
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_conversation, make_user
from tests.web.test_notifications import let_notify, pushed

PAGE, HTMX = "/alerts/", {"HX-Request": "true"}
ABOVE, BELOW = Comparison.AT_LEAST, Comparison.AT_MOST
RAISED, CLEARED, NOTHING = Evaluated(raised=1), Evaluated(cleared=1), Evaluated()


def wait(tenant: Tenant, count: int, *, minutes: int = 1) -> None:
    """Let so many customers wait, and no others."""
    Conversation.all_orgs.filter(organization=tenant.org).update(waiting_since=None)
    for _one in range(count):
        make_conversation(tenant, waiting_since=timezone.now() - timedelta(minutes=minutes))


# --- Raised and ended ------------------------------------------------------------------------------------------
def test_an_alert_is_raised_once_at_each_crossing_and_ends_once(aurora: Tenant, borealis: Tenant) -> None:
    rule = make_rule(aurora, threshold=2)
    make_rule(borealis, threshold=2)
    seen = []
    for count in (1, 2, 3, 2, 1, 0, 4, 4):
        wait(aurora, count)
        seen.append(evaluate())

    assert seen == [NOTHING, RAISED, NOTHING, NOTHING, CLEARED, NOTHING, RAISED, NOTHING]
    first, second = AlertEvent.objects.for_org(aurora.org).filter(rule=rule).order_by("id")
    assert (first.value, first.last_value, first.is_over) == (2, 1, True)
    assert (second.value, second.last_value, second.is_over) == (4, 4, False)
    assert not AlertEvent.objects.for_org(borealis.org).exists()


def test_a_figure_that_wavers_raises_one_alert(aurora: Tenant, borealis: Tenant) -> None:
    """It ends when it has been at the other threshold for as long as the rule asks."""
    make_rule(aurora, threshold=3, clear_threshold=Decimal(1), clear_minutes=2)
    now, seen = timezone.now(), []
    steps = [(0, 3), (1, 2), (2, 3), (3, 2), (4, 1), (5, 1), (5.5, 2), (6, 1), (7, 0), (7.9, 1), (8, 1), (9, 2)]
    for minutes, count in steps:
        wait(aurora, count)
        seen.append(evaluate(now + timedelta(minutes=minutes)))

    assert seen == [RAISED, *[NOTHING] * 9, CLEARED, NOTHING]


def test_two_alerts_of_one_rule_at_a_time_are_impossible(aurora: Tenant, borealis: Tenant) -> None:
    event = rows_of_alerts(aurora)
    with pytest.raises(IntegrityError, match="alert_of_a_rule_is_raised_once_at_a_time"), transaction.atomic():
        evaluating._raise(event.rule, Decimal(3), timezone.now())


def test_an_alert_whose_rule_is_not_in_force_ends(aurora: Tenant, borealis: Tenant) -> None:
    """However that came about; also where no other rule is in force."""
    ours, theirs = rows_of_alerts(aurora), rows_of_alerts(borealis)
    wait(aurora, 2)
    wait(borealis, 2)
    AlertRule.all_orgs.filter(pk=ours.rule_id).update(removed_at=timezone.now())
    assert [evaluate(), evaluate()] == [CLEARED, NOTHING]
    AlertRule.all_orgs.filter(pk=theirs.rule_id).update(is_active=False)
    assert [evaluate(), evaluate()] == [CLEARED, NOTHING]
    assert not AlertEvent.all_orgs.filter(cleared_at__isnull=True).exists()


def is_blocked() -> bool:
    """Whether a transaction of this database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_rule_that_is_removed_while_it_is_looked_at_raises_nothing(aurora: Tenant, borealis: Tenant) -> None:
    rule = make_rule(aurora)
    wait(aurora, 1)
    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            services.remove_rule(org=aurora.org, actor=aurora.admin, rule_id=rule.pk)
            looking = worker.submit(evaluate)  # It sees the rule in force, and has to wait before it raises.
            until = time.monotonic() + 10
            while not is_blocked() and not looking.done() and time.monotonic() < until:
                pass
        assert looking.result(10) == NOTHING
        worker.submit(connections.close_all).result(10)
    assert not AlertEvent.all_orgs.exists()


def test_a_rule_that_was_changed_since_its_figure_was_read_is_looked_at_again(aurora: Tenant) -> None:
    rule = make_rule(aurora, threshold=1)
    AlertRule.all_orgs.update(threshold=5)
    assert [evaluating._raise(rule, Decimal(value), timezone.now()) for value in (3, 5)] == [False, True]
    AlertEvent.all_orgs.all().delete()
    AlertRule.all_orgs.update(figure="longest_wait")
    assert evaluating._raise(rule, Decimal(9), timezone.now()) is False


def test_outside_business_hours_nothing_is_the_matter(aurora: Tenant, borealis: Tenant) -> None:
    for tenant in (aurora, borealis):
        BusinessHours.all_orgs.create(organization=tenant.org, weekly="Mo-Fr 09:00-17:00")
    make_rule(aurora, figure="available_agents", comparison=BELOW, threshold=0, only_when_open=True)
    make_rule(borealis, figure="available_agents", comparison=BELOW, threshold=0)
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)

    assert [evaluate(monday + timedelta(hours=hours)) for hours in (0, 1.5, 8.5, 10)] == [
        RAISED,
        RAISED,
        NOTHING,
        CLEARED,
    ]
    assert AlertEvent.objects.for_org(borealis.org).get().is_over is False


@pytest.mark.parametrize(
    ("figure", "comparison", "expected"),
    [
        ("longest_wait", ABOVE, 600),
        ("waiting", ABOVE, 2),
        ("available_agents", BELOW, 1),
        ("active_calls", ABOVE, 1),
        ("spent_today", ABOVE, 0),
        ("calls.total", ABOVE, 2),
        ("calls.failed", ABOVE, 1),
        ("calls.service_level", BELOW, None),
        ("texts.received", ABOVE, 0),
        ("a.figure.of.old", ABOVE, None),
    ],
)
def test_every_figure_can_be_watched(
    aurora: Tenant, borealis: Tenant, figure: str, comparison: str, expected: int | None
) -> None:
    wait(aurora, 2, minutes=10)
    make_conversation(aurora, waiting_since=timezone.now() - timedelta(hours=1), state=ConversationState.RESOLVED)
    wait(borealis, 1, minutes=90)
    Agent.all_orgs.filter(organization=aurora.org).update(status="AVAILABLE")
    make_call(aurora, status=CallStatus.RINGING)
    make_call(aurora, status=CallStatus.FAILED, at=timezone.now() - timedelta(minutes=59), direction="OUTBOUND")
    make_call(aurora, status=CallStatus.FAILED, at=timezone.now() - timedelta(minutes=61))
    make_call(borealis, status=CallStatus.FAILED)
    rule = make_rule(aurora, figure=figure, comparison=comparison, window_minutes=60)

    now = timezone.now() + timedelta(milliseconds=1)
    value = values(aurora.org, [rule], now=now)[rule.pk]

    assert (int(value) if value is not None else None) == expected


def test_all_metrics_are_offered() -> None:
    assert {"longest_wait", "calls.completion_rate", "texts.delivery_rate"} <= set(watchables())
    assert max(map(len, watchables())) <= AlertRule._meta.get_field("figure").max_length


# --- Told ------------------------------------------------------------------------------------------------------
@pytest.fixture
def devices(aurora: Tenant, borealis: Tenant) -> None:
    for tenant in (aurora, borealis):
        for user in tenant.users:
            let_notify(tenant, user)


def test_those_who_watch_are_told_once_on_their_devices_and_by_mail(
    aurora: Tenant, borealis: Tenant, devices: None, settings: Any
) -> None:
    make_user(aurora.org, Role.SUPERVISOR, email="gone@aurora.example", is_active=False)
    rule = make_rule(aurora, figure="longest_wait", threshold=300)
    wait(aurora, 1, minutes=7)
    for _again in range(3):
        evaluate()
        mailing.mail_due()

    assert pushed() == [("admin@aurora.example", "alert"), ("supervisor@aurora.example", "alert")]
    assert {message.path for message in PushMessage.all_orgs.all()} == {PAGE}
    assert [one.to for one in mail.outbox] == [["admin@aurora.example"], ["supervisor@aurora.example"]]
    assert mail.outbox[0].subject == f"Alert: {rule.name}"
    assert "Longest wait now: at least 5:00\nIt was 7:0" in mail.outbox[0].body
    assert f"{settings.PUBLIC_BASE_URL}{PAGE}" in mail.outbox[0].body


def alert_for_each(*tenants: Tenant) -> None:
    for tenant in tenants:
        make_rule(tenant)
        wait(tenant, 1)
    evaluate()


def mailed() -> list[str]:
    return [address for one in mail.outbox for address in one.to]


def test_a_name_of_several_lines_stops_no_mail(aurora: Tenant, borealis: Tenant) -> None:
    alert_for_each(aurora, borealis)
    AlertEvent.objects.for_org(aurora.org).update(name="x\r\ny\u2028z")
    assert [mailing.mail_due(), mailing.mail_due()] == [2, 0]
    assert {one.subject for one in mail.outbox} == {"Alert: x y z", "Alert: borealis rule"}
    assert len(mailed()) == 4


def test_a_mail_that_cannot_be_made_stops_no_other(aurora: Tenant, borealis: Tenant, monkeypatch: Any) -> None:
    def broken(event: AlertEvent) -> str:
        if event.organization_id == aurora.org.pk:
            raise ValueError
        return "theirs"

    monkeypatch.setattr(mailing, "title", broken)
    alert_for_each(aurora, borealis)
    mailing.mail_due()
    assert mailed() == ["admin@borealis.example", "supervisor@borealis.example"]


def test_a_mail_server_that_is_away_is_tried_again_for_an_hour(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    def closed(_self: EmailBackend) -> None:
        raise ConnectionRefusedError

    now = timezone.now()
    time_machine.move_to(now)
    alert_for_each(aurora, borealis)
    AlertEvent.objects.for_org(borealis.org).update(raised_at=now - timedelta(minutes=30))
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "open", closed)
        assert [mailing.mail_due(), mailing.mail_due(), mail.outbox] == [0, 0, []]
    time_machine.move_to(now + timedelta(minutes=31))
    assert [mailing.mail_due(), mailing.mail_due()] == [2, 0]
    assert mailed() == ["admin@aurora.example", "supervisor@aurora.example"]


@pytest.mark.parametrize(
    ("error", "comes_later"),
    [
        (SMTPRecipientsRefused({"a": (450, b"greylisted")}), True),
        (SMTPDataError(451, b"later"), True),
        (SMTPDataError(554, b"no"), False),
        (SMTPRecipientsRefused({"a": (550, b"unknown")}), False),
        (SMTPServerDisconnected("in the middle"), False),
    ],
)
def test_who_was_mailed_is_not_mailed_again_because_another_was_not(
    aurora: Tenant, monkeypatch: pytest.MonkeyPatch, error: Exception, comes_later: bool
) -> None:
    take = EmailBackend.send_messages

    def refuse_one(self: EmailBackend, messages: Any) -> int:
        if messages[0].to == ["admin@aurora.example"]:
            raise error
        return take(self, messages)

    alert_for_each(aurora)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse_one)
        for _again in range(2):
            assert mailing.mail_due() in ((0,) if comes_later else (0, 1))
    mailing.mail_due()
    assert mailed() == ["supervisor@aurora.example", *(["admin@aurora.example"] if comes_later else [])]


def test_what_has_no_name_is_called_by_what_it_says_in_the_readers_language(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    aurora.supervisor.language = "cs"
    aurora.supervisor.save()
    make_rule(aurora, name="")
    make_rule(borealis, name="Theirs")
    wait(aurora, 1)
    evaluate()
    mailing.mail_due()

    subjects = {one.to[0]: one.subject for one in mail.outbox}
    assert subjects["admin@aurora.example"] == "Alert: Waiting conversations now: at least 1"
    assert subjects["supervisor@aurora.example"] == "Upozornění: Čekající konverzace nyní: nejméně 1"
    for path in (PAGE, "/supervisor/"):
        page = log_in(aurora.supervisor).get(path).content.decode()
        assert "Čekající konverzace nyní: nejméně 1" in page
        assert "Waiting" not in page
        assert "Theirs" not in page


def test_an_alert_is_told_and_shown_to_who_may_read_its_figure(
    aurora: Tenant, borealis: Tenant, devices: None, log_in: LogIn
) -> None:
    supervisor, admin = log_in(aurora.supervisor), log_in(aurora.admin)
    with table_with(replace(by_key(Subject.CALLS)["missed"], right=Right.ADMINISTER)):
        secret = make_rule(aurora, name="Secret", figure="calls.missed", window_minutes=60)
        for tenant in (aurora, borealis):
            make_rule(tenant, name=f"Open {tenant.org.slug}", figure="calls.failed", window_minutes=60)
            for status in (CallStatus.NO_ANSWER, CallStatus.FAILED):
                make_call(tenant, status=status)
        evaluate(timezone.now() + timedelta(seconds=1))
        mailing.mail_due()

        assert sorted((one.to[0], one.subject) for one in mail.outbox if "aurora" in one.to[0]) == [
            ("admin@aurora.example", "Alert: Open aurora"),
            ("admin@aurora.example", "Alert: Secret"),
            ("supervisor@aurora.example", "Alert: Open aurora"),
        ]
        assert Counter(pushed())["supervisor@aurora.example", "alert"] == 1
        assert Counter(pushed())["admin@aurora.example", "alert"] == 2
        for path in (PAGE, "/supervisor/"):
            pages = [client.get(path).content for client in (supervisor, admin)]
            assert [(b"Secret" in page, b"Open aurora" in page) for page in pages] == [(False, True), (True, True)]
        assert [b"wall-missed" in client.get("/supervisor/").content for client in (supervisor, admin)] == [False, True]

        event = AlertEvent.all_orgs.get(rule=secret)
        urls = [f"{PAGE}{event.pk}/seen/", f"{PAGE}rules/{secret.pk}/", f"{PAGE}rules/{secret.pk}/remove/"]
        assert [supervisor.post(url, FORM).status_code for url in urls] == [404] * 3
        assert supervisor.get(urls[1]).status_code == 404
        offered = [b"calls.missed" in client.get(f"{PAGE}rules/new/").content for client in (supervisor, admin)]
        assert offered == [False, True]
        about_it = {**FORM, "figure": "calls.missed"}
        made = [client.post(f"{PAGE}rules/new/", about_it).status_code for client in (supervisor, admin)]
        assert made == [422, 302]
        assert [admin.post(url, FORM).status_code for url in urls] == [302] * 3


def test_a_rule_may_send_no_mail_and_a_late_mail_is_none(aurora: Tenant, borealis: Tenant) -> None:
    make_rule(aurora, by_mail=False)
    make_rule(borealis)
    wait(aurora, 1)
    wait(borealis, 1)
    evaluate(timezone.now() - timedelta(hours=2))

    assert (mailing.mail_due(), mailing.mail_due(), mail.outbox) == (1, 0, [])


# --- The page --------------------------------------------------------------------------------------------------
FORM = {"figure": "longest_wait", "comparison": "ge", "threshold": "300", "by_mail": "on", "is_active": "on"}


def test_supervisors_make_change_and_remove_rules(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.supervisor)
    assert client.post(f"{PAGE}rules/new/", FORM)["Location"] == PAGE
    rule = AlertRule.all_orgs.get()
    assert (rule.organization, rule.name, rule.window_minutes) == (aurora.org, "", None)
    assert b"<strong>Longest wait now: at least 5:00</strong>" in client.get(PAGE).content

    wait(aurora, 1, minutes=9)
    assert evaluate() == RAISED
    counted = {**FORM, "figure": "calls.missed", "threshold": "5", "clear_threshold": "2", "name": "Missed"}
    url = f"{PAGE}rules/{rule.pk}/"
    assert b'value="300"' in client.get(url).content
    assert client.post(url, counted).status_code == 302
    rule.refresh_from_db()
    assert (rule.figure, rule.window_minutes, rule.clear_threshold) == ("calls.missed", 60, 2)
    assert AlertEvent.all_orgs.get().is_over, "it was of another figure"

    assert client.post(f"{url}remove/").status_code == 302
    assert [client.get(url).status_code, client.post(f"{url}remove/").status_code] == [404, 404]
    assert b"Longest wait now" in client.get(PAGE).content, "the log stays"
    actions = AuditEntry.all_orgs.filter(object_id=rule.pk).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["alert_rule.made", "alert_rule.changed", "alert_rule.removed"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"figure": "nothing"}, b"Select a valid choice"),
        ({"threshold": ""}, b"This field is required"),
        ({"clear_threshold": "301"}, b"This must not be more than the threshold."),
        ({"comparison": "le", "clear_threshold": "299"}, b"This must not be less than the threshold."),
        ({"name": "queue\rBcc: a@b.example"}, b"This must be one line"),
        ({"clear_minutes": "1441"}, b"less than or equal to 1440"),
        ({"window_minutes": "7", "figure": "calls.missed"}, b"Select a valid choice"),
    ],
)
def test_what_is_no_rule_is_refused(aurora: Tenant, log_in: LogIn, change: dict[str, str], words: bytes) -> None:
    answer = log_in(aurora.admin).post(f"{PAGE}rules/new/", {**FORM, **change})
    assert (answer.status_code, words in answer.content, AlertRule.all_orgs.exists()) == (422, True, False)


def shown(page: str) -> list[str]:
    """Return the ids of the alerts that a page's log shows."""
    return re.findall(r'<li class="alert-line[^"]*" id="alert-([0-9a-f-]{36})"', page)


def test_the_log_goes_on_where_it_stopped_and_stays_on_its_page(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    """One look of the worker finds several alerts at one moment: none of them may stand between two pages."""
    alert_for_each(aurora, borealis)
    first = AlertEvent.objects.for_org(aurora.org).get()
    copies = [copy(first) for _each in range(51)]
    for one in copies:
        one.pk, one.cleared_at = new_id(), first.raised_at
    AlertEvent.all_orgs.bulk_create(copies)
    client = log_in(aurora.supervisor)
    newest = shown(client.get(PAGE).content.decode())
    (older_url,) = re.findall(r'class="btn" href="(/alerts/\?before=[0-9a-f-]{36})"', client.get(PAGE).content.decode())
    older = shown(client.get(older_url).content.decode())
    assert (len(newest), len(older)) == (50, 2)
    assert {*newest, *older} == {str(pk) for pk in AlertEvent.objects.for_org(aurora.org).values_list("pk", flat=True)}

    before = older_url.partition("=")[2]
    answer = client.post(f"{PAGE}{older[0]}/seen/", {"before": before}, headers=HTMX)
    assert (shown(answer.content.decode()), b"seen by Supervisor Aurora" in answer.content) == (older, True)
    assert client.post(f"{PAGE}{older[1]}/seen/", {"before": before})["Location"] == older_url
    for unknown in (AlertEvent.objects.for_org(borealis.org).get().pk, "2026-03-01T00:00:00Z"):
        assert shown(client.get(f"{PAGE}?before={unknown}").content.decode()) == newest


def test_an_alert_is_seen_by_whoever_says_so_first(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    event = rows_of_alerts(aurora)
    AlertEvent.all_orgs.update(seen_by=None)
    url = f"{PAGE}{event.pk}/seen/"
    assert log_in(borealis.supervisor).post(url).status_code == 404
    assert log_in(aurora.agent).post(url).status_code == 403
    answer = log_in(aurora.supervisor).post(url, headers=HTMX)
    assert (answer.status_code, b"seen by Supervisor Aurora" in answer.content) == (200, True)
    assert log_in(aurora.admin).post(url)["Location"] == PAGE
    event.refresh_from_db()
    assert event.seen_by == aurora.supervisor
    assert log_in(aurora.agent).get(PAGE).status_code == 403


def test_only_those_who_watch_choose_whether_they_hear_of_alerts(aurora: Tenant, log_in: LogIn) -> None:
    """Who chose before there were alerts hears of them as if they had chosen nothing."""
    page = "/accounts/notifications/"
    assert [b"alert-push" in log_in(user).get(page).content for user in (aurora.agent, aurora.supervisor)] == [
        False,
        True,
    ]
    let_notify(aurora, aurora.admin)

    notifications.choose(NotificationPreference(organization=aurora.org, user=aurora.admin, channels={"mine": []}))
    make_rule(aurora)
    wait(aurora, 1)
    evaluate()
    assert pushed() == [("admin@aurora.example", "alert")]
