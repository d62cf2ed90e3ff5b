"""What an organization keeps about its contacts beside names and numbers: notes, labels, fields of its own."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models.base import OrgOwned
from contactcenter.core.models.contact import Contact
from contactcenter.core.models.label import Label
from contactcenter.core.models.user import User


class ContactNote(OrgOwned):
    """What a colleague wrote down about a contact; nobody outside the organization reads it."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="notes", db_index=False, verbose_name=_("contact")
    )
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    body = models.TextField(_("note"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("note about a contact")
        verbose_name_plural = _("notes about contacts")
        indexes = [
            # Serves the contact's page: its notes, newest first.
            models.Index(fields=["contact", "-created_at"], name="contact_note_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ContactLabel(OrgOwned):
    """One label on one contact."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="labels", db_index=False, verbose_name=_("contact")
    )
    label = models.ForeignKey(
        Label, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("label")
    )

    class Meta(OrgOwned.Meta):
        verbose_name = _("label of a contact")
        verbose_name_plural = _("labels of contacts")
        constraints = [
            models.UniqueConstraint(fields=["contact", "label"], name="contact_has_a_label_once"),
        ]
        indexes = [
            # Serves the list of contacts with one label, newest first.
            models.Index(fields=["label", "-contact"], name="contact_by_label"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AttributeKind(models.TextChoices):
    """What may stand in a field that an organization added."""

    TEXT = "text", _("text")
    NUMBER = "number", pgettext_lazy("kind of value", "number")
    DATE = "date", _("date")
    CHOICE = "choice", _("choice")


class ContactAttribute(OrgOwned):
    """A field that the organization added to its contacts; the values stand in `Contact.attributes` by `key`."""

    key = models.CharField(
        _("key"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small letters, digits and _, for example city."))],
        help_text=_("How programs call it. It cannot be changed later."),
    )
    name = models.CharField(pgettext_lazy("field", "name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=AttributeKind.choices, default=AttributeKind.TEXT)
    choices = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("choices"),
        default=list,
        blank=True,
        help_text=_("Of the kind choice: what can be chosen, with commas between."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(OrgOwned.Meta):
        verbose_name = _("field of contacts")
        verbose_name_plural = _("fields of contacts")
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="attribute_key_is_unique_in_its_organization"),
            models.CheckConstraint(
                condition=models.Q(key__regex=r"^[a-z][a-z0-9_]*$"), name="attribute_key_is_a_plain_word"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=AttributeKind.CHOICE) | models.Q(choices__len__gt=0),
                name="attribute_of_choices_has_some",
            ),
        ]

    def __str__(self) -> str:
        return self.name
