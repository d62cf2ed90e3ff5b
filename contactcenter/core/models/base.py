"""What every organization-owned table shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.ids import new_id
from contactcenter.core.managers import AllOrganizationsManager, OrgQuerySet


class OrgOwned(models.Model):
    """A row of one organization. `objects` refuses to run unscoped; `all_orgs` says out loud that it does not scope."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "core.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    # Django itself (validation, admin, related objects) works through the default manager.
    all_orgs = AllOrganizationsManager()
    objects = OrgQuerySet.as_manager()

    class Meta:
        abstract = True
        default_manager_name = "all_orgs"


def same_org_unique(table: str) -> models.UniqueConstraint:
    """Return the UNIQUE (organization, id) that composite foreign keys of other tables refer to."""
    return models.UniqueConstraint(
        fields=["organization", "id"], name=f"{table}_can_be_referred_to_with_its_organization"
    )
