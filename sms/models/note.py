"""Private notes: what colleagues tell each other in a conversation. Never sent to anybody outside."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, User, same_org_unique
from sms.models.conversation import Conversation


class Note(OrgOwned):
    """One note between the texts of a conversation. Written once, never changed."""

    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="notes",
        db_index=False,  # note_of_thread serves.
        verbose_name=_("conversation"),
    )
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    body = models.TextField(_("note"))
    created_at = models.DateTimeField(_("written at"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            same_org_unique("note"),
            models.CheckConstraint(condition=~models.Q(body=""), name="note_says_something"),
        ]
        indexes = [
            # Serves the thread: the notes between its texts, newest first.
            models.Index(fields=["conversation", "-created_at"], name="note_of_thread"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NoteMention(OrgOwned):
    """A colleague whom a note names. `seen_at`: when they had the conversation before their eyes."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("note"))
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # mention_of_person_newest serves.
        verbose_name=_("who"),
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", verbose_name=_("conversation")
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["note", "user"], name="note_mentions_a_person_once"),
        ]
        indexes = [
            # Serves a person's own mentions, newest first.
            models.Index(fields=["user", "-id"], name="mention_of_person_newest"),
            # Serves the badge, and marking them seen: what has this person not looked at?
            models.Index(
                fields=["user", "conversation"], condition=models.Q(seen_at__isnull=True), name="mention_unseen"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
