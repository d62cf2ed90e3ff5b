"""What people, and an organization's rules, decide about texts in doubt and held ones: one new text, a readable end."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from contactcenter.core.models import AuditEntry, OutboxEvent
from sms import deciding, resending
from sms.enums import AttemptState, ConsentSource, ConsentState, ErrorCode, HoldReason, MessageClass, MessageStatus
from sms.models import Consent, Message, SmsPolicy
from tests.factories import Tenant, make_attempt, make_conversation, make_message
from tests.sms.test_sending import again, only_attempt, queue, send_due
from tests.sms.test_webhooks import report

pytestmark = pytest.mark.django_db(transaction=True)
SID = "SM22222222222222222222222222222222"


def waiting(tenant: Tenant, *, status=MessageStatus.UNCERTAIN, reason="", **fields) -> Message:
    """A text in doubt, or held; with its attempt unless it never left."""
    message = make_message(
        make_conversation(tenant),
        status=status,
        hold_reason=reason,
        uncertain_at=timezone.now(),
        error_code="" if reason in (HoldReason.SPENDING, HoldReason.RESTORED) else ErrorCode.UNKNOWN_OUTCOME,
        **fields,
    )
    if reason not in (HoldReason.SPENDING, HoldReason.RESTORED):
        make_attempt(message, state=AttemptState.UNKNOWN)
    return message


def url(name: str, message: Message) -> str:
    return reverse(f"sms:{name}", kwargs={"pk": message.pk})


def copies(tenant: Tenant, message: Message) -> list[Message]:
    rows = Message.objects.for_org(tenant.org).filter(to_address=message.to_address).exclude(pk=message.pk)
    return list(rows)


def test_send_again_closes_the_first_and_makes_one_new_text(aurora, borealis, carrier, log_in):
    message = waiting(aurora, body="Your table is ready", metadata={"order": 7})
    browser = log_in(aurora.agent)
    for _ in range(2):  # A second click finds what the first one made.
        answer = browser.post(url("send-again", message))
        assert (answer.status_code, answer.url) == (302, f"/sms/{message.conversation_id}/")
    (new,) = copies(aurora, message)
    assert (new.body, new.author, new.status) == ("Your table is ready", aurora.agent, MessageStatus.QUEUED)
    assert new.metadata == {"order": 7, "resent_message_id": str(message.pk)}
    closed = again(message)
    assert (closed.status, closed.error_code, closed.hold_reason) == ("failed", ErrorCode.UNKNOWN_OUTCOME, "")
    (entry,) = AuditEntry.objects.for_org(aurora.org).filter(action="message.sent_again")
    assert (entry.actor, entry.object_id, entry.detail) == (aurora.agent, message.pk, {"new_message": str(new.pk)})
    assert list(OutboxEvent.all_orgs.filter(object_id=message.pk).values_list("type", flat=True)) == ["sms.failed"]
    send_due()
    assert len(carrier.truth()) == 1


def test_proof_of_delivery_still_wins_over_a_closed_text(aurora):
    message = waiting(aurora)
    deciding.drop_message(org=aurora.org, actor=aurora.agent, message=message)
    query = f"?m={only_attempt(message).pk}"
    assert report(aurora, "sent", query=query, MessageSid=SID, SmsSid=SID) == 200
    assert (again(message).status, only_attempt(message).state) == (MessageStatus.FAILED, AttemptState.ACCEPTED)
    assert report(aurora, "delivered", query=query, MessageSid=SID, SmsSid=SID) == 200
    assert (again(message).status, again(message).error_code) == (MessageStatus.DELIVERED, "")


@pytest.mark.parametrize("decide", ["send-again", "drop"])
def test_two_people_at_once_decide_once(aurora, log_in, decide):
    message = waiting(aurora)
    browsers = [log_in(aurora.agent), log_in(aurora.supervisor), log_in(aurora.admin)]
    start = threading.Barrier(len(browsers))
    codes = []

    def click(browser) -> None:
        try:
            start.wait(10)
            codes.append(browser.post(url(decide, message)).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert codes == [302] * 3
    assert len(copies(aurora, message)) == (1 if decide == "send-again" else 0)
    assert AuditEntry.objects.for_org(aurora.org).count() == 1


def test_refused_second_text_changes_nothing_and_says_why(aurora, log_in):
    message = waiting(aurora)
    Consent.all_orgs.create(
        organization=aurora.org,
        address=message.to_address,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.KEYWORD,
        changed_at=timezone.now(),
    )
    answer = log_in(aurora.agent).post(url("send-again", message), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "asked not to get texts" in answer.content.decode()
    assert (again(message).status, copies(aurora, message)) == (MessageStatus.UNCERTAIN, [])
    assert not AuditEntry.objects.for_org(aurora.org).exists()


@pytest.mark.parametrize(
    ("reason", "choices", "end"),
    [
        ("", ["send-again", "drop"], MessageStatus.FAILED),
        (HoldReason.UNCERTAIN, ["send-again", "drop"], MessageStatus.FAILED),
        (HoldReason.RESTORED, ["release", "drop"], MessageStatus.FAILED),
        (HoldReason.SPENDING, ["release", "drop"], MessageStatus.CANCELED),
    ],
    ids=["old", "uncertain", "restored", "spending"],
)
def test_bubble_offers_what_can_be_done_with_a_held_text(aurora, log_in, reason, choices, end):
    message = waiting(aurora, status=MessageStatus.HELD, reason=reason)
    browser = log_in(aurora.admin)
    page = browser.get(f"/sms/{message.conversation_id}/").content.decode()
    assert [name for name in ("send-again", "release", "drop") if f'action="{url(name, message)}"' in page] == choices
    wrong = "release" if choices[0] == "send-again" else "send-again"
    browser.post(url(wrong, message))
    assert (again(message).status, copies(aurora, message)) == (MessageStatus.HELD, [])
    answer = browser.post(url("drop", message), headers={"HX-Request": "true"})
    assert (answer.status_code, again(message).status) == (200, end)
    assert url("drop", message) not in answer.content.decode()


def test_customers_see_nothing_and_others_find_nothing(aurora, borealis, log_in):
    message = waiting(aurora)
    for name in ("send-again", "drop", "release"):
        assert log_in(aurora.customer).post(url(name, message)).status_code == 403
        assert log_in(borealis.admin).post(url(name, message)).status_code == 404
    assert again(message).status == MessageStatus.UNCERTAIN


def test_texts_held_for_their_cost_are_released_by_administrators_only(aurora, carrier, log_in):
    spending = waiting(aurora, status=MessageStatus.HELD, reason=HoldReason.SPENDING)
    restored = waiting(aurora, status=MessageStatus.HELD, reason=HoldReason.RESTORED)
    agent = log_in(aurora.agent)
    assert url("release", spending) not in agent.get(f"/sms/{spending.conversation_id}/").content.decode()
    assert agent.post(url("release", spending)).status_code == 403
    assert agent.post(url("release", restored)).status_code == 302
    assert [again(one).status for one in (spending, restored)] == [MessageStatus.HELD, MessageStatus.QUEUED]
    assert log_in(aurora.admin).post(url("release", spending)).status_code == 302
    send_due()
    assert [again(one).status for one in (spending, restored)] == [MessageStatus.ACCEPTED] * 2
    assert {row["to"] for row in carrier.truth()} == {spending.to_address, restored.to_address}


def test_rules_send_one_time_codes_again_exactly_once(aurora, borealis, carrier):
    SmsPolicy.all_orgs.create(
        organization=aurora.org, resend_uncertain_classes=[MessageClass.CODE], resend_uncertain_seconds=60
    )
    long_ago = timezone.now() - timedelta(seconds=61)
    code, young, reply, theirs = (
        waiting(aurora, message_class=MessageClass.CODE),
        waiting(aurora, message_class=MessageClass.CODE),
        waiting(aurora),
        waiting(borealis, message_class=MessageClass.CODE),
    )
    Message.all_orgs.exclude(pk=young.pk).update(uncertain_at=long_ago)
    assert [resending.resend_due(), resending.resend_due()] == [1, 0]
    assert again(code).status == MessageStatus.FAILED
    assert [again(one).status for one in (young, reply, theirs)] == [MessageStatus.UNCERTAIN] * 3
    (new,) = copies(aurora, code)
    assert (new.message_class, new.author, new.metadata) == ("code", None, {"resent_message_id": str(code.pk)})


def test_workers_at_once_send_one_code_again(aurora):
    SmsPolicy.all_orgs.create(organization=aurora.org, resend_uncertain_classes=["code"], resend_uncertain_seconds=0)
    code = waiting(aurora, message_class=MessageClass.CODE)

    def work() -> None:
        try:
            resending.resend_due()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(copies(aurora, code)) == 1


def test_code_that_may_not_go_again_waits_for_a_person(aurora):
    SmsPolicy.all_orgs.create(organization=aurora.org, resend_uncertain_classes=["code"], resend_uncertain_seconds=0)
    code = waiting(aurora, message_class=MessageClass.CODE)
    aurora.org.sms_hourly_limit = 0
    aurora.org.save()
    assert resending.resend_due() == 0
    assert (again(code).status, again(code).hold_reason) == (MessageStatus.HELD, HoldReason.UNCERTAIN)
    assert copies(aurora, code) == []


def test_nothing_is_decided_about_a_text_that_arrived(aurora):
    message = make_message(make_conversation(aurora))
    for decide in (deciding.drop_message, deciding.release_held, deciding.resend_uncertain):
        with pytest.raises(deciding.NothingToDecide):
            decide(org=aurora.org, actor=aurora.agent, message=message)
    assert again(message).status == MessageStatus.DELIVERED


def test_administrators_decide_about_many_after_a_question(aurora, borealis, log_in):
    texts = [waiting(aurora, status=MessageStatus.HELD, reason=HoldReason.RESTORED) for _ in range(3)]
    theirs = waiting(borealis, status=MessageStatus.HELD, reason=HoldReason.RESTORED)
    browser, address = log_in(aurora.admin), "/admin/sms/message/"
    order = {"action": "release_chosen", "_selected_action": [str(one.pk) for one in (*texts, theirs)]}
    question = browser.post(address, order)
    assert question.status_code == 200
    assert "Release these texts?" in question.content.decode()
    assert str(theirs.pk) not in question.content.decode()
    assert {again(one).status for one in texts} == {MessageStatus.HELD}
    assert browser.post(address, {**order, "confirmed": "1"}).status_code == 302
    assert {again(one).status for one in texts} == {MessageStatus.QUEUED}
    assert again(theirs).status == MessageStatus.HELD
    released = AuditEntry.objects.for_org(aurora.org).filter(action="message.released")
    assert sorted(released.values_list("object_id", flat=True)) == sorted(one.pk for one in texts)


def test_page_of_sending_shows_what_waits_for_a_person(aurora, borealis, log_in):
    ours, theirs = waiting(aurora), waiting(borealis)
    page = log_in(aurora.admin).get(reverse("sms:health")).content.decode()
    assert f"/sms/{ours.conversation_id}/" in page
    assert f"/sms/{theirs.conversation_id}/" not in page


def test_key_of_the_second_text_is_nobody_elses(aurora):
    message = waiting(aurora)
    new = deciding.resend_uncertain(org=aurora.org, actor=aurora.agent, message=message)
    assert new.idempotency_key == f"again:{message.pk}"
    assert queue(aurora, to_number=message.to_address, body=message.body).pk != new.pk
