"""An organization with a row in every table, and the words by which a leak is known; the URL conf, walked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db.models import Model
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from agents.models import Agent, BusinessHours, Holiday, StatusReason, Team, TeamMember, TeamNumber
from analytics.models import AlertEvent, AlertRule, Export, ScheduledReport
from calls.models import Call
from contactcenter.core.models import (
    ApiKey,
    AuditEntry,
    ContactImport,
    IdempotencyKey,
    Organization,
    OutboxEvent,
    ProviderCircuit,
    PushDevice,
    User,
)
from contactcenter.web.access import THIRD_PARTY, Access, access_of
from sms.enums import ConsentSource, ConsentState, Direction, MediaState
from sms.models import (
    BusRequest,
    CannedAnswer,
    Consent,
    Conversation,
    MediaFile,
    Message,
    ProviderEvent,
    SavedView,
    SenderPause,
    Upload,
)
from tests.analytics.alert_rows import make_rule, rows_of_alerts
from tests.analytics.export_rows import rows_of_analytics
from tests.analytics.rows import rows_of_figures
from tests.auth.rows import let_in
from tests.calls.rows import fill_calls
from tests.contact_rows import fill_contacts
from tests.events.samples import received_data
from tests.factories import Tenant, make_attempt, make_conversation, make_media, make_message, make_receipt
from tests.sms.rows import rows_of_delivery
from tests.web.rows import rows_of_notifications

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class World:
    """A tenant whose every word and number is known."""

    tenant: Tenant
    conversation: Conversation
    message: Message
    media: MediaFile
    call: Call

    @cached_property
    def marks(self) -> set[str]:
        """What stands in every text of the organization, and the digits of its numbers."""
        numbers = [
            self.tenant.twilio_number.address,
            self.tenant.telnyx_number.address,
            *Conversation.objects.for_org(self.tenant.org).values_list("address", flat=True),
            *Call.objects.for_org(self.tenant.org).values_list("to_number", flat=True),
        ]
        return {self.tenant.org.slug, *(number.lstrip("+") for number in numbers)}

    def one(self, model: type[Model]) -> Any:
        """Return a row of the organization, None where rows belong to no organization."""
        if model is Organization:
            return self.tenant.org
        if model is User:
            return self.tenant.agent
        if not any(field.name == "organization" for field in model._meta.fields):
            return None
        row = model._default_manager.filter(organization=self.tenant.org).first()
        assert row is not None, f"the world needs a row of {model.__name__}"
        return row


def make_world(tenant: Tenant) -> World:
    """Fill every table for the tenant."""
    org, slug = tenant.org, tenant.org.slug
    conversation = make_conversation(tenant, name=f"{slug} contact")
    received = make_message(conversation, direction=Direction.INBOUND, body=f"{slug} question")
    media = make_media(received, state=MediaState.STORED, content_type="text/plain")
    media.file.save("a.txt", ContentFile(f"{slug} attachment".encode()))
    sent = make_message(conversation, body=f"{slug} answer", error_message=f"{slug} error")
    attempt = make_attempt(sent)
    receipt = make_receipt(tenant.twilio)
    ProviderEvent.all_orgs.create(
        organization=org,
        account=tenant.twilio,
        provider=tenant.twilio.provider,
        event_key=f"{slug} event",
        receipt=receipt,
        message=sent,
        attempt=attempt,
        raw_status=f"{slug} status",
    )
    Consent.all_orgs.create(
        organization=org,
        address=conversation.address,
        state=ConsentState.OPTED_IN,
        source=ConsentSource.KEYWORD,
        message=received,
        changed_at=timezone.now(),
    )
    rows_of_delivery(tenant, received=received, attempt=attempt)
    BusRequest.all_orgs.create(organization=org, idempotency_key=f"{slug} request", correlation_id=slug)
    OutboxEvent.all_orgs.create(
        organization=org, type="sms.received", object_id=uuid4(), data=received_data(f"{slug} data")
    )
    IdempotencyKey.objects.create(organization=org, key=f"{slug} key", fingerprint="", status=201, answer=slug)
    AuditEntry.all_orgs.create(
        organization=org, actor=tenant.admin, action=f"{slug}.deed", object_type="x", detail={"a": f"{slug} detail"}
    )
    team = Team.all_orgs.create(organization=org, name=f"{slug} team")
    TeamMember.all_orgs.create(organization=org, team=team, agent=Agent.all_orgs.get(user=tenant.agent))
    rows_of_hours(tenant, team)
    StatusReason.all_orgs.create(organization=org, name=f"{slug} lunch")
    fill_contacts(tenant, conversation.contact)
    let_in(tenant)
    rows_of_notifications(tenant)
    rows_of_analytics(tenant)
    rows_of_figures(tenant)
    make_rule(tenant)  # One without an alert: another organization's alert could otherwise not be tried on it.
    rows_of_alerts(tenant)
    return World(tenant=tenant, conversation=conversation, message=sent, media=media, call=fill_calls(tenant))


def rows_of_hours(tenant: Tenant, team: Team) -> None:
    """Make a number and hours of a team, with a holiday."""
    org, slug = tenant.org, tenant.org.slug
    TeamNumber.all_orgs.create(organization=org, team=team, phone_number=tenant.telnyx_number)
    hours = BusinessHours.all_orgs.create(
        organization=org, team=team, weekly="Mo-Fr 09:00-17:00", reply_en=f"{slug} is closed"
    )
    # Another day for each organization: a day is a holiday once.
    day = timezone.localdate() + timedelta(days=len(slug))
    Holiday.all_orgs.create(organization=org, hours=hours, day=day, name=f"{slug} holiday")


def words_of(world: World, answer: HttpResponseBase) -> set[str]:
    """Return which of the organization's words and numbers stand in an answer, however a number is written."""
    parts = [str(value) for value in answer.headers.values()]
    if not answer.streaming:
        parts.append(answer.content.decode(errors="replace"))  # type: ignore[attr-defined]
    elif not getattr(answer, "is_async", False):
        parts.append(b"".join(answer).decode(errors="replace"))  # type: ignore[call-overload]
    text = " ".join(parts).casefold()
    digits = re.sub(r"[\s().\-\u00a0\u2011\u202f]|&nbsp;", "", text)
    return {mark for mark in world.marks if mark in text or mark in digits}


@dataclass(frozen=True, slots=True)
class Url:
    """One URL of the URL conf; `route` as it is written there, without anchors."""

    route: str
    name: str
    access: Access | None

    @property
    def arguments(self) -> list[str]:
        return [first or second for first, second in _ARGUMENT.findall(self.route)]

    @property
    def model(self) -> type[Model] | None:
        """The model that an admin page is about."""
        for model in admin.site._registry:
            if self.route.startswith(f"admin/{model._meta.app_label}/{model._meta.model_name}/"):
                return model
        return None

    def path(self, world: World) -> str:
        """Return the address with the organization's objects in it."""
        return "/" + _ARGUMENT.sub(lambda found: str(self._fill(found[1] or found[2], world)), self.route)

    def _fill(self, argument: str, world: World) -> object:
        if self.route.startswith("operator/"):
            return world.call.pk
        if self.route.startswith("supervisor/"):
            return world.one(Agent).pk
        if self.route.startswith("alerts/"):
            return world.one(AlertRule if "rules/" in self.route else AlertEvent).pk
        if self.route.startswith("sms/message/"):
            return world.message.pk
        if self.route.startswith("sms/answers/"):
            return world.one(CannedAnswer).pk
        if self.route.startswith("sms/views/"):
            return world.one(SavedView).pk
        if self.route.startswith("sms/health/pauses/"):
            return world.one(SenderPause).pk
        if self.route.startswith("sms/health/circuits/"):
            return world.one(ProviderCircuit).pk
        if self.route.startswith("sms/files/"):
            return world.one(Upload).pk
        if self.route.startswith("sms/carried/"):
            return f"{world.one(Upload).pk.hex}-9999999999.guessed"
        if self.route.startswith("sms/"):
            if "messages/" in self.route:
                return world.message.pk
            return world.media.pk if "media" in self.route else world.conversation.pk
        if self.route.startswith("analytics/exports/"):
            return world.one(Export).pk
        if self.route.startswith("analytics/reports/"):
            return world.one(ScheduledReport).pk
        if self.route.startswith("contacts/import/"):
            return world.one(ContactImport).pk
        if self.route.startswith("contacts/"):
            return world.conversation.contact_id
        if self.route.startswith("accounts/notifications/"):
            return world.one(PushDevice).pk
        if self.route.startswith("api/auth/keys/"):
            return world.one(ApiKey).pk
        if self.route.startswith("api/agents/"):
            return world.one(Agent).pk
        if self.route.startswith("api/calls"):
            return world.call.pk
        if self.route.startswith("api/sms/"):
            return world.message.pk if "messages/" in self.route else world.conversation.pk
        if argument in {"object_id", "id"} and self.model is not None:
            row = world.one(self.model)
            return row.pk if row is not None else 1
        fixed = {
            "content_type_id": lambda: ContentType.objects.get_for_model(Conversation).pk,
            "object_id": lambda: world.conversation.pk,
            "app_label": lambda: "sms",
            "picture": lambda: "inbox",
            "url": lambda: "nothing/",
            "uidb36": lambda: world.tenant.agent.pk.hex,
            "key": lambda: "set-password",
        }
        return fixed[argument]()  # An argument that nobody filled in is a KeyError here: say what it is.


def urls() -> list[Url]:
    """Return every URL of the project."""
    return [
        Url(route, pattern.name or "", access_of(pattern.callback) or _third_party(route))
        for route, pattern in _walk(get_resolver().url_patterns, "")
    ]


def _third_party(route: str) -> Access | None:
    return next((access for start, access in THIRD_PARTY.items() if route.startswith(start)), None)


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + re.sub(r"\^|/\?\$$|\$$", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
