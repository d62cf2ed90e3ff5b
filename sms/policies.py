"""Reading an organization's rules for texts."""

from typing import Any

from contactcenter.core.models import Organization
from sms.models import SmsPolicy


def of(org: Organization | Any) -> SmsPolicy:
    """Return the rules of an organization (or of its id); the defaults, not stored, when it decided nothing."""
    org_id = org.pk if isinstance(org, Organization) else org
    return SmsPolicy.objects.for_org(org_id).first() or SmsPolicy(organization_id=org_id)
