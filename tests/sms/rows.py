"""One row of everything that the sending of texts keeps beside the texts themselves."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from contactcenter.core.models import CircuitChange, CircuitReason, CircuitState, Label, ProviderCircuit
from sms.enums import AlarmKind, ConsentSource, ConsentState, ConversationEventKind, Difference, RerouteKind
from sms.models import (
    Alarm,
    Attempt,
    CannedAnswer,
    ClosedReply,
    ConsentEntry,
    ConversationEvent,
    ConversationLabel,
    DailySpending,
    Draft,
    Message,
    Note,
    NoteMention,
    Price,
    ReconciliationReport,
    ReconciliationRow,
    Reroute,
    SavedView,
    SenderPause,
    SentFile,
    SmsPolicy,
    Upload,
)
from tests.factories import Tenant


def rows_of_delivery(tenant: Tenant, *, received: Message, attempt: Attempt) -> list[Model]:
    """Make the rows for a text that came in and one attempt of ours, with words of the organization in them."""
    sent = attempt.message
    return [
        *_rows_of_consent(tenant, received),
        *_rows_of_reconciliation(tenant, sent),
        *_rows_of_failover(tenant, sent, attempt),
        *_rows_of_limits(tenant),
        *_rows_of_work(tenant, received),
        *_rows_of_answering(tenant, received),
        *_rows_of_files(tenant, sent),
    ]


def _rows_of_work(tenant: Tenant, received: Message) -> list[Model]:
    org, conversation = tenant.org, received.conversation
    label = Label.all_orgs.create(organization=org, name=f"{org.slug} label")
    on_it = ConversationLabel.all_orgs.create(organization=org, conversation=conversation, label=label)
    event = ConversationEvent.all_orgs.create(
        organization=org,
        conversation=conversation,
        kind=ConversationEventKind.ASSIGNED,
        actor=tenant.supervisor,
        detail={"reason": f"{org.slug} reason"},
        created_at=timezone.now(),
    )
    note = Note.all_orgs.create(
        organization=org,
        conversation=conversation,
        author=tenant.supervisor,
        body=f"{org.slug} note",
        created_at=timezone.now(),
    )
    mention = NoteMention.all_orgs.create(organization=org, note=note, user=tenant.agent, conversation=conversation)
    told = ClosedReply.all_orgs.create(organization=org, conversation=conversation, closed_until=timezone.now())
    view = SavedView.all_orgs.create(
        organization=org, owner=tenant.supervisor, name=f"{org.slug} view", is_shared=True, words={"unread": "1"}
    )
    return [label, on_it, event, note, mention, told, view]


def _rows_of_answering(tenant: Tenant, received: Message) -> list[Model]:
    org = tenant.org
    # Two, because one of them is deleted by whoever tries every address.
    answers = [
        CannedAnswer.all_orgs.create(
            organization=org, shortcut=word, title=f"{org.slug} title", body=f"{org.slug} text"
        )
        for word in (f"{org.slug}-hours", f"{org.slug}-prices")
    ]
    draft = Draft.all_orgs.create(
        organization=org, user=tenant.agent, conversation=received.conversation, body=f"{org.slug} draft"
    )
    return [*answers, draft]


def _rows_of_files(tenant: Tenant, sent: Message) -> list[Model]:
    upload = Upload(organization=tenant.org, uploaded_by=tenant.agent, size=30, content_type="image/png")
    upload.name, upload.sha256 = f"{tenant.org.slug} file.png", "0" * 64
    upload.file.save("a.png", ContentFile(f"{tenant.org.slug} picture".encode()))
    file = SentFile.all_orgs.create(organization=tenant.org, message=sent, upload=upload, position=0)
    return [upload, file]


def _rows_of_consent(tenant: Tenant, received: Message) -> list[Model]:
    entry = ConsentEntry.all_orgs.create(
        organization=tenant.org,
        address=received.from_address,
        state=ConsentState.OPTED_IN,
        source=ConsentSource.PROOF,
        message=received,
        actor=tenant.supervisor,
        note=f"{tenant.org.slug} proof",
        created_at=timezone.now(),
    )
    return [entry, SmsPolicy.all_orgs.create(organization=tenant.org)]


def _rows_of_reconciliation(tenant: Tenant, sent: Message) -> list[Model]:
    slug = tenant.org.slug
    # Another day for each organization: there is one report of a day and an account.
    day = timezone.now().date() - timedelta(days=len(slug))
    report = ReconciliationReport.all_orgs.create(
        organization=tenant.org, account=tenant.twilio, day=day, error=f"{slug} reason"
    )
    row = ReconciliationRow.all_orgs.create(
        organization=tenant.org,
        report=report,
        difference=Difference.STATUS,
        message=sent,
        provider_message_id=f"{slug} id",
        their_status=f"{slug} word",
    )
    return [report, row]


def _rows_of_failover(tenant: Tenant, sent: Message, attempt: Attempt) -> list[Model]:
    org, slug, now = tenant.org, tenant.org.slug, timezone.now()
    reroute = Reroute.all_orgs.create(
        organization=org,
        message=sent,
        kind=RerouteKind.REFUSED,
        from_account=tenant.twilio,
        to_account=tenant.telnyx,
        from_address=tenant.twilio_number.address,
        to_address=tenant.telnyx_number.address,
        error_message=f"{slug} reason",
    )
    alarm = Alarm.all_orgs.create(organization=org, message=sent, attempt=attempt, kind=AlarmKind.DELIVERED_TWICE)
    broken = {"state": CircuitState.OPEN, "reason": CircuitReason.ACCESS, "error_message": f"{slug} breaker"}
    circuit = ProviderCircuit.all_orgs.create(
        organization=org, account=tenant.telnyx, changed_at=now, probe_at=now, **broken
    )
    change = CircuitChange.all_orgs.create(organization=org, account=tenant.telnyx, actor=tenant.admin, **broken)
    return [reroute, alarm, circuit, change]


def _rows_of_limits(tenant: Tenant) -> list[Model]:
    now = timezone.now()
    spending = DailySpending.all_orgs.create(organization=tenant.org, day=timezone.localdate(), amount=1)
    pause = SenderPause.all_orgs.create(
        organization=tenant.org,
        phone_number=tenant.telnyx_number,
        began_at=now - timedelta(hours=2),
        until=now - timedelta(hours=1),
        ended_at=now - timedelta(hours=1),
        texts=20,
        failures=15,
        provider_error_code=f"{tenant.org.slug} code",
    )
    price = Price.all_orgs.create(
        organization=tenant.org, provider=tenant.twilio.provider, amount=1, valid_from=timezone.localdate()
    )
    return [spending, pause, price]
