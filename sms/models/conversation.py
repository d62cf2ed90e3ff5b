"""A conversation is one line of the inbox: everything the list shows stands in this row."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from agents.models import Team
from contactcenter.core.models import Contact, Label, OrgOwned, PhoneNumber, User, same_org_unique
from sms.enums import ConversationEventKind, ConversationState, Direction, MessageStatus, Priority

# As sms/wanted.py writes it: one comparable value for everybody, so that the order can be paged by key.
_WAITING = Coalesce("waiting_since", Cast(Value("infinity"), models.DateTimeField()))


class Conversation(OrgOwned):
    """All texts between one number of ours and one address of a contact."""

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("contact")
    )
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
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    priority = models.SmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, blank=True, help_text=_("When the first text came that nobody has answered.")
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
            models.CheckConstraint(
                condition=models.Q(state=ConversationState.SNOOZED) | models.Q(snoozed_until__isnull=True),
                name="only_snoozed_conversations_wake",
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
            # Serves the views "Mine" and "Unassigned", and the filter by person, newest first.
            models.Index(
                fields=["organization", "state", "assignee", "-last_message_at", "-id"], name="conversation_of_person"
            ),
            # Serves the filter by team, newest first.
            models.Index(
                fields=["organization", "state", "team", "-last_message_at", "-id"],
                condition=models.Q(team__isnull=False),
                name="conversation_of_team",
            ),
            # Serves the filter by our number, newest first.
            models.Index(
                fields=["organization", "state", "phone_number", "-last_message_at", "-id"],
                name="conversation_of_number",
            ),
            # Serves a contact's conversations, newest first, and the search by name, which compares many people by when
            # they wrote last, without their rows.
            models.Index(fields=["contact", "-last_message_at", "-id"], name="conversation_of_contact"),
            # Serves the order by waiting time: who waits longest first, who does not wait last.
            models.Index("organization", "state", _WAITING, "id", name="conversation_waiting"),
            # Serves the same order for "Mine", "Unassigned" and one person.
            models.Index("organization", "state", "assignee", _WAITING, "id", name="conversation_waiting_person"),
            # Serves the sweep: whose snooze has ended?
            models.Index(
                fields=["snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="conversation_to_wake",
            ),
            # Serves assignment: who waits in a team, and belongs to nobody? The most urgent first.
            models.Index(
                fields=["team", "-priority", "waiting_since"],
                condition=models.Q(
                    state=ConversationState.OPEN, assignee__isnull=True, team__isnull=False, waiting_since__isnull=False
                ),
                name="conversation_to_assign",
            ),
            # Serves assignment: how many open ones does an agent hold?
            models.Index(
                fields=["assignee"],
                condition=models.Q(state=ConversationState.OPEN, assignee__isnull=False),
                name="conversation_held",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ConversationLabel(OrgOwned):
    """One label on one conversation.

    In the table, PostgreSQL keeps beside them what the inbox filters and orders conversations by, with two indexes that
    serve the lists of a label (migrations 0080 to 0082).
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="labels", db_index=False, verbose_name=_("conversation")
    )
    label = models.ForeignKey(
        Label, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("label")
    )

    class Meta(OrgOwned.Meta):
        verbose_name = _("label of a conversation")
        verbose_name_plural = _("labels of conversations")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "label"], name="conversation_has_a_label_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ConversationEvent(OrgOwned):
    """Who did what to a conversation, and when. `detail` holds ids and words, never texts or numbers."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="events", db_index=False, verbose_name=_("conversation")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConversationEventKind.choices)
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("event of a conversation")
        verbose_name_plural = _("events of conversations")
        indexes = [
            # Serves the thread: what happened beside the texts, newest first.
            models.Index(fields=["conversation", "-created_at"], name="conversation_event_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
