"""Texts from outside, through the front door: stored once, in the right conversation, keywords obeyed, media copied."""

import pytest

from contactcenter.core.models import Contact, OutboxEvent, PhoneNumber, WebhookReceipt
from sms import inbound, media_store, services
from sms.enums import ConsentSource, ConsentState, ConversationState, MediaState, MessageStatus
from sms.models import Consent, Conversation, MediaFile, Message
from tests.carrier import Carrier
from tests.factories import Tenant, make_contact, make_conversation
from tests.webhooks import post_telnyx, post_twilio, telnyx_event, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
TWILIO = "/hooks/twilio/sms/inbound"
TELNYX = "/hooks/telnyx/sms"
CUSTOMER = "+15558675310"


def text(tenant: Tenant, sample: str = "inbound_sms", **changes: str) -> None:
    fields = {"AccountSid": tenant.twilio.account_id, "To": tenant.twilio_number.address, **changes}
    answer = post_twilio(TWILIO, twilio_form(sample, **fields), tenant.twilio)
    assert (answer.status_code, answer.content) == (200, b"<Response/>")
    inbound.process_due()


def picture(tenant: Tenant, carrier: Carrier) -> str:
    """Return the address of a picture that somebody sent; the carrier's own webhook goes nowhere."""
    carrier.control("inbound", {"from": CUSTOMER, "to": tenant.twilio_number.address, "media_count": 1})
    url: str = carrier.truth(direction="inbound")[0]["media_urls"][0]
    return url


def test_twilio_text_begins_a_conversation_once(aurora, borealis):
    for _ in range(2):
        text(aurora)
    message = Message.all_orgs.get()
    assert (message.body, message.status) == ("Ahoy! Let's build something amazing.", MessageStatus.RECEIVED)
    assert (message.from_address, message.to_address) == (CUSTOMER, aurora.twilio_number.address)
    conversation = Conversation.all_orgs.get()
    assert (conversation.organization, conversation.unread_count) == (aurora.org, 1)
    assert conversation.last_preview == message.body
    assert Contact.all_orgs.get().numbers.get().address == CUSTOMER
    event = OutboxEvent.all_orgs.get()
    assert (event.type, event.data["body"], event.organization) == ("sms.received", message.body, aurora.org)


def test_telnyx_text_arrives_and_its_retries_are_one(aurora):
    for event_id in ["e-1", "e-1", "e-2"]:
        event = telnyx_event("message.received", event_id=event_id, to=[{"phone_number": aurora.telnyx_number.address}])
        assert post_telnyx(TELNYX, event, aurora.telnyx).status_code == 200
    inbound.process_due()
    message = Message.all_orgs.get()
    assert (message.body, message.provider) == ("Hello from Telnyx!", "TELNYX")
    assert WebhookReceipt.all_orgs.filter(processed_at__isnull=False).count() == 2


def test_text_joins_the_contact_and_reopens_the_conversation(aurora):
    contact = make_contact(aurora, name="Jana", address=CUSTOMER)
    make_conversation(aurora, address=CUSTOMER, contact=contact, state=ConversationState.RESOLVED, unread_count=0)
    text(aurora)
    conversation = Conversation.all_orgs.get()
    assert (conversation.state, conversation.unread_count, conversation.contact) == ("open", 1, contact)


def test_spaces_and_emoji_survive_and_control_zeros_do_not_hurt(aurora):
    text(aurora, "inbound_sms_unicode_emptyish")
    text(aurora, MessageSid="SM" + "2" * 32, Body="a\x00b")
    assert list(Message.all_orgs.order_by("id").values_list("body", flat=True)) == ["  Děkuji 😀 ", "a\ufffdb"]


def test_number_of_a_messaging_service_that_we_do_not_know_is_discovered(aurora):
    text(aurora, To="+15550002222", MessagingServiceSid=aurora.twilio.messaging_service_id)
    number = PhoneNumber.all_orgs.get(address="+15550002222")
    assert (number.is_discovered, number.account, number.organization) == (True, aurora.twilio, aurora.org)
    assert Conversation.all_orgs.get().phone_number == number


@pytest.mark.parametrize("sender", ["12345", "KRALIKI"])
def test_short_codes_and_names_are_senders_of_their_own_kind(aurora, sender):
    text(aurora, From=sender)
    assert Contact.all_orgs.get().numbers.get().kind in ("short_code", "alphanumeric")
    assert Conversation.all_orgs.get().address == sender


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop. ", "STOPALL", "Stop all", "unsubscribe", "CANCEL", "end", "quit"]
)
def test_stop_word_stops_sending_and_start_lifts_it(aurora, borealis, word):
    text(aurora, Body=word)
    consent = Consent.all_orgs.get()
    assert (consent.address, consent.state, consent.source) == (CUSTOMER, ConsentState.OPTED_OUT, ConsentSource.KEYWORD)
    outgoing = services.OutgoingText(to_number=CUSTOMER, body="Hello")
    with pytest.raises(services.ContactOptedOut):
        services.send_message(org=aurora.org, actor=aurora.agent, text=outgoing)
    services.send_message(org=borealis.org, actor=borealis.agent, text=outgoing)
    text(aurora, Body="Start", MessageSid="SM" + "3" * 32)
    assert Consent.all_orgs.get().state == ConsentState.OPTED_IN
    services.send_message(org=aurora.org, actor=aurora.agent, text=outgoing)


@pytest.mark.parametrize("off", ["account", "organization"])
def test_switching_an_account_off_stops_sending_but_loses_no_stop(aurora, off):
    switched = aurora.twilio if off == "account" else aurora.org
    switched.is_active = False
    switched.save()
    text(aurora, Body="STOP")
    assert Consent.all_orgs.get().state == ConsentState.OPTED_OUT


@pytest.mark.parametrize("words", ["please stop calling", "I will cancel tomorrow", "yes", "the end is near"])
def test_sentences_are_no_keywords(aurora, words):
    text(aurora, Body=words)
    assert not Consent.all_orgs.exists()


def test_providers_opt_out_flag_counts_whatever_the_word(aurora):
    text(aurora, "inbound_stop_advanced_optout", Body="basta", MessagingServiceSid="")
    assert (Consent.all_orgs.get().state, Consent.all_orgs.get().source) == ("opted_out", "provider")
    event = telnyx_event(
        "message.received",
        event_id="e-9",
        to=[{"phone_number": aurora.telnyx_number.address}],
        text="ukončit",
        autoresponse_type="STOP",
    )
    post_telnyx(TELNYX, event, aurora.telnyx)
    inbound.process_due()
    assert Consent.all_orgs.count() == 2


def test_whatsapp_never_becomes_a_text_silently(aurora):
    fields = {"To": f"whatsapp:{aurora.twilio_number.address}"}
    text(aurora, "inbound_whatsapp", **fields)
    assert (Message.all_orgs.count(), WebhookReceipt.all_orgs.count()) == (0, 1)


def test_pictures_are_copied_to_us_with_our_credentials(aurora, carrier, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    url = picture(aurora, carrier)
    text(aurora, "inbound_mms", MediaUrl0=url, MediaUrl1="https://evil.example/secrets")
    assert media_store.fetch_due() == 2
    good, bad = MediaFile.all_orgs.order_by("position")
    assert (good.state, bad.state, bad.error) == (MediaState.STORED, MediaState.FAILED, "MediaRefused")
    assert good.file.read().startswith(b"\x89PNG")
    assert good.size == len(good.file) > 0
    assert Conversation.all_orgs.get().last_preview == "📎"


def test_media_of_another_organization_is_not_found(aurora, borealis, log_in, carrier, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    url = picture(aurora, carrier)
    text(aurora, "inbound_mms", MediaUrl0=url, NumMedia="1")
    media_store.fetch_due()
    media = MediaFile.all_orgs.get()
    address = f"/sms/media/{media.pk}/"
    assert log_in(aurora.agent).get(address).status_code == 200
    assert log_in(borealis.agent).get(address).status_code == 404
