"""Personal API keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models.base import OrgOwned


class ApiKey(OrgOwned):
    """A key that a program uses in a person's name, for no more than its scopes. Only its hash is kept."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("user"))
    name = models.CharField(_("label"), max_length=80, help_text=_("What uses it, for example “shop”."))
    prefix = models.CharField(_("beginning"), max_length=16, help_text=_("By which one knows the key again."))
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [
            # Serves a person's list of their keys.
            models.Index(fields=["organization", "user", "-id"], name="api_key_of_user"),
        ]

    def __str__(self) -> str:
        return self.name
