"""A conversation is one line of the inbox: everything the list shows stands in this row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import Contact, OrgOwned, PhoneNumber, User, same_org_unique
from sms.enums import ConversationState, Direction, MessageStatus


class Conversation(OrgOwned):
    """All texts between one number of ours and one address of a contact."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", verbose_name=_("contact"))
    phone_number = models.ForeignKey(
        PhoneNumber, on_delete=models.PROTECT, related_name="+", verbose_name=_("our number")
    )
    address = models.CharField(_("their number"), max_length=20)
    state = models.CharField(
        _("state"), max_length=10, choices=ConversationState.choices, default=ConversationState.OPEN
    )
    assignee = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    unread_count = models.PositiveIntegerField(_("unread"), default=0)
    is_flagged = models.BooleanField(
        _("may hold an opt-out"), default=False, db_default=False, help_text=_("Somebody has to read a sentence in it.")
    )
    last_message_at = models.DateTimeField(_("last message at"))
    last_preview = models.CharField(_("last message"), max_length=160, blank=True)
    last_direction = models.CharField(_("last direction"), max_length=8, choices=Direction.choices)
    last_status = models.CharField(_("last status"), max_length=12, choices=MessageStatus.choices)
    last_message_id = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            same_org_unique("conversation"),
            models.UniqueConstraint(
                fields=["organization", "phone_number", "address"],
                name="one_conversation_per_pair_of_numbers",
            ),
        ]
        indexes = [
            # Serves the inbox: one state, newest first, paged by key.
            models.Index(fields=["organization", "state", "-last_message_at", "-id"], name="conversation_inbox"),
            # Serves GET /api/sms/conversations: every state, newest first.
            models.Index(fields=["organization", "-last_message_at", "-id"], name="conversation_newest"),
            # Serves the unread badge and the unread filter.
            models.Index(
                fields=["organization", "state", "-last_message_at", "-id"],
                condition=models.Q(unread_count__gt=0),
                name="conversation_unread",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
