"""The form of a rule for alerts."""

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.alerting.figures import hidden_from, watchables
from analytics.alerting.services import Wanted
from analytics.models import AlertRule, Comparison
from contactcenter.core.models import User

_MOST = Decimal(1_000_000_000)
_WINDOWS = [(5, _("5 minutes")), (15, _("15 minutes")), (30, _("30 minutes")), (60, _("an hour"))]
_WINDOWS += [(240, _("4 hours")), (1440, _("24 hours"))]
_USUAL_WINDOW = 60
# Control characters, and the separators of lines and paragraphs.
_NOT_OF_A_LINE = {"Cc", "Zl", "Zp"}


def _figures(reader: User) -> list[tuple[str, list[tuple[str, str]]]]:
    hidden = hidden_from(reader)
    every = [one for one in watchables().values() if one.key not in hidden]
    return [
        (gettext("At this moment"), [(one.key, str(one.label)) for one in every if one.is_live]),
        (gettext("Counted over some time"), [(one.key, str(one.label)) for one in every if not one.is_live]),
    ]


def _one_line(name: str) -> None:
    """Refuse control characters: a name stands in the subject of mails."""
    if any(unicodedata.category(char) in _NOT_OF_A_LINE for char in name):
        raise ValidationError(_("This must be one line, without control characters."), code="control")


class AlertRuleForm(forms.Form):
    """What a rule says, of a figure that its maker may read; `wanted()` of a valid form is what the service takes."""

    figure = forms.ChoiceField(label=_("Figure"))
    window_minutes = forms.TypedChoiceField(
        label=_("Counted over"),
        choices=_WINDOWS,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Only for figures that are counted over some time."),
    )
    comparison = forms.ChoiceField(label=_("Raise the alert when it is"), choices=Comparison.choices)
    threshold = forms.DecimalField(
        label=_("Threshold"),
        min_value=-_MOST,
        max_value=_MOST,
        decimal_places=4,
        help_text=_("Times in seconds, rates in percent."),
    )
    clear_threshold = forms.DecimalField(
        label=_("It ends at"),
        required=False,
        min_value=-_MOST,
        max_value=_MOST,
        decimal_places=4,
        help_text=_("Empty: as soon as the figure is back over the threshold."),
    )
    clear_minutes = forms.IntegerField(
        label=_("… and has been there for minutes"),
        required=False,
        min_value=0,
        max_value=1440,
        help_text=_("So that a figure that wavers raises one alert, not many."),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=80,
        validators=[_one_line],
        help_text=_("Empty: it is called by what it says."),
    )
    only_when_open = forms.BooleanField(label=_("Only in business hours"), required=False)
    by_mail = forms.BooleanField(label=_("By e-mail too"), required=False)
    is_active = forms.BooleanField(label=_("In force"), required=False)

    def __init__(self, data: Any = None, *, maker: User, rule: AlertRule | None = None) -> None:
        super().__init__(data, initial=_as_it_is(rule))
        figure: Any = self.fields["figure"]
        figure.choices = _figures(maker)

    def clean(self) -> dict[str, Any]:
        """Refuse an end on the wrong side of the threshold, where the alert would begin and end at once."""
        cleaned = super().clean() or {}
        threshold, end = cleaned.get("threshold"), cleaned.get("clear_threshold")
        if threshold is not None and end is not None:
            is_above = cleaned.get("comparison") == Comparison.AT_LEAST
            if is_above and end > threshold:
                self.add_error("clear_threshold", gettext("This must not be more than the threshold."))
            elif not is_above and end < threshold:
                self.add_error("clear_threshold", gettext("This must not be less than the threshold."))
        return cleaned

    def wanted(self) -> Wanted:
        """Return what a valid form says."""
        cleaned = dict(self.cleaned_data)
        is_live = watchables()[cleaned["figure"]].is_live
        cleaned["window_minutes"] = None if is_live else cleaned["window_minutes"] or _USUAL_WINDOW
        cleaned["clear_minutes"] = cleaned["clear_minutes"] or 0
        return Wanted(**cleaned)


def _as_it_is(rule: AlertRule | None) -> dict[str, Any]:
    if rule is None:
        return {"window_minutes": _USUAL_WINDOW, "clear_minutes": 2, "by_mail": True, "is_active": True}
    values = {name: getattr(rule, name) for name in AlertRuleForm.base_fields}
    for name in ("threshold", "clear_threshold"):
        if values[name] is not None:
            values[name] = f"{values[name].normalize():f}"
    return values
