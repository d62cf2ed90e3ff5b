"""The ledger of consent through its doors: webhooks, pages, the sender, the file for the court."""

import csv
import io
import re
import threading
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from contactcenter.core.models import AuditEntry
from sms import consent, inbound, sending, services
from sms.enums import ConsentFlag, ConsentSource, ConsentState, Direction, ErrorCode, MessageClass, MessageStatus
from sms.models import Attempt, Consent, ConsentEntry, Conversation, Message, SmsPolicy
from tests.carrier import Carrier
from tests.factories import Tenant, make_conversation, make_message
from tests.webhooks import post_telnyx, post_twilio, telnyx_event, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMER = "+15558675310"
_sids = (f"SM{number:032x}" for number in range(1, 10_000))


def write_in(tenant: Tenant, body: str, **changes: str) -> Message:
    """Let the customer text the tenant's Twilio number; return the stored text."""
    sid = next(_sids)
    fields = {"AccountSid": tenant.twilio.account_id, "To": tenant.twilio_number.address, "MessageSid": sid}
    assert (
        post_twilio(
            "/hooks/twilio/sms/inbound", twilio_form("inbound_sms", **fields, Body=body, **changes), tenant.twilio
        ).status_code
        == 200
    )
    inbound.process_due()
    return Message.objects.for_org(tenant.org).get(provider_message_id=sid)


def write_in_over_telnyx(tenant: Tenant, body: str, **payload) -> None:
    event = telnyx_event(
        "message.received",
        event_id=next(_sids),
        **{"id": next(_sids), "to": [{"phone_number": tenant.telnyx_number.address}], "text": body},
        **{"from": {"phone_number": CUSTOMER}},
        **payload,
    )
    assert post_telnyx("/hooks/telnyx/sms", event, tenant.telnyx).status_code == 200
    inbound.process_due()


def queue(tenant: Tenant, body: str = "Hello", **fields) -> Message:
    text = services.OutgoingText(to_number=CUSTOMER, body=body, **fields)
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def send_due() -> None:
    for claimed in sending.claim(100):
        sending.send_claimed(claimed)


def answers(tenant: Tenant) -> list[str]:
    rows = Message.objects.for_org(tenant.org).filter(message_class=MessageClass.AUTOMATIC).order_by("id")
    return list(rows.values_list("body", flat=True))


def ledger(tenant: Tenant) -> list[tuple[str, str, str, str]]:
    rows = ConsentEntry.objects.for_org(tenant.org).order_by("id")
    return list(rows.values_list("before", "state", "source", "word"))


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


def test_our_own_stop_word_is_confirmed_once_past_quota_and_block(aurora, borealis, carrier: Carrier, settings):
    SmsPolicy.all_orgs.create(organization=aurora.org, opt_out_answer="Hotovo.")
    settings.SMS_RATE_LIMIT = 0
    keyword = write_in(aurora, "Odhlásit")
    write_in(aurora, "odhlásit!")
    send_due()
    confirmation = Message.objects.for_org(aurora.org).get(message_class=MessageClass.AUTOMATIC)
    assert (confirmation.body, confirmation.status, confirmation.answers) == ("Hotovo.", "accepted", keyword)
    assert [entry["body"] for entry in carrier.truth()] == ["Hotovo."]
    assert ledger(aurora) == [
        ("", "opted_out", "keyword", "ODHLASIT"),
        ("opted_out", "opted_out", "keyword", "ODHLASIT"),
    ]
    assert (answers(borealis), ledger(borealis)) == ([], [])


def test_start_lifts_the_block_and_is_confirmed_with_our_sentence(aurora):
    write_in(aurora, "Konec")
    write_in(aurora, "Přihlásit")
    name = aurora.org.name
    assert answers(aurora) == [
        f"{name}: you will get no more texts from us. Reply START to allow them again.",
        f"{name}: you will get texts from us again. Reply STOP to end them.",
    ]
    assert not consent.is_opted_out(aurora.org, CUSTOMER)


def test_words_that_the_provider_answers_get_no_second_answer(aurora):
    write_in(aurora, "STOP")
    write_in(aurora, "basta", OptOutType="STOP")
    write_in(aurora, "start")
    write_in(aurora, "HELP")
    assert answers(aurora) == []
    write_in_over_telnyx(aurora, "REVOKE")
    assert len(answers(aurora)) == 1


def test_where_the_provider_was_told_not_to_answer_we_do(aurora):
    SmsPolicy.all_orgs.create(organization=aurora.org, provider_answers_words=False, help_answer="Call us.")
    write_in(aurora, "STOP")
    write_in(aurora, "help")
    write_in(aurora, "help", OptOutType="HELP")
    assert [*answers(aurora)][1:] == ["Call us."]
    assert len(answers(aurora)) == 2


def test_two_machines_cannot_talk_all_night(aurora, settings):
    settings.AUTOMATIC_ANSWERS_PER_HOUR = 2
    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(4):
            write_in(aurora, "pomoc")
        assert len(answers(aurora)) == 2
        clock.shift(timedelta(minutes=61))
        write_in(aurora, "pomoc")
        assert len(answers(aurora)) == 3


@pytest.mark.parametrize("sender", ["12345", "KRALIKI"])
def test_machines_are_never_answered(aurora, sender):
    write_in(aurora, "pomoc", From=sender)
    write_in(aurora, "konec", From=sender)
    assert answers(aurora) == []
    assert consent.is_opted_out(aurora.org, sender)


def test_a_keyword_that_arrives_twice_is_obeyed_and_answered_once(aurora):
    fields = twilio_form(
        "inbound_sms", AccountSid=aurora.twilio.account_id, To=aurora.twilio_number.address, Body="konec"
    )
    for number in range(2):
        fields["RcvdBy"] = str(number)  # Another webhook about the same text.
        post_twilio("/hooks/twilio/sms/inbound", fields, aurora.twilio)
        inbound.process_due()
    assert (len(answers(aurora)), len(ledger(aurora))) == (1, 1)


def test_a_sentence_is_flagged_and_a_person_decides(aurora, borealis, log_in):
    agent, stranger = log_in(aurora.agent), log_in(borealis.agent)
    first = write_in(aurora, "Please stop texting me")
    second = write_in(aurora, "I will cancel tomorrow")
    address = f"/sms/{first.conversation_id}/"
    page = agent.get(address).content.decode()
    assert not consent.is_opted_out(aurora.org, CUSTOMER)
    assert page.count('class="message-flag"') == 2
    assert "I will cancel tomorrow</q>" in unescape(page)
    assert "Opt-out?" in agent.get("/sms/").content.decode()

    assert stranger.post(f"/sms/message/{second.pk}/no-opt-out/").status_code == 404
    assert agent.post(f"/sms/message/{second.pk}/no-opt-out/").headers["Location"] == address
    assert again(second).consent_flag == ConsentFlag.DISMISSED
    assert "Please stop texting me</q>" in agent.get(address).content.decode()
    part = agent.post(f"/sms/message/{first.pk}/opt-out/", headers={"HX-Request": "true"})
    assert f"sms:conversation-{first.conversation_id}" in part.headers["HX-Trigger"]
    assert "data-blocks-sending" in part.content.decode()
    again_part = agent.post(f"/sms/message/{first.pk}/opt-out/", headers={"HX-Request": "true"})
    assert "already decided" in again_part.content.decode()

    assert ledger(aurora) == [("", "opted_out", "agent", "")]
    entry = ConsentEntry.all_orgs.get()
    assert (entry.message, entry.actor, again(first).consent_flag) == (first, aurora.agent, ConsentFlag.OBEYED)
    assert not Conversation.all_orgs.get(pk=first.conversation_id).is_flagged
    deeds = AuditEntry.objects.for_org(aurora.org).order_by("id").values_list("action", flat=True)
    assert list(deeds) == ["consent.flag_dismissed", "consent.flag_obeyed"]


def test_start_pins_the_person_to_the_provider_that_unblocked(aurora, borealis):
    write_in_over_telnyx(aurora, "STOP", autoresponse_type="STOP")
    write_in_over_telnyx(aurora, "START", autoresponse_type="START")
    assert consent.pinned_provider(aurora.org, CUSTOMER) == "TELNYX"
    assert consent.pinned_provider(borealis.org, CUSTOMER) is None
    assert queue(aurora).from_address == aurora.telnyx_number.address
    with pytest.raises(services.OtherProviderOnly):
        queue(aurora, from_number=aurora.twilio_number.address)
    assert queue(borealis).from_address == borealis.twilio_number.address

    write_in(aurora, "start")
    assert consent.pinned_provider(aurora.org, CUSTOMER) is None
    assert queue(aurora).from_address == aurora.twilio_number.address


def test_agents_opt_out_and_only_a_proof_opts_in(aurora, borealis, log_in):
    conversation = make_conversation(aurora, address=CUSTOMER)
    waiting, foreign = queue(aurora), queue(borealis)
    agent, supervisor = log_in(aurora.agent), log_in(aurora.supervisor)
    address = f"/sms/{conversation.pk}/"
    assert log_in(borealis.supervisor).post(f"{address}opt-in/", {"proof": "x"}).status_code == 404
    agent.post(f"{address}opt-out/")
    assert (again(waiting).status, again(waiting).error_code) == (MessageStatus.BLOCKED, ErrorCode.OPTED_OUT)
    assert again(foreign).status == MessageStatus.QUEUED
    assert agent.post(f"{address}opt-in/", {"proof": "signed form"}).status_code == 403
    supervisor.post(f"{address}opt-in/", {"proof": "  "})
    assert consent.is_opted_out(aurora.org, CUSTOMER)
    supervisor.post(f"{address}opt-in/", {"proof": "Signed form 4711"})
    assert not consent.is_opted_out(aurora.org, CUSTOMER)
    assert ledger(aurora) == [("", "opted_out", "agent", ""), ("opted_out", "opted_in", "proof", "")]
    assert "Signed form 4711" in supervisor.get(f"{address}consent/").content.decode()
    assert answers(aurora) == []


def test_the_ledger_only_grows(aurora):
    write_in(aurora, "STOP")
    for statement in ("UPDATE sms_consententry SET word = 'START'", "DELETE FROM sms_consententry"):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ledger(aurora) == [("", "opted_out", "keyword", "STOP")]


def test_the_proof_is_a_file_that_no_spreadsheet_runs(aurora, borealis, log_in):
    keyword = write_in(aurora, "STOP")
    write_in(borealis, "STOP")
    other = make_conversation(aurora, address="+420777123456")
    supervisor = log_in(aurora.supervisor)
    supervisor.post(f"/sms/{other.pk}/opt-out/")
    supervisor.post(f"/sms/{other.pk}/opt-in/", {"proof": "=HYPERLINK(1);＝1"})
    assert log_in(aurora.agent).get("/sms/consent/export/").status_code == 403

    answer = supervisor.get("/sms/consent/export/")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["number"], row["state"], row["word"], row["decided_by"], row["proof"]) for row in rows] == [
        (f"tel:{CUSTOMER}", "opted_out", "STOP", "", ""),
        ("tel:+420777123456", "opted_out", "", aurora.supervisor.email, ""),
        ("tel:+420777123456", "opted_in", "", aurora.supervisor.email, "'=HYPERLINK(1);'＝1"),
    ]
    assert rows[0]["message_id"] == str(keyword.pk)
    one = b"".join(supervisor.get(f"/sms/{other.pk}/consent/export/")).decode()
    assert (one.count("tel:+420777123456"), CUSTOMER in one) == (2, False)
    assert not re.search(r"(^|,)[=+\-@\t]", one, re.MULTILINE)


def test_a_providers_refusal_is_in_the_ledger_once(aurora, carrier: Carrier):
    carrier.script({"refuse": {"http_status": 400, "code": 21610, "message": "unsubscribed"}})
    message = queue(aurora)
    send_due()
    assert again(message).error_code == ErrorCode.OPTED_OUT
    assert ledger(aurora) == [("", "opted_out", "provider", "")]


def test_an_older_decision_overwrites_no_newer_one(aurora):
    now = timezone.now()
    for state, at in [(ConsentState.OPTED_IN, now), (ConsentState.OPTED_OUT, now - timedelta(hours=1))]:
        consent.write(
            org_id=aurora.org.pk, address=CUSTOMER, state=state, source=ConsentSource.KEYWORD, message=None, now=at
        )
    assert Consent.all_orgs.get().state == ConsentState.OPTED_IN
    assert len(ledger(aurora)) == 1


def test_stop_while_fifty_texts_wait_stops_all_that_were_not_dialled(aurora, borealis, carrier: Carrier):
    texts = [queue(aurora, body=f"Text {number}") for number in range(50)]
    foreign = queue(borealis)
    claimed_before = sending.claim(10)
    fields = {"AccountSid": aurora.twilio.account_id, "To": aurora.twilio_number.address, "Body": "STOP"}
    post_twilio("/hooks/twilio/sms/inbound", twilio_form("inbound_sms", **fields), aurora.twilio)
    together = threading.Barrier(5)

    def work() -> None:
        together.wait()
        while claimed := sending.claim(2):
            for one in claimed:
                sending.send_claimed(one)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    together.wait()
    inbound.process_due()
    dialled = set(Attempt.objects.for_org(aurora.org).values_list("message_id", flat=True))
    for worker in workers:
        worker.join()
    for one in claimed_before:
        sending.send_claimed(one)

    assert set(Attempt.objects.for_org(aurora.org).values_list("message_id", flat=True)) == dialled
    states = {text.pk: (again(text).status, again(text).error_code) for text in texts}
    blocked = {pk for pk, state in states.items() if state == (MessageStatus.BLOCKED, ErrorCode.OPTED_OUT)}
    assert blocked == {text.pk for text in texts} - dialled
    assert {one.message_id for one in claimed_before} - {foreign.pk} <= blocked
    assert again(foreign).status == MessageStatus.ACCEPTED
    assert len(carrier.truth()) == len(dialled) + 1


def test_texts_that_wait_are_blocked_at_once_and_scheduled_ones_too(aurora):
    soon = queue(aurora, send_at=timezone.now() + timedelta(hours=2))
    now = queue(aurora)
    answered = make_message(make_conversation(aurora), direction=Direction.INBOUND)
    write_in(aurora, "Konec")
    assert [again(text).status for text in (soon, now)] == [MessageStatus.BLOCKED] * 2
    assert again(answered).status == MessageStatus.RECEIVED
