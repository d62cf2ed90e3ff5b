"""Histories in the admin can be read, not written; webhooks can be processed once more."""

from django.utils import timezone

from contactcenter.core.models import AuditEntry, User, WebhookReceipt
from sms.models import Message
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page, list_page
from tests.factories import Tenant, make_attempt, make_conversation, make_message, make_receipt


def test_histories_cannot_be_written(aurora: Tenant, superuser: User, log_in: LogIn) -> None:
    message = make_message(make_conversation(aurora))
    for person in (aurora.admin, superuser):
        client = log_in(person)
        assert client.post(change_page(message), {"body": "forged", "status": "read"}).status_code == 403
        assert client.post(add_page(Message), {"body": "forged"}).status_code == 403
    message.refresh_from_db()
    assert (message.body, message.status) == ("aurora words", "delivered")


def test_a_messages_page_tells_what_was_tried_and_reported(aurora: Tenant, log_in: LogIn) -> None:
    message = make_message(make_conversation(aurora))
    make_attempt(message, state="rejected", http_status=429, provider_error_code="20429")
    make_attempt(message, provider_message_id="SM" + "5" * 32)
    text = log_in(aurora.admin).get(change_page(message)).content.decode()
    assert text.index("20429") < text.index("SM" + "5" * 32)
    assert "aurora words" in text


def test_a_receipt_is_replayed_only_by_its_organization(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    done = {"processed_at": timezone.now(), "attempts": 7, "error": "ValueError"}
    ours, theirs = make_receipt(aurora.twilio, **done), make_receipt(borealis.twilio, **done)
    data = {"action": "replay", "_selected_action": [str(ours.pk), str(theirs.pk)]}
    answer = log_in(aurora.admin).post(list_page(WebhookReceipt), data, follow=True)
    assert "1 webhook is processed again." in answer.content.decode()
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.processed_at, ours.attempts, ours.error) == (None, 0, "")
    assert (theirs.attempts, theirs.error) == (7, "ValueError")
    entry = AuditEntry.all_orgs.get(action="webhook_receipt.replayed")
    assert (entry.organization_id, entry.object_id) == (aurora.org.pk, ours.pk)


def test_a_receipts_body_is_readable(aurora: Tenant, log_in: LogIn) -> None:
    form = make_receipt(aurora.twilio, content_type="application/x-www-form-urlencoded", body=b"Body=Dobr%C3%BD+den")
    data = make_receipt(aurora.telnyx, content_type="application/json", body=b'{"a":{"b":"\xc3\xa9<script>"}}')
    broken = make_receipt(aurora.telnyx, content_type="application/json", body=b"\xff\x00{")
    client = log_in(aurora.admin)
    assert "Body = Dobrý den" in client.get(change_page(form)).content.decode()
    shown = client.get(change_page(data)).content.decode()
    assert "é&lt;script&gt;" in shown
    assert client.get(change_page(broken)).status_code == 200
