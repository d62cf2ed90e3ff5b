"""The business row of a text. What must be true of it, PostgreSQL enforces."""

from typing import Any

from django.db import models
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, Provider, ProviderAccount, User, same_org_unique
from sms.enums import (
    RANK,
    ConsentFlag,
    CostSource,
    Direction,
    Encoding,
    ErrorCode,
    HoldReason,
    MessageClass,
    MessageStatus,
    shown_status,
)
from sms.models.conversation import Conversation

# Numbers that begin alike so far, with their +, are a range: mostly ten thousand neighbours or fewer.
RANGE_LENGTH = 8
LEASED = [MessageStatus.CLAIMED, MessageStatus.SENDING]


class Message(OrgOwned):
    """One text, in or out."""

    organization = models.ForeignKey(
        "core.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # `message_newest` begins with it.
        verbose_name=_("organization"),
    )
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,  # The thread's index begins with it.
        verbose_name=_("conversation"),
    )
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    from_address = models.CharField(_("from"), max_length=20)
    to_address = models.CharField(_("to"), max_length=20)
    body = models.TextField(_("body"), blank=True)
    media_urls = models.JSONField(_("media addresses"), default=list, blank=True)
    # So that who sends a text without files asks for none.
    file_count = models.PositiveSmallIntegerField(_("files of ours"), default=0, db_default=0)
    encoding = models.CharField(_("encoding"), max_length=5, choices=Encoding.choices)
    segments = models.PositiveSmallIntegerField(_("segments"))
    author = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # `message_of_author_newest` serves, without the many that have none.
        verbose_name=_("author"),
    )
    message_class = models.CharField(
        _("class"),
        max_length=10,
        choices=MessageClass.choices,
        default=MessageClass.REPLY,
        db_default=MessageClass.REPLY,
    )
    answers = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # The constraint brings one.
        verbose_name=_("answers"),
        help_text=_("The keyword that this text answers by itself; such a text passes an opt-out."),
    )
    consent_flag = models.CharField(
        _("opt-out?"), max_length=10, choices=ConsentFlag.choices, blank=True, default="", db_default=""
    )
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    idempotency_key = models.CharField(_("idempotency key"), max_length=255, blank=True)
    correlation_id = models.CharField(
        _("correlation"),
        max_length=255,
        blank=True,
        db_default="",
        default="",
        help_text=_("What the events about this text refer to; empty: its own id."),
    )

    status = models.CharField(_("status"), max_length=12, choices=MessageStatus.choices)
    rank = models.PositiveSmallIntegerField(_("rank"))
    is_unconfirmed = models.BooleanField(
        _("unconfirmed"),
        default=False,
        help_text=_("The carrier took it and will never report whether it arrived."),
    )
    hold_reason = models.CharField(
        _("held because"), max_length=12, choices=HoldReason.choices, blank=True, default="", db_default=""
    )
    error_code = models.CharField(_("error"), max_length=20, choices=ErrorCode.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)

    account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices, blank=True)
    provider_message_id = models.CharField(_("the provider's id"), max_length=64, blank=True)

    # Business time is a column: nothing is ever scheduled in the broker.
    next_attempt_at = models.DateTimeField(_("due at"), null=True, blank=True)
    # In platform mode: until when its request may come back from the bus. It is not sent before.
    awaiting_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    claims = models.PositiveSmallIntegerField(_("claims"), default=0)
    retries = models.PositiveSmallIntegerField(_("retries"), default=0)
    failovers = models.PositiveSmallIntegerField(_("failovers"), default=0, db_default=0)

    # When the provider is asked about a text that it has: for the state, for the price, or for both.
    next_check_at = models.DateTimeField(_("asked about at"), null=True, blank=True)

    send_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    sendable_until = models.DateTimeField(
        _("quiet from"), null=True, blank=True, help_text=_("When quiet hours begin where the recipient is.")
    )
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=6, null=True, blank=True)
    cost_currency = models.CharField(_("currency"), max_length=3, blank=True)
    cost_source = models.CharField(_("cost comes from"), max_length=12, choices=CostSource.choices, blank=True)

    created_at = models.DateTimeField(_("created at"))
    waited_since = models.DateTimeField(
        _("waited since"),
        null=True,
        editable=False,
        help_text=_("Since when the customer had waited for this text, the first answer by a person."),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    uncertain_at = models.DateTimeField(_("uncertain since"), null=True, blank=True)

    # What a thread shows of the files of ours, as `sms.selectors` reads it: id and type of each upload.
    sent_files: list[dict[str, str]]

    class Meta(OrgOwned.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            same_org_unique("message"),
            models.UniqueConstraint(
                fields=["account", "provider_message_id"],
                condition=~models.Q(provider_message_id=""),
                name="provider_message_is_stored_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="one_message_per_idempotency_key",
            ),
            models.UniqueConstraint(
                fields=["answers"], condition=models.Q(answers__isnull=False), name="keyword_is_answered_once"
            ),
            models.CheckConstraint(
                condition=models.Q(direction=Direction.INBOUND) | ~models.Q(from_address=""),
                name="outbound_message_has_sender",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(direction=Direction.INBOUND, status=MessageStatus.RECEIVED)
                    | (models.Q(direction=Direction.OUTBOUND) & ~models.Q(status=MessageStatus.RECEIVED))
                ),
                name="only_inbound_messages_are_received",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status__in=LEASED, lease_token__isnull=False)
                    | (~models.Q(status__in=LEASED) & models.Q(lease_token__isnull=True))
                ),
                name="exactly_leased_messages_have_a_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=MessageStatus.QUEUED) | models.Q(next_attempt_at__isnull=False),
                name="queued_message_is_due_some_time",
            ),
            models.CheckConstraint(condition=models.Q(failovers__lte=1), name="message_has_at_most_one_failover"),
        ]
        indexes = [
            # Serves the thread: newest first, paged by key; with the organization also its total, without its rows.
            models.Index(fields=["conversation", "-id"], include=["organization"], name="message_of_thread"),
            # Serves the sender's claim: which queued messages are due?
            models.Index(fields=["next_attempt_at", "id"], condition=models.Q(status="queued"), name="message_due"),
            # Serves the claim (`sms.claiming`): from lane to lane, and the due ones of each, the oldest first.
            models.Index(
                fields=["account", "from_address", "message_class", "next_attempt_at", "id"],
                condition=models.Q(status="queued", awaiting_until__isnull=True),
                name="message_of_lane",
            ),
            # Serves the claim: is one of this conversation under way, or before this one?
            models.Index(
                fields=["conversation", "id"],
                condition=models.Q(status__in=["queued", "claimed", "sending"]),
                name="message_before_its_end",
            ),
            # Serves the reaper: whose lease ran out?
            models.Index(
                fields=["lease_until"],
                condition=models.Q(status__in=["claimed", "sending"]),
                name="message_leased",
            ),
            # Serves the sweep: scheduled ones whose time has come, uncertain ones whose grace ran out.
            models.Index(
                fields=["status", "send_at"],
                condition=models.Q(status__in=["scheduled", "uncertain", "held"]),
                name="message_waiting",
            ),
            # Serves the sweep: whose request has not come back from the bus in time?
            models.Index(
                fields=["awaiting_until"], condition=models.Q(awaiting_until__isnull=False), name="message_awaiting"
            ),
            # Serves the checks: which accepted texts is the provider to be asked about?
            models.Index(
                fields=["next_check_at"], condition=models.Q(next_check_at__isnull=False), name="message_to_check"
            ),
            # Serves an opt-out: which texts wait for this number?
            models.Index(
                fields=["organization", "to_address"],
                condition=models.Q(status__in=["scheduled", "queued", "claimed"]),
                name="message_waiting_for_number",
            ),
            # Serves the flags of a conversation: which sentences may be opt-outs?
            models.Index(fields=["conversation"], condition=models.Q(consent_flag="open"), name="message_flagged"),
            # Serves GET /api/sms/inbox and the quota's windows.
            models.Index(fields=["organization", "-created_at", "-id"], name="message_newest"),
            # Serves the newest texts of an agent, and what a person who is deleted leaves behind.
            models.Index(
                fields=["author", "organization", "-created_at", "-id"],
                condition=models.Q(author__isnull=False),
                name="message_of_author_newest",
            ),
            # Serves the guards against toll fraud: how many went to this number, or to this range of numbers?
            models.Index(
                models.F("organization"),
                Left("to_address", RANGE_LENGTH),
                models.F("created_at").desc(),
                include=["to_address"],
                condition=models.Q(direction=Direction.OUTBOUND),
                name="message_to_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def media_count(self) -> int:
        """How many files go with a text of ours, stored here or elsewhere."""
        return self.file_count + len(self.media_urls)

    @property
    def shown_status(self) -> str:
        """The status in the words of the API contract."""
        return shown_status(self.status)

    @property
    def correlation(self) -> str:
        """What the events about this text refer to."""
        return self.correlation_id or str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.rank = RANK[self.status]
        super().save(*args, **kwargs)
