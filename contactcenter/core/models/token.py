"""Tokens of API clients: the public halves of signing keys, and which refresh tokens have been given out."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.core.ids import new_id
from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.user import User


class SigningKey(models.Model):
    """One Ed25519 key of the installation. The private half is never in the database; see `core.signing_keys`."""

    kid = models.CharField(
        _("key id"), max_length=43, primary_key=True, help_text=_("Thumbprint of the public key (RFC 7638)")
    )
    public_key = models.CharField(_("public key"), max_length=43, help_text=_("32 bytes in base64url (RFC 8037)"))
    not_before = models.DateTimeField(_("signs from"), help_text=_("It is published earlier, so that clients know it."))
    retire_at = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text=_("From then on nothing that it signed is believed.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.kid


class TokenFamily(OrgOwned):
    """One log-in of an API client, and all tokens that came of it. Revoked, it takes all of them with it."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("user"))
    # What the password was: a new password ends every log-in, as it ends sessions.
    password_stamp = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("logged in at"), db_default=Now())
    expires_at = models.DateTimeField(_("valid until"), help_text=_("Unless it is refreshed before."))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("API log-in")
        verbose_name_plural = _("API log-ins")
        constraints = [same_org_unique("token_family")]
        indexes = [
            # Serves the removal of a person's ended log-ins when they log in again.
            models.Index(fields=["user", "expires_at"], name="token_family_of_user"),
            # Serves the removal of log-ins that have ended (`ended_logins`).
            models.Index(fields=["expires_at"], name="token_family_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_alive(self) -> bool:
        """Whether its tokens may be used: not revoked, person and organization active, same password."""
        user: User = self.user
        return (
            self.revoked_at is None
            and user.may_work
            and user.organization_id == self.organization_id
            and user.get_session_auth_hash() == self.password_stamp
        )


class RefreshToken(OrgOwned):
    """One pair of tokens: `id` is the refresh token's `jti`, `access_id` the access token's.

    The tokens themselves are not stored; a signature with Ed25519 is always the same, so they can be made again.
    """

    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("log-in"))
    access_id = models.UUIDField(default=new_id, unique=True, editable=False)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    successor_id = models.UUIDField(null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, successor_id__isnull=True)
                | models.Q(used_at__isnull=False, successor_id__isnull=False),
                name="used_refresh_token_has_a_successor",
            ),
        ]
        indexes = [
            # Serves the removal of tokens that have expired (`ended_logins`).
            models.Index(fields=["expires_at"], name="refresh_token_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
