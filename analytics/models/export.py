"""Exports: what somebody asked for as a file, and how far it is written."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models import OrgOwned, User, same_org_unique


class ExportState(models.TextChoices):
    """Where an export stands."""

    WAITING = "waiting", pgettext_lazy("export", "waiting")
    RUNNING = "running", _("being written")
    DONE = "done", pgettext_lazy("export", "ready")
    CANCELED = "canceled", pgettext_lazy("export", "canceled")
    FAILED = "failed", pgettext_lazy("export", "failed")


class ExportFormat(models.TextChoices):
    """What kind of file."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class FailedBecause(models.TextChoices):
    """Why an export came to nothing."""

    RIGHTS = "rights", _("Whoever asked for it may not read these figures any more.")
    INTERRUPTED = "interrupted", _("It was interrupted three times. Ask for less at once.")


class Export(OrgOwned):
    """One file. `words` is what was asked for, as in the address of the page that shows it.

    A worker holds it by a lease. One whose worker died is begun again, and nothing of the first try is kept.
    """

    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    title = models.CharField(_("title"), max_length=200)
    words = models.JSONField(_("what was asked for"))
    file_format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices)
    is_of_everybody = models.BooleanField(
        _("of everybody"), help_text=_("Holds more than its author's own rows: only who may read all figures gets it.")
    )
    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    failed_because = models.CharField(_("reason"), max_length=11, choices=FailedBecause.choices, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    done_count = models.PositiveIntegerField(_("rows written"), default=0)
    file = models.FileField(_("file"), upload_to="exports/", max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    claims = models.PositiveSmallIntegerField(_("claims"), default=0)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = pgettext_lazy("file", "export")
        verbose_name_plural = pgettext_lazy("files", "exports")
        constraints = [
            same_org_unique("export"),
            models.CheckConstraint(
                condition=(
                    models.Q(state=ExportState.RUNNING, lease_token__isnull=False, lease_until__isnull=False)
                    | (~models.Q(state=ExportState.RUNNING) & models.Q(lease_token__isnull=True))
                ),
                name="exactly_running_exports_have_a_lease",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state__in=[ExportState.WAITING, ExportState.RUNNING], finished_at__isnull=True)
                    | models.Q(
                        state__in=[ExportState.DONE, ExportState.CANCELED, ExportState.FAILED],
                        finished_at__isnull=False,
                    )
                ),
                name="exactly_ended_exports_have_an_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ExportState.DONE) | ~models.Q(file=""), name="ready_export_has_a_file"
            ),
        ]
        indexes = [
            # Serves the worker's claim: what waits, or was left by a worker that died?
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="export_to_write",
            ),
            # Serves the page of exports: an organization's newest.
            models.Index(fields=["organization", "-created_at"], name="export_newest"),
            # Serves the sweep: whose days are over?
            models.Index(
                fields=["finished_at"], condition=models.Q(finished_at__isnull=False), name="export_by_its_end"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be written."""
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def percent(self) -> int:
        """How far it is written; a row that came meanwhile does not make it more than all."""
        return min(100, 100 * self.done_count // max(self.row_count, 1))
