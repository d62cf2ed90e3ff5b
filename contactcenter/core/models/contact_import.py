"""Contacts from a file: the file, how far its rows are taken over, and the rows that were refused."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.user import User


class ImportState(models.TextChoices):
    """Where an import stands: to be looked at, in work, at an end."""

    DRAFT = "draft", _("not started")
    RUNNING = "running", _("in work")
    DONE = "done", pgettext_lazy("import", "done")
    CANCELED = "canceled", pgettext_lazy("import", "canceled")


class Duplicates(models.TextChoices):
    """What becomes of a row whose contact is there already."""

    SKIP = "skip", _("leave the contact as it is")
    UPDATE = "update", _("change the contact to what the file says")
    REFUSE = "refuse", _("list the row as refused")


class Refusal(models.TextChoices):
    """Why a row was not taken over."""

    NOTHING = "nothing", _("It has neither a phone number nor an e-mail address.")
    NUMBER = "number", _("The phone number cannot be read, or does not exist.")
    EMAIL = "email", _("The e-mail address cannot be read.")
    LANGUAGE = "language", _("The language is unknown. Use a code such as en, cs or es.")
    TIME_ZONE = "time_zone", _("The time zone is unknown. Use a name such as Europe/Prague.")
    TOO_LONG = "too_long", _("A value is too long.")
    ATTRIBUTE = "attribute", _("A value does not fit its field.")
    SEVERAL = "several", _("Its numbers belong to more than one contact.")
    EXISTS = "exists", _("The contact is there already.")
    COLUMNS = "columns", _("The row has more columns than the headings.")


class ContactImport(OrgOwned):
    """One file. `next_row` is the first row (from 0, headings not counted) that has not been decided about."""

    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    file_name = models.CharField(_("file"), max_length=120)
    content = models.TextField(_("content"), blank=True, help_text=_("Removed when the import has ended."))
    delimiter = models.CharField(_("separator"), max_length=1)
    encoding = models.CharField(_("encoding"), max_length=12)
    headings = ArrayField(models.CharField(max_length=200), verbose_name=_("headings"))
    mapping = ArrayField(
        models.CharField(max_length=60, blank=True),
        verbose_name=_("meaning of the columns"),
        help_text=_("One word for each column; empty: left out."),
    )
    duplicates = models.CharField(
        _("contacts that are there already"), max_length=6, choices=Duplicates.choices, default=Duplicates.SKIP
    )
    state = models.CharField(_("state"), max_length=8, choices=ImportState.choices, default=ImportState.DRAFT)
    row_count = models.PositiveIntegerField(_("rows"))
    next_row = models.PositiveIntegerField(_("rows decided about"), default=0)
    created_count = models.PositiveIntegerField(_("new contacts"), default=0)
    updated_count = models.PositiveIntegerField(_("changed contacts"), default=0)
    skipped_count = models.PositiveIntegerField(_("left as they were"), default=0)
    refused_count = models.PositiveIntegerField(_("refused rows"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    worked_at = models.DateTimeField(_("last worked on"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("import of contacts")
        verbose_name_plural = _("imports of contacts")
        constraints = [
            same_org_unique("contact_import"),
            models.CheckConstraint(
                condition=models.Q(next_row__lte=models.F("row_count")), name="import_goes_no_further_than_its_rows"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    next_row=models.F("created_count")
                    + models.F("updated_count")
                    + models.F("skipped_count")
                    + models.F("refused_count")
                ),
                name="import_counts_every_row_once",
            ),
        ]
        indexes = [
            # Serves the worker: which import waits for its next rows?
            models.Index(
                fields=["worked_at"], condition=models.Q(state=ImportState.RUNNING), name="contact_import_in_work"
            ),
            # Serves the page of imports: an organization's newest.
            models.Index(fields=["organization", "-created_at"], name="contact_import_newest"),
        ]

    def __str__(self) -> str:
        return self.file_name


class RefusedRow(OrgOwned):
    """A row of a file that was not taken over, and why. `number`: as a spreadsheet counts, with the headings as 1."""

    source = models.ForeignKey(
        ContactImport,
        on_delete=models.CASCADE,
        related_name="refused",
        db_index=False,
        verbose_name=_("import"),
    )
    number = models.PositiveIntegerField(_("row"))
    reason = models.CharField(_("reason"), max_length=10, choices=Refusal.choices)
    cells = ArrayField(models.TextField(blank=True), verbose_name=_("cells"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        constraints = [
            # Serves the list of an import's refused rows as well.
            models.UniqueConstraint(fields=["source", "number"], name="row_is_refused_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)
