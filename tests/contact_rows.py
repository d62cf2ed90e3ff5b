"""One row of everything that an organization keeps about its contacts, with words of the organization in them."""

from django.utils import timezone

from contactcenter.core.models import (
    AttributeKind,
    Contact,
    ContactAttribute,
    ContactImport,
    ContactLabel,
    ContactNote,
    ImportState,
    Label,
    Refusal,
    RefusedRow,
)
from tests.factories import Tenant


def fill_contacts(tenant: Tenant, contact: Contact) -> None:
    """Make a note, a label, a field and an import with a refused row."""
    org, slug = tenant.org, tenant.org.slug
    ContactNote.all_orgs.create(organization=org, contact=contact, author=tenant.agent, body=f"{slug} note")
    label = Label.all_orgs.filter(organization=org).first() or Label.all_orgs.create(organization=org, name=slug)
    # Two, because whoever tries every address takes those of one contact away.
    for labelled in (contact, Contact.all_orgs.create(organization=org, name=f"{slug} neighbour")):
        ContactLabel.all_orgs.create(organization=org, contact=labelled, label=label)
    ContactAttribute.all_orgs.create(organization=org, key=f"{slug}_town", name=f"{slug} town", kind=AttributeKind.TEXT)
    source = ContactImport.all_orgs.create(
        organization=org,
        author=tenant.supervisor,
        file_name=f"{slug}.csv",
        delimiter=",",
        encoding="utf-8",
        headings=[f"{slug} heading"],
        mapping=["name"],
        state=ImportState.DONE,
        row_count=1,
        next_row=1,
        refused_count=1,
        finished_at=timezone.now(),
    )
    RefusedRow.all_orgs.create(
        organization=org, source=source, number=len(slug), reason=Refusal.NOTHING, cells=[f"{slug} cell"]
    )
