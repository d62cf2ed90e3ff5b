"""The admin knows its place: administrators see their organization, superusers all, others nothing."""

import json
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agents.models import Agent, StatusReason, Team, TeamMember
from contactcenter.core import events
from contactcenter.core.models import (
    AuditEntry,
    Contact,
    ContactNumber,
    IdempotencyKey,
    Organization,
    OrgOwned,
    OutboxEvent,
    ProviderAccount,
    User,
)
from sms.enums import ConsentSource, ConsentState, Direction
from sms.models import Consent, Message, ProviderEvent
from tests.analytics.alert_rows import rows_of_alerts
from tests.analytics.export_rows import rows_of_analytics
from tests.analytics.rows import rows_of_figures
from tests.auth.rows import let_in
from tests.calls.rows import rows_of_calls
from tests.conftest import LogIn
from tests.contact_rows import fill_contacts
from tests.core.admin_pages import add_page, change_page, list_page, models, pages_of
from tests.events.samples import received_data
from tests.factories import (
    Tenant,
    make_attempt,
    make_contact,
    make_conversation,
    make_media,
    make_message,
    make_receipt,
    make_user,
)
from tests.sms.rows import rows_of_delivery
from tests.web.rows import rows_of_notifications
from tests.world import rows_of_hours

FOR_SUPERUSERS = {"core.Heartbeat", "core.IdempotencyKey", "core.SigningKey", "core.Tally", "core.WebhookRefusal"}


def one_of_each(tenant: Tenant) -> list[Model]:
    """Make one row of every model that an organization owns."""
    conversation = make_conversation(tenant)
    message = make_message(conversation, direction=Direction.INBOUND)
    sent = make_message(conversation)
    attempt = make_attempt(sent)
    receipt = make_receipt(tenant.twilio)
    data = received_data(tenant.org.slug)
    events.record(org_id=tenant.org.pk, type="sms.received", object_id=sent.pk, data=data)
    events.audit(org_id=tenant.org.pk, actor=tenant.admin, action=f"{tenant.org.slug}.tested", target=sent)
    event = ProviderEvent.all_orgs.create(
        organization=tenant.org,
        account=tenant.twilio,
        provider="TWILIO",
        event_key=f"{tenant.org.slug} event",
        message=sent,
        attempt=attempt,
        raw_status=f"{tenant.org.slug} word",
    )
    consent = Consent.all_orgs.create(
        organization=tenant.org,
        address=conversation.address,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.AGENT,
        changed_at=timezone.now(),
    )
    agent = Agent.all_orgs.get(organization=tenant.org)
    team = Team.all_orgs.create(organization=tenant.org, name=f"{tenant.org.slug} team")
    TeamMember.all_orgs.create(organization=tenant.org, team=team, agent=agent)
    rows_of_hours(tenant, team)
    fill_contacts(tenant, conversation.contact)
    rows = [
        tenant.org,
        tenant.agent,
        agent,
        team,
        tenant.twilio,
        tenant.twilio_number,
        conversation.contact,
        conversation,
        sent,
        attempt,
        event,
        make_media(message),
        consent,
        receipt,
        OutboxEvent.all_orgs.get(organization=tenant.org),
        AuditEntry.all_orgs.get(organization=tenant.org),
        *rows_of_delivery(tenant, received=message, attempt=attempt),
        *let_in(tenant),
        *rows_of_calls(tenant),
        *rows_of_notifications(tenant),
        *rows_of_figures(tenant),
        rows_of_alerts(tenant),
        StatusReason.all_orgs.create(organization=tenant.org, name=f"{tenant.org.slug} lunch"),
    ]
    rows_of_analytics(tenant)
    made = {type(row) for row in rows}
    others = [model for model in models() if issubclass(model, OrgOwned) and model not in made]
    found = [model.all_orgs.filter(organization=tenant.org).first() for model in others]
    return [*rows, *(row for row in found if row is not None)]


def test_every_model_with_pages_is_covered_here(aurora: Tenant) -> None:
    covered = {type(row)._meta.label for row in one_of_each(aurora)}
    assert {model._meta.label for model in models()} == covered | FOR_SUPERUSERS


def test_administrators_read_their_own_rows_and_get_404_for_the_others(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    ours, theirs = one_of_each(aurora), one_of_each(borealis)
    client = log_in(aurora.admin)
    for row in ours:
        assert client.get(change_page(row)).status_code == 200, row._meta.label
    for row in theirs:
        for page in pages_of(row):
            for answer in (client.get(page), client.post(page, {"post": "yes"})):
                assert answer.status_code == 404, page
                assert b"borealis" not in answer.content.lower()


def test_lists_show_nothing_of_the_other_organization(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    one_of_each(aurora)
    one_of_each(borealis)
    client = log_in(aurora.admin)
    for model in models():
        for page in (list_page(model), add_page(model)):
            answer = client.get(page)
            assert answer.status_code in (200, 403), page
            assert b"borealis" not in answer.content.lower(), page
            assert borealis.twilio_number.address.encode() not in answer.content, page


def test_superusers_see_both_organizations(aurora: Tenant, borealis: Tenant, superuser: User, log_in: LogIn) -> None:
    client = log_in(superuser)
    for row in [*one_of_each(aurora), *one_of_each(borealis)]:
        assert client.get(change_page(row)).status_code == 200, row._meta.label
    for model in models():
        assert client.get(list_page(model)).status_code == 200, model._meta.label


@pytest.mark.parametrize("role", ["supervisor", "agent", "customer"])
def test_other_roles_get_403_everywhere(aurora: Tenant, log_in: LogIn, role: str) -> None:
    client = log_in(getattr(aurora, role))
    pages = [reverse("admin:index"), reverse("admin:login"), change_page(aurora.org)]
    pages += [page for model in models() for page in (list_page(model), add_page(model))]
    assert {client.get(page).status_code for page in pages} == {403}


def test_strangers_are_sent_to_the_normal_log_in_page(db: None) -> None:
    client = Client()
    answer = client.get(list_page(Message), follow=True)
    target, _status = answer.redirect_chain[-1]
    assert target.startswith(reverse("account_login"))
    assert "next=%2Fadmin%2Fsms%2Fmessage%2F" in target or "next=/admin/sms/message/" in target


def test_only_superusers_see_what_belongs_to_no_organization(aurora: Tenant, log_in: LogIn) -> None:
    IdempotencyKey.objects.create(organization=aurora.org, key="k", fingerprint="f")
    client = log_in(aurora.admin)
    hidden = [model for model in models() if model._meta.label in FOR_SUPERUSERS]
    assert {client.get(list_page(model)).status_code for model in hidden} == {403}
    assert len(hidden) == len(FOR_SUPERUSERS)


def test_packages_pages_are_not_here(aurora: Tenant, superuser: User, log_in: LogIn) -> None:
    client = log_in(superuser)
    for path in ("auth/group", "account/emailaddress", "django_celery_beat/periodictask"):
        assert client.get(f"/admin/{path}/").status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        "secrets_encrypted__startswith=g",
        "organization__slug=borealis",
        "phone_numbers__address__startswith=%2B",
        "organization__id__exact=1",
        "created_at__gte=2020-01-01",
    ],
)
def test_a_list_answers_only_to_its_own_filters(aurora: Tenant, log_in: LogIn, question: str) -> None:
    client = log_in(aurora.admin)
    assert client.get(f"{list_page(ProviderAccount)}?{question}").status_code == 400
    assert client.get(f"{list_page(ProviderAccount)}?is_active__exact=1").status_code == 200


def test_password_hashes_cannot_be_guessed_through_the_list_of_users(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    assert client.get(f"{list_page(User)}?password__startswith=md5").status_code == 400


def test_what_is_added_belongs_to_the_administrators_organization(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    client = log_in(aurora.admin)
    data = contact_form(name="Nova", organization=str(borealis.org.pk))
    assert client.post(add_page(Contact), data).status_code == 302
    contact = Contact.all_orgs.get(name="Nova")
    assert contact.organization_id == aurora.org.pk
    entry = AuditEntry.all_orgs.get(action="contact.added")
    assert (entry.organization_id, entry.actor_id, entry.object_id) == (aurora.org.pk, aurora.admin.pk, contact.pk)


def contact_form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "",
        "email": "",
        "language": "",
        "time_zone": "",
        "numbers-TOTAL_FORMS": "0",
        "numbers-INITIAL_FORMS": "0",
        **fields,
    }


def test_a_contacts_number_is_read_in_the_organizations_country(aurora: Tenant, log_in: LogIn) -> None:
    Organization.objects.filter(pk=aurora.org.pk).update(default_country="CZ")
    client = log_in(aurora.admin)
    data = contact_form(name="Nova", **{"numbers-TOTAL_FORMS": "1", "numbers-0-address": "777 123 456"})
    assert client.post(add_page(Contact), data).status_code == 302
    number = ContactNumber.all_orgs.get(contact__name="Nova")
    assert (number.address, number.kind, number.organization_id) == ("+420777123456", "phone", aurora.org.pk)
    assert "777" not in json.dumps(AuditEntry.all_orgs.get(action="contact.added").detail)


def test_a_number_of_another_contact_is_refused_with_a_sentence(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    make_contact(aurora, address="+12025550177")
    make_contact(borealis, address="+12025550178")
    client = log_in(aurora.admin)
    taken = contact_form(name="One", **{"numbers-TOTAL_FORMS": "1", "numbers-0-address": "+12025550177"})
    answer = client.post(add_page(Contact), taken)
    assert answer.status_code == 200
    assert "Another contact has this number." in answer.content.decode()
    free = contact_form(name="Two", **{"numbers-TOTAL_FORMS": "1", "numbers-0-address": "+12025550178"})
    assert client.post(add_page(Contact), free).status_code == 302
    assert not Contact.all_orgs.filter(name="One").exists()


def test_administrators_change_the_name_but_not_the_limits(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    data = {"name": "Aurora & Co", "default_country": "CZ", "language": "cs", "time_zone": "Europe/Prague"}
    forged = {**data, "slug": "stolen", "sms_daily_limit": "999999", "is_active": ""}
    assert client.post(change_page(aurora.org), forged).status_code == 302
    aurora.org.refresh_from_db()
    assert (aurora.org.name, aurora.org.default_country) == ("Aurora & Co", "CZ")
    assert (aurora.org.slug, aurora.org.sms_daily_limit, aurora.org.is_active) == ("aurora", None, True)
    assert client.post(change_page(borealis.org), data).status_code == 404
    assert client.post(change_page(aurora.org), {**data, "time_zone": "Mars/Base"}).status_code == 200


def test_lists_cost_the_same_for_one_row_and_for_many(
    aurora: Tenant, superuser: User, log_in: LogIn, django_assert_num_queries: Any
) -> None:
    one_of_each(aurora)
    clients = [log_in(aurora.admin), log_in(superuser)]
    counted = {}
    for turn in range(2):
        for number, client in enumerate(clients):
            for model in models():
                page = list_page(model)
                if client.get(page).status_code == 200:
                    counted.setdefault((number, model), []).append(_queries(client, page))
        if turn == 0:
            for _ in range(3):
                conversation = make_conversation(aurora)
                make_attempt(make_message(conversation, author=aurora.agent))
                make_receipt(aurora.twilio)
                events.audit(org_id=aurora.org.pk, actor=aurora.agent, action="x", target=conversation)
                user = make_user(aurora.org, "AGENT", email=f"{conversation.pk}@aurora.example")
                Agent.all_orgs.create(organization=aurora.org, user=user)
    assert {(n, m._meta.label): c for (n, m), c in counted.items() if c[0] != c[1]} == {}


def _queries(client: Client, page: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return len(captured)
