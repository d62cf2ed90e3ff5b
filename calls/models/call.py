"""The business row of a call. What must be true of it, PostgreSQL enforces."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import ENDED, LEASED, CallDirection, CallErrorCode, CallStatus, Placing
from calls.models.campaign import Campaign
from contactcenter.core.models import Contact, OrgOwned, Provider, ProviderAccount, User, same_org_unique

E164 = r"^\+[1-9][0-9]{6,14}$"
_EXISTING = models.Q(deleted_at__isnull=True)


class Call(OrgOwned):
    """One phone call, in or out: the leg to the customer, and what became of it.

    `duration` is whole seconds of talking. `agent` is who holds it; PostgreSQL counts held calls into the agent's load.
    """

    direction = models.CharField(_("direction"), max_length=8, choices=CallDirection.choices)
    status = models.CharField(_("status"), max_length=12, choices=CallStatus.choices)
    from_number = models.CharField(_("from"), max_length=20)
    to_number = models.CharField(_("to"), max_length=20)
    placed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("placed by")
    )
    agent = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # call_of_agent_newest serves.
        related_name="+",
        verbose_name=_("agent"),
    )
    supervisor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("supervisor")
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # call_by_campaign serves.
        related_name="calls",
        verbose_name=_("campaign"),
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    started_at = models.DateTimeField(_("started at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    duration = models.PositiveIntegerField(_("seconds"), null=True, blank=True)
    disposition = models.CharField(_("disposition"), max_length=100, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    recording_id = models.UUIDField(_("recording"), null=True, editable=False)

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices, blank=True)
    provider_call_id = models.CharField(_("the provider's id"), max_length=128, blank=True)
    provider_leg_id = models.CharField(_("the provider's leg"), max_length=64, blank=True)
    provider_session_id = models.CharField(_("the provider's session"), max_length=64, blank=True)
    error_code = models.CharField(_("error"), max_length=20, choices=CallErrorCode.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=6, null=True, blank=True)
    cost_currency = models.CharField(_("currency"), max_length=3, blank=True)

    # Which report of the provider was the last that moved the call: by its number (Twilio) or its time (Telnyx).
    last_sequence = models.PositiveIntegerField(null=True, editable=False)
    last_event_at = models.DateTimeField(null=True, editable=False)
    # Business time is a column: nothing is ever scheduled in the broker.
    # PLACING is a reserved word of SQL.
    placing = models.CharField(
        _("dialling"),
        max_length=10,
        choices=Placing.choices,
        blank=True,
        default=Placing.NONE,
        db_column="dial_state",
    )
    next_attempt_at = models.DateTimeField(_("due at"), null=True, blank=True)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    claims = models.PositiveSmallIntegerField(_("claims"), default=0)
    retries = models.PositiveSmallIntegerField(_("retries"), default=0)
    failovers = models.PositiveSmallIntegerField(_("failovers"), default=0, db_default=0)
    uncertain_at = models.DateTimeField(_("uncertain since"), null=True, blank=True)

    created_at = models.DateTimeField(_("created at"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            same_org_unique("call"),
            models.UniqueConstraint(
                fields=["account", "provider_call_id"],
                condition=~models.Q(provider_call_id=""),
                name="provider_call_is_stored_once",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status__in=ENDED, ended_at__isnull=False)
                    | (~models.Q(status__in=ENDED) & models.Q(ended_at__isnull=True))
                ),
                name="exactly_ended_calls_have_an_end",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(placing__in=LEASED, lease_token__isnull=False)
                    | (~models.Q(placing__in=LEASED) & models.Q(lease_token__isnull=True))
                ),
                name="exactly_leased_calls_have_a_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(placing=Placing.DUE) | models.Q(next_attempt_at__isnull=False),
                name="due_call_is_due_some_time",
            ),
            models.CheckConstraint(
                condition=models.Q(direction=CallDirection.OUTBOUND) | models.Q(placing=Placing.NONE),
                name="only_outbound_calls_are_dialled",
            ),
            models.CheckConstraint(condition=models.Q(failovers__lte=1), name="call_fails_over_once"),
        ]
        indexes = [
            # Serves the list of calls, newest first, paged by key; covers the figures of a period.
            models.Index(
                fields=["organization", "-started_at", "-id"],
                include=["status", "direction", "duration", "agent", "campaign"],
                condition=_EXISTING,
                name="call_newest",
            ),
            # Serves the total of GET /api/calls/, which without it reads every call of the organization.
            models.Index(fields=["organization"], condition=_EXISTING, name="call_total"),
            # Serves dashboards: what is going on now?
            models.Index(
                fields=["organization", "-started_at"],
                condition=_EXISTING & models.Q(status__in=["RINGING", "IN_PROGRESS", "ON_HOLD"]),
                name="call_active",
            ),
            # Serves an agent's own list, and the proof of their load.
            models.Index(
                fields=["agent", "organization", "-started_at", "-id"], condition=_EXISTING, name="call_of_agent_newest"
            ),
            # Serves an agent's day: which of their calls go on? Among all that they ever had, one or none.
            models.Index(
                fields=["agent", "started_at", "id"],
                condition=_EXISTING & models.Q(status__in=["QUEUED", "RINGING", "IN_PROGRESS", "ON_HOLD"]),
                name="call_live_of_agent",
            ),
            models.Index(fields=["campaign", "status"], condition=_EXISTING, name="call_by_campaign"),
            # Serves the placer's claim: which calls are to be dialled?
            models.Index(fields=["next_attempt_at", "id"], condition=models.Q(placing="due"), name="call_due"),
            # Serves the checks: which living calls has nobody reported on for a while?
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(
                    status__in=["QUEUED", "RINGING", "IN_PROGRESS", "ON_HOLD"], placing__in=["", "placed", "uncertain"]
                ),
                name="call_to_check",
            ),
            # Serves the sweep: ended leases and old doubts.
            models.Index(
                fields=["placing", "lease_until"],
                condition=models.Q(placing__in=["claimed", "dialling", "uncertain"]),
                name="call_leased",
            ),
            # Serves the look-up of an event by Telnyx's other ids.
            models.Index(
                fields=["account", "provider_leg_id"],
                condition=~models.Q(provider_leg_id=""),
                name="call_by_leg",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.status in ENDED
