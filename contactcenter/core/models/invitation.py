"""How people come in: an administrator invites them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models.base import OrgOwned
from contactcenter.core.roles import Role


class Invitation(OrgOwned):
    """An open door for one person: role and organization are the invitation's, never the guest's choice."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email
