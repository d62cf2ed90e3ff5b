"""The breaker of a provider account: whether it is used now, and if not, why and since when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.provider_account import ProviderAccount


class CircuitState(models.TextChoices):
    """Closed: in use. Open: not used until its pause is over. Half-open: one text or call tries it."""

    CLOSED = "closed", _("in use")
    OPEN = "open", _("not in use")
    HALF_OPEN = "half_open", _("being tried")


class CircuitReason(models.TextChoices):
    """Why a breaker changed, in the words that an administrator reads."""

    ACCESS = "access", _("The provider does not let this account in. Check its token and its state there.")
    SUSPENDED = (
        "suspended",
        _(
            "The provider has suspended this account, for lack of funds or by a decision of its own. A person decides "
            "whether texts may go on through the other account."
        ),
    )
    FAILURES = "failures", _("Too many failures in a short time.")
    RECOVERED = "recovered", _("A trial went through.")
    PERSON = "person", _("An administrator put it into use again.")


class ProviderCircuit(OrgOwned):
    """The breaker's present state, one row for an account that ever failed. No row: in use."""

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="circuits", verbose_name=_("provider account")
    )
    state = models.CharField(_("state"), max_length=10, choices=CircuitState.choices, default=CircuitState.CLOSED)
    reason = models.CharField(_("reason"), max_length=10, choices=CircuitReason.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("since"))
    # Of an open one: when a trial may begin. Of a half-open one: until when that trial has the only place.
    probe_at = models.DateTimeField(_("next trial"), null=True, blank=True)
    openings = models.PositiveSmallIntegerField(_("openings in a row"), default=0)
    # Seconds since 1970 of the latest failures while closed, no more of them than it takes to open.
    recent_failures = models.JSONField(default=list, editable=False)

    class Meta(OrgOwned.Meta):
        verbose_name = _("breaker")
        verbose_name_plural = _("breakers")
        constraints = [
            same_org_unique("provider_circuit"),
            models.UniqueConstraint(fields=["account"], name="provider_account_has_one_breaker"),
            models.CheckConstraint(
                condition=models.Q(state=CircuitState.CLOSED) | models.Q(probe_at__isnull=False),
                name="open_breaker_has_a_next_trial",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_state_display()}"


class CircuitChange(OrgOwned):
    """One change of a breaker. Written once, never changed."""

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="+", verbose_name=_("provider account")
    )
    state = models.CharField(_("state"), max_length=10, choices=CircuitState.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=CircuitReason.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)
    actor = models.ForeignKey(
        "core.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor")
    )
    created_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("change of a breaker")
        verbose_name_plural = _("changes of breakers")
        indexes = [
            # Serves the history of an account, newest first.
            models.Index(fields=["account", "-created_at"], name="circuit_change_newest"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
