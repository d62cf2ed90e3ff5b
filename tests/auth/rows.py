"""The rows by which people and programs come in."""

from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from contactcenter.core import api_keys, invitations
from contactcenter.core.models import ApiKey, Invitation, RefreshToken, TokenFamily
from tests.factories import Tenant


def let_in(tenant: Tenant) -> list[Model]:
    """Make a row of every kind, and return those that have a page in the admin."""
    org, slug = tenant.org, tenant.org.slug
    ends = timezone.now() + timedelta(days=1)
    family = TokenFamily.all_orgs.create(organization=org, user=tenant.agent, password_stamp="", expires_at=ends)
    RefreshToken.all_orgs.create(organization=org, family=family, expires_at=ends)
    key = ApiKey(organization=org, user=tenant.agent, name=f"{slug} shop", scopes=["sms.read"])
    api_keys.fill_in(key)
    key.save()
    invitation = Invitation(organization=org, email=f"guest@{slug}.example")
    invitations.fill_in(invitation)
    invitation.save()
    return [family, key, invitation]
