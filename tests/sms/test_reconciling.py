"""The daily report: three sets per organization, account and day, made exactly once."""

import json
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from contactcenter.providers import registry
from contactcenter.providers.base import Timeouts
from sms import reconciling
from sms.enums import CostSource, Difference, MessageStatus
from sms.models import Message, ReconciliationReport, ReconciliationRow
from tests.carrier import Carrier
from tests.factories import make_attempt, make_conversation, make_message
from tests.sms.test_checking import sent
from tests.sms.test_doubts import ended_at_the_carrier
from tests.sms.test_sending import again

pytestmark = pytest.mark.django_db(transaction=True)
PROVIDERS = ["twilio", "telnyx"]


def today():
    return timezone.now().astimezone(UTC).date()


def compare(account, **kwargs) -> ReconciliationReport:
    report = reconciling.compare(account, today(), **kwargs)
    assert report is not None
    return report


def sets_of(report: ReconciliationReport) -> list[tuple[str, str]]:
    rows = ReconciliationRow.all_orgs.filter(report=report)
    return sorted(rows.values_list("difference", "provider_message_id"))


def send_beside_us(carrier: Carrier, account, number, to: str) -> str:
    """Somebody else sends with the organization's account."""
    fields = {
        "TWILIO": {"To": to, "From": number.address, "Body": "Not ours"},
        "TELNYX": {"to": to, "from": number.address, "text": "Not ours"},
    }
    adapter = registry.get(account.provider)
    return adapter.send(account.credentials(), fields[account.provider], Timeouts(2, 5)).provider_message_id


@pytest.mark.parametrize("provider", PROVIDERS)
def test_three_sets_of_one_account(aurora, borealis, carrier, provider):
    account, number = getattr(aurora, provider), getattr(aurora, f"{provider}_number")
    agreed, wrong_end, wrong_price = (sent(aurora, carrier, provider) for _ in range(3))
    stranger = send_beside_us(carrier, account, number, "+12025551999")
    ended_at_the_carrier(carrier, 4)
    for message, fields in (
        (wrong_end, {"status": MessageStatus.UNDELIVERED, "rank": 30}),
        (wrong_price, {"status": MessageStatus.DELIVERED, "rank": 30, "cost": "0.5", "cost_source": CostSource.FINAL}),
    ):
        Message.all_orgs.filter(pk=message.pk).update(cost_currency="USD", **fields)
    Message.all_orgs.filter(pk=wrong_end.pk).update(cost="0.0083" if provider == "twilio" else "0.0051")
    Message.all_orgs.filter(pk=wrong_end.pk).update(cost_source=CostSource.FINAL)
    unknown = "SM" + "7" * 32 if provider == "twilio" else "77777777-7777-4777-8777-777777777777"
    conversation = make_conversation(aurora, phone_number=number)
    lost = make_message(conversation, status=MessageStatus.SENT, provider_message_id=unknown)
    make_attempt(lost, provider_message_id=unknown)

    report = compare(account)

    ids = {message.pk: again(message).provider_message_id for message in (wrong_end, wrong_price)}
    assert sets_of(report) == sorted(
        [
            (Difference.OURS_NOT_THEIRS, unknown),
            (Difference.THEIRS_NOT_OURS, stranger),
            (Difference.STATUS, ids[wrong_end.pk]),
            (Difference.PRICE, ids[wrong_price.pk]),
        ]
    )
    counted = (report.compared, report.ours_not_theirs, report.theirs_not_ours, report.different, report.inserted)
    assert counted == (4, 1, 1, 2, 0)
    assert (report.is_complete, report.organization_id) == (True, aurora.org.pk)
    found = again(agreed)
    assert (found.status, found.cost_source, found.next_check_at) == ("delivered", CostSource.FINAL, None)
    price = ReconciliationRow.all_orgs.get(difference=Difference.PRICE)
    assert (price.our_cost, price.their_cost) == (Decimal("0.5"), found.cost)
    assert not ReconciliationReport.objects.for_org(borealis.org).exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_text_that_is_not_listed_yet_is_asked_about_and_is_theirs(aurora, carrier, provider):
    message = sent(aurora, carrier, provider, outcome={"accept": True, "callbacks": []})
    report = compare(getattr(aurora, provider))
    assert (report.compared, sets_of(report)) == (1, [])
    assert again(message).status == MessageStatus.ACCEPTED


def test_text_from_outside_that_was_missing_is_inserted(aurora, carrier):
    order = {"from": "+12025550177", "to": aurora.twilio_number.address, "body": "Hi", "copies": 0}
    carrier.control("inbound", order)
    report = compare(aurora.twilio)
    assert (report.inserted, sets_of(report)) == (1, [])
    assert Message.objects.for_org(aurora.org).get().body == "Hi"


def test_day_is_compared_once_however_many_workers_there_are(aurora, borealis, carrier, monkeypatch):
    monkeypatch.setattr(reconciling, "_HOUR", 0)
    searches: list[str] = []
    search = type(registry.records("TWILIO")).search

    def counted(self, credentials, wanted, timeouts, *, pages):
        searches.append(credentials.account_id)
        return search(self, credentials, wanted, timeouts, pages=pages)

    monkeypatch.setattr(type(registry.records("TWILIO")), "search", counted)

    def work() -> None:
        try:
            reconciling.run_due()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(searches) == sorted([aurora.twilio.account_id, borealis.twilio.account_id])
    yesterday = today() - timedelta(days=1)
    reports = ReconciliationReport.all_orgs.all()
    assert {(report.day, report.finished_at is None) for report in reports} == {(yesterday, False)}
    assert len(reports) == 4
    assert reconciling.run_due() == 0


def test_provider_that_is_away_leaves_the_day_open_until_it_is_back(aurora, carrier, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    assert reconciling.compare(aurora.twilio, today()) is None
    report = ReconciliationReport.all_orgs.get()
    assert (report.finished_at, report.error, report.lease_token) == (None, "connect_failed", None)
    settings.TWILIO_API_BASE_URL = carrier.url
    assert reconciling.compare(aurora.twilio, today()) is None  # Not so soon.
    ReconciliationReport.all_orgs.update(lease_until=timezone.now())
    assert compare(aurora.twilio).error == ""


def test_worker_that_dies_leaves_the_day_to_the_next(aurora, carrier):
    assert reconciling._claim(aurora.twilio, today(), again=False) is not None
    assert reconciling.compare(aurora.twilio, today()) is None
    assert reconciling.compare(aurora.twilio, today(), again=True) is None
    ReconciliationReport.all_orgs.update(lease_until=timezone.now())
    assert compare(aurora.twilio).finished_at is not None


def test_day_that_was_not_over_is_compared_once_more(aurora, carrier):
    first = compare(aurora.twilio)
    assert first.covered_until < datetime.combine(today(), datetime.min.time(), UTC) + timedelta(days=1)
    ReconciliationRow.all_orgs.create(
        organization=aurora.org, report=first, difference=Difference.STATUS, provider_message_id="old"
    )
    assert sets_of(compare(aurora.twilio)) == []
    assert ReconciliationReport.all_orgs.count() == 1


def run(*args: str) -> str:
    out = StringIO()
    call_command("reconcile", *args, stdout=out)
    return out.getvalue()


def test_command_says_what_differs(aurora, borealis, carrier):
    send_beside_us(carrier, aurora.twilio, aurora.twilio_number, "+12025551999")
    ended_at_the_carrier(carrier, 0)
    results = json.loads(run("--org", "aurora", "--since", today().isoformat(), "--json"))
    assert [(row["organization"], row["provider"], row["finished"]) for row in results] == [
        ("aurora", "TELNYX", True),
        ("aurora", "TWILIO", True),
    ]
    assert {row["day"] for row in results} == {today().isoformat()}
    lines = run().splitlines()
    assert len(lines) == 4
    assert all("compared 0: 0 ours not theirs" in line for line in lines)


@pytest.mark.parametrize("args", [("--org", "nobody"), ("--since", "tomorrow"), ("--since", "2020-01-01")])
def test_command_refuses_what_makes_no_sense(aurora, args):
    with pytest.raises(CommandError):
        run(*args)


def test_command_fails_when_an_account_could_not_be_asked(aurora, carrier, settings):
    settings.TELNYX_API_BASE_URL = "http://127.0.0.1:9/v2"
    with pytest.raises(CommandError, match="could not be compared"):
        run("--org", "aurora")


def test_reports_are_shown_to_their_administrators_only(aurora, borealis, carrier, log_in):
    report = compare(aurora.twilio)
    address = reverse("admin:sms_reconciliationreport_change", args=[report.pk])
    assert address in log_in(aurora.admin).get(reverse("sms:health")).content.decode()
    assert address not in log_in(borealis.admin).get(reverse("sms:health")).content.decode()
    assert log_in(aurora.admin).get(address).status_code == 200
    assert log_in(borealis.admin).get(address).status_code == 404
