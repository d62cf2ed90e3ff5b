"""What somebody says about a report that is to be mailed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.models import Cadence, ReportTab
from analytics.reporting.services import Plan
from contactcenter.core.models import User

_HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
_WEEKDAYS = [(number + 1, name) for number, name in WEEKDAYS.items()]
_MONTH_DAYS = [(day, f"{day}.") for day in range(1, 29)]


class ReportForm(forms.Form):
    """Which report, how often, when and to whom."""

    tab = forms.ChoiceField(label=_("Report"), choices=ReportTab.choices)
    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence.choices, initial=Cadence.WEEKLY)
    weekday = forms.TypedChoiceField(label=_("On (every week)"), choices=_WEEKDAYS, coerce=int, initial=1)
    month_day = forms.TypedChoiceField(label=_("On day (every month)"), choices=_MONTH_DAYS, coerce=int, initial=1)
    hour = forms.TypedChoiceField(label=_("At"), choices=_HOURS, coerce=int, initial=7)
    recipients = forms.TypedMultipleChoiceField(
        label=_("To"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
        error_messages={"required": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, people: Sequence[User], actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["recipients"]
        self._readers = people
        self.people = tuple((str(user.pk), user.get_full_name() or user.email) for user in people)
        field.choices = self.people
        self.initial["recipients"] = [str(actor.pk)]

    def clean(self) -> dict[str, Any]:
        """Refuse people who may not read what the report is about, by their names."""
        cleaned = super().clean() or {}
        if "tab" in cleaned and "recipients" in cleaned:
            right, chosen = ReportTab(cleaned["tab"]).right, set(cleaned["recipients"])
            lacking = [user for user in self._readers if user.pk in chosen and not user.has_right(right)]
            if lacking:
                names = ", ".join(user.get_full_name() or user.email for user in lacking)
                sentence = gettext("This report is not for everybody. Leave out: %(names)s.")
                self.add_error("recipients", sentence % {"names": names})
        return cleaned

    def plan(self) -> Plan:
        """Return what was asked for. The form has to be valid."""
        values = self.cleaned_data
        return Plan(
            tab=ReportTab(values["tab"]),
            cadence=Cadence(values["cadence"]),
            hour=values["hour"],
            weekday=values["weekday"],
            month_day=values["month_day"],
            recipients=values["recipients"],
        )
