"""What the page about costs asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.enums import CostsBy
from analytics.stretches import FIRST_YEAR, LAST_YEAR
from contactcenter.core.models import Organization

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whole days of the organization's time zone, the last one among them, and what their costs are grouped by."""

    first: date
    last: date
    by: CostsBy
    since: datetime
    until: datetime


class CostsForm(forms.Form):
    """A period and a grouping; what is left out is this month so far, by day."""

    first = forms.DateField(
        label=pgettext_lazy("day", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=pgettext_lazy("day", "To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    by = forms.ChoiceField(label=_("Grouped by"), required=False, choices=CostsBy.choices)

    def __init__(self, query: Mapping[str, str], *, org: Organization, now: datetime) -> None:
        self.zone = org.zone
        self.today = now.astimezone(self.zone).date()
        given = {name: query[name] for name in ("first", "last", "by") if query.get(name)}
        super().__init__(self._usual(self.today) | given)

    @staticmethod
    def _usual(today: date) -> dict[str, Any]:
        return {"first": today.replace(day=1).isoformat(), "last": today.isoformat(), "by": CostsBy.DAY.value}

    def clean(self) -> dict[str, Any]:
        """Refuse periods that end before they begin, or that are too long."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            if first > last:
                self.add_error("last", gettext("The period ends before it begins."))
            elif (last - first).days >= MOST_DAYS:
                self.add_error("last", gettext("Choose at most %(days)s days.") % {"days": MOST_DAYS})
            elif not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
                self.add_error("first", gettext("Choose another year."))
        return cleaned

    def wanted(self) -> Wanted | None:
        """Return what was asked for; None when that is no period."""
        if not self.is_valid():
            return None
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return Wanted(
            first,
            last,
            CostsBy(self.cleaned_data["by"]),
            self._midnight(first),
            self._midnight(last + timedelta(days=1)),
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, datetime.min.time(), self.zone)
