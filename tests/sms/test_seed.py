"""The demo: every way in which a text can end, consistent to the last report, and the same when seeded twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from agents.enums import AgentStatus
from agents.models import Agent, BusinessHours, Holiday, Team
from contactcenter.core import attributes
from contactcenter.core.models import (
    Contact,
    ContactLabel,
    Organization,
    PhoneNumber,
    ProviderAccount,
    User,
    WebhookReceipt,
)
from contactcenter.providers import registry
from contactcenter.providers.base import InboundMessage, RawWebhook, StatusEvent
from sms import assigning, consent, delivery, inbound, noting, quota, selectors, variables
from sms.enums import Direction, MessageStatus, ReceiptKind
from sms.models import (
    Attempt,
    CannedAnswer,
    Conversation,
    ConversationLabel,
    MediaFile,
    Message,
    Note,
    NoteMention,
    ProviderEvent,
    SavedView,
)
from sms.segments import count

TRANSIENT = {MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.SENDING}


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Any) -> dict[str, Organization]:
    settings.MEDIA_ROOT = tmp_path
    settings.SIMULATOR_URL = settings.TWILIO_API_BASE_URL = "http://127.0.0.1:4010"
    settings.TELNYX_API_BASE_URL = "http://127.0.0.1:4010/v2"
    call_command("seed_demo", verbosity=0)
    return {org.slug: org for org in Organization.objects.all()}


def everything() -> dict[str, list[Any]]:
    """Every row of our tables."""
    ours = [model for model in apps.get_models() if model._meta.app_label in ("core", "agents", "sms")]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in ours}


def test_seeding_twice_changes_nothing(demo: dict[str, Organization]) -> None:
    before = everything()
    call_command("seed_demo", verbosity=0)
    assert everything() == before


def test_people_of_every_role_can_log_in(demo: dict[str, Organization]) -> None:
    for slug, org in demo.items():
        for name in ("admin", "supervisor", "agent", "customer"):
            user = User.objects.get(email=f"{name}@{slug}.example")
            assert (user.organization_id, user.role) == (org.pk, name.upper())
            assert user.check_password("demo-voice-2026")
    assert User.objects.get(email="root@kraliki.example").is_superuser
    assert set(User.objects.values_list("language", flat=True)) == {"en", "cs", "es"}
    assert Agent.all_orgs.filter(organization=demo["aurora"]).count() == 3


def test_both_organizations_have_numbers_on_both_providers_and_one_default(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        numbers = PhoneNumber.objects.for_org(org)
        assert sorted(numbers.values_list("provider", flat=True)) == ["TELNYX", "TWILIO"]
        assert numbers.filter(is_default=True).count() == 1
        assert selectors.senders(org).count() == 2


def test_every_state_that_lasts_is_shown_and_nothing_will_be_dialled(demo: dict[str, Organization]) -> None:
    shown = set(Message.objects.for_org(demo["aurora"]).values_list("status", flat=True))
    assert shown == set(MessageStatus.values) - TRANSIENT
    in_a_year = timezone.now() + timedelta(days=365)
    assert not Message.all_orgs.filter(next_attempt_at__lt=in_a_year).exists()
    assert not Message.all_orgs.filter(status=MessageStatus.SCHEDULED, send_at__lt=in_a_year).exists()


def test_the_inbox_lines_say_what_the_threads_say(demo: dict[str, Organization]) -> None:
    assert {slug: Conversation.objects.for_org(org).count() for slug, org in demo.items()} == {
        "aurora": 40,
        "borealis": 12,
    }
    for conversation in Conversation.all_orgs.all():
        messages = list(Message.all_orgs.filter(conversation=conversation).order_by("-id"))
        last = messages[0]
        assert messages == sorted(messages, key=lambda message: message.created_at, reverse=True)
        assert conversation.last_message_id == last.pk
        assert conversation.last_message_at == last.created_at
        assert (conversation.last_status, conversation.last_direction) == (last.status, last.direction)
        assert all(m.direction == Direction.INBOUND for m in messages[: conversation.unread_count])
    states = set(Conversation.objects.for_org(demo["aurora"]).values_list("state", flat=True))
    assert states == {"open", "pending", "snoozed", "resolved"}
    unread = Conversation.objects.for_org(demo["aurora"]).filter(unread_count__gt=0)
    assert unread.count() == 4


def test_work_with_conversations_is_shown_in_both_organizations(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        conversations = Conversation.objects.for_org(org)
        agent = User.objects.get(email=f"agent@{org.slug}.example")
        assert set(conversations.values_list("state", flat=True)) == {"open", "pending", "snoozed", "resolved"}
        assert conversations.filter(assignee=agent).exists()
        assert conversations.filter(team__isnull=False, assignee__isnull=True).exists()
        assert conversations.filter(priority__gt=0).exists()
        assert conversations.filter(waiting_since__isnull=False).exists()
        assert not conversations.filter(waiting_since__isnull=False, state="resolved").exists()
        long_ago = timezone.now() - timedelta(days=1)
        assert not conversations.filter(waiting_since__lt=long_ago, state="open").exists(), "a house that answers"
        assert ConversationLabel.objects.for_org(org).exists()
        assert NoteMention.objects.for_org(org).filter(user=agent, seen_at__isnull=True).count() == 1
        assert Note.objects.for_org(org).exists()
        assert not Note.objects.for_org(org).filter(created_at__gt=timezone.now()).exists()
        assert Team.objects.for_org(org).filter(members__isnull=False).distinct().count() >= 2
        assert BusinessHours.objects.for_org(org).filter(team__isnull=True).count() == 1
        assert BusinessHours.objects.for_org(org).filter(team__isnull=False).exists()
        assert Holiday.objects.for_org(org).filter(day__gt=timezone.localdate()).exists()
        assert SavedView.objects.for_org(org).filter(is_shared=True).exists()


def test_what_the_demo_says_fits_the_rules(demo: dict[str, Organization]) -> None:
    for org in demo.values():
        people = list(User.objects.filter(organization=org))
        for note in Note.objects.for_org(org):
            named = {mention.user for mention in NoteMention.objects.for_org(org).filter(note=note)}
            assert set(noting.named_in(note.body, people)) == named
        for answer in CannedAnswer.objects.for_org(org):
            variables.check(answer.body)
        fields = {field.key: field for field in attributes.definitions(org)}
        known = Contact.objects.for_org(org).exclude(email="")
        assert known.count() >= 3
        assert ContactLabel.objects.for_org(org).exists()
        for contact in known:
            for key, value in contact.attributes.items():
                assert attributes.read_value(fields[key], value) == value
    zones = set(Contact.objects.for_org(demo["aurora"]).values_list("time_zone", flat=True))
    assert zones == {"Europe/Prague", "Europe/Madrid", "America/New_York"}


def test_nobody_is_given_or_told_anything_by_the_demo_itself(demo: dict[str, Organization]) -> None:
    Agent.all_orgs.filter(status=AgentStatus.AVAILABLE).update(last_seen_at=timezone.now())
    assert assigning.assign_waiting() == 0
    assert {hours.weekly: hours.replies for hours in BusinessHours.all_orgs.filter(team__isnull=True)} == {
        "Mo-Sa 09:00-18:00; Su 10:00-16:00": {},
        "Mo-Fr 08:00-20:00; Sa 09:00-14:00": {},
    }


def test_threads_are_long_enough_to_page(demo: dict[str, Organization]) -> None:
    lengths = sorted(
        Message.all_orgs.filter(conversation=conversation).count() for conversation in Conversation.all_orgs.all()
    )
    assert [length >= 60 for length in lengths[-4:]] == [True] * 4


def test_the_ledger_agrees_with_the_messages(demo: dict[str, Organization]) -> None:
    for message in Message.all_orgs.filter(direction=Direction.OUTBOUND).prefetch_related("attempts", "events"):
        attempts = sorted(message.attempts.all(), key=lambda attempt: attempt.pk)
        states = [attempt.state for attempt in attempts]
        if message.status in (
            MessageStatus.SCHEDULED,
            MessageStatus.BLOCKED,
            MessageStatus.CANCELED,
            MessageStatus.EXPIRED,
        ):
            assert (states, message.provider_message_id) == ([], "")
        elif message.status in (MessageStatus.UNCERTAIN, MessageStatus.HELD):
            assert (states, message.error_code) == (["unknown"], "UNKNOWN_OUTCOME")
        elif not message.provider_message_id:
            assert (states, message.status) == (["rejected"], "failed")
            assert message.error_code
        else:
            assert states[-1] == "accepted"
            assert attempts[-1].provider_message_id == message.provider_message_id
        reported = [event.status for event in sorted(message.events.all(), key=lambda event: event.pk)]
        assert reported == [] or reported[-1] == message.status
        segmentation = count(message.body)
        assert (message.encoding, message.segments) == (segmentation.encoding, segmentation.segments)


def test_opted_out_people_cannot_be_texted(demo: dict[str, Organization]) -> None:
    opted_out = consent.opted_out_among(demo["aurora"], ["+12025550143", "+12025550152", "+34700000208"])
    assert opted_out == {"+12025550143", "+12025550152", "+34700000208"}
    assert not consent.is_opted_out(demo["borealis"], "+12025550143")


def test_pictures_are_stored(demo: dict[str, Organization]) -> None:
    for media in MediaFile.all_orgs.all():
        assert media.file.read().startswith(b"\x89PNG")
        assert media.file.size == media.size
    assert set(MediaFile.all_orgs.values_list("organization__slug", flat=True)) == {"aurora", "borealis"}


def test_quotas_are_hardly_used(demo: dict[str, Organization]) -> None:
    day_ago = timezone.now() - timedelta(days=1)
    for org in demo.values():
        recent = Message.objects.for_org(org).filter(direction=Direction.OUTBOUND, created_at__gt=day_ago)
        assert recent.count() < 30
        hourly, _daily = quota.windows_of(org)
        assert hourly.limit >= 100


def test_receipts_read_like_real_ones_and_replaying_them_changes_nothing(demo: dict[str, Organization]) -> None:
    messages = list(Message.all_orgs.order_by("pk").values())
    events = list(ProviderEvent.all_orgs.order_by("pk").values())
    attempts = list(Attempt.all_orgs.order_by("pk").values())
    kinds = set()
    for receipt in WebhookReceipt.all_orgs.all():
        event = registry.get(receipt.provider).parse(
            RawWebhook(
                path_url=f"http://testserver{receipt.path}",
                body=bytes(receipt.body),
                headers={},
                content_type=receipt.content_type,
            )
        )
        assert event.dedupe_key == receipt.event_key
        kinds.add((receipt.provider, receipt.kind))
        if receipt.kind == ReceiptKind.INBOUND:
            assert isinstance(event, InboundMessage)
            assert inbound.handle(receipt, event)
        else:
            assert isinstance(event, StatusEvent)
            assert delivery.handle(receipt, event)
    assert len(kinds) == 4
    assert list(ProviderEvent.all_orgs.order_by("pk").values()) == events
    assert list(Attempt.all_orgs.order_by("pk").values()) == attempts
    ignored = {"cost", "cost_source", "cost_currency"}  # A report repeats the price in its own rounding.
    after = [{k: v for k, v in row.items() if k not in ignored} for row in Message.all_orgs.order_by("pk").values()]
    assert after == [{k: v for k, v in row.items() if k not in ignored} for row in messages]


def test_without_the_simulator_no_demo_account_is_usable(db: None, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.SIMULATOR_URL = ""
    call_command("seed_demo", verbosity=0)
    assert not ProviderAccount.all_orgs.filter(is_active=True).exists()
    assert not selectors.senders(Organization.objects.get(slug="aurora")).exists()
