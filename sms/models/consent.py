"""Consent hangs on the number, not on the contact."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, ProviderAccount, User
from sms.enums import ConsentSource, ConsentState
from sms.models.message import Message


class Consent(OrgOwned):
    """Whether one address may be texted by the organization. No row: nothing was ever said, so it may."""

    address = models.CharField(_("number"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=ConsentState.choices)
    source = models.CharField(_("known from"), max_length=10, choices=ConsentSource.choices)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    changed_at = models.DateTimeField(_("changed at"))
    pinned_account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only over"),
        help_text=_("Where the person took the opt-out back; the other provider may still block the number."),
    )

    class Meta(OrgOwned.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["organization", "address"], name="number_has_one_consent_per_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"


class ConsentEntry(OrgOwned):
    """One decision about an address: the proof. Written once; PostgreSQL refuses to change or delete it."""

    address = models.CharField(_("number"), max_length=20)
    before = models.CharField(
        _("before"), max_length=10, choices=ConsentState.choices, blank=True, help_text=_("Empty: nothing was said.")
    )
    state = models.CharField(_("decided"), max_length=10, choices=ConsentState.choices)
    source = models.CharField(_("known from"), max_length=10, choices=ConsentSource.choices)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    word = models.CharField(_("word"), max_length=40, blank=True)
    note = models.CharField(_("proof"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("decided at"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("decision about consent")
        verbose_name_plural = _("decisions about consent")
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(source=ConsentSource.KEYWORD),
                name="word_of_a_person_decides_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=ConsentSource.PROOF) | ~models.Q(note=""),
                name="opt_in_by_others_has_a_proof",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=ConsentSource.AGENT) | models.Q(state=ConsentState.OPTED_OUT),
                name="agents_only_opt_out",
            ),
        ]
        indexes = [
            # Serves the history of one number.
            models.Index(fields=["organization", "address", "-id"], name="consent_entry_of_number"),
            # Serves the export, and the admin's list, of all.
            models.Index(fields=["organization", "-created_at", "-id"], name="consent_entry_newest"),
        ]

    @property
    def is_change(self) -> bool:
        """Whether something else held before."""
        return self.before != self.state

    def __str__(self) -> str:
        return f"{self.get_state_display()}"
