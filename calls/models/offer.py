"""Whom a call rang, one after the other."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import OfferState
from calls.models.call import Call
from contactcenter.core.models import OrgOwned, User, same_org_unique


class CallOffer(OrgOwned):
    """One agent who was rung for one call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="offers", verbose_name=_("call"))
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("agent"))
    phone_number = models.CharField(_("phone"), max_length=16)
    state = models.CharField(_("state"), max_length=10, choices=OfferState.choices, default=OfferState.RINGING)
    offered_at = models.DateTimeField(_("offered at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("call offer")
        verbose_name_plural = _("call offers")
        constraints = [
            same_org_unique("call_offer"),
            models.UniqueConstraint(fields=["call", "user"], name="agent_is_rung_once_for_a_call"),
            models.UniqueConstraint(
                fields=["call"], condition=models.Q(state="ringing"), name="call_rings_one_agent_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
