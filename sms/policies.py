"""Reading an organization's rules for texts."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from contactcenter.core.models import Organization
from contactcenter.core.written_once import written_once
from sms.models import SmsPolicy


def of(org: Organization | Any) -> SmsPolicy:
    """Return the rules of an organization (or of its id); the defaults, not stored, when it decided nothing."""
    org_id = org.pk if isinstance(org, Organization) else org
    return next(iter(_of(org_id)), None) or SmsPolicy(organization_id=org_id)


@written_once
def _of(org_id: UUID) -> "QuerySet[SmsPolicy]":
    return SmsPolicy.objects.for_org(org_id)
