"""What the pages of figures ask for: which days, in which parts, which figure is drawn."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.enums import GroupBy, Subject
from analytics.headlines import HEADLINES, subjects
from analytics.metrics import by_key
from analytics.models import ReportTab
from analytics.questions import Question, readable
from analytics.stretches import FIRST_YEAR, LAST_YEAR, MOST_DAYS, Range, Stretch, groupings, named, usual_grouping
from contactcenter.core.models import Organization, User

_GROUPINGS = {GroupBy.HOUR: _("Hour"), GroupBy.DAY: _("Day"), GroupBy.WEEK: _("Week"), GroupBy.MONTH: _("Month")}
_SUBJECTS = {Subject.CALLS: _("Calls"), Subject.TEXTS: _("Texts")}
_DATE = {"type": "date"}


class QuestionForm(forms.Form):
    """A stretch of days and how it is shown; what is left out is the last 7 days, grouped as suits them."""

    range = forms.ChoiceField(label=_("Days"), choices=Range.choices)
    first = forms.DateField(
        label=pgettext_lazy("day", "From"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=pgettext_lazy("day", "To"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    by = forms.ChoiceField(label=_("Grouped by"), required=False)
    of = forms.ChoiceField(label=_("Figures of"))
    metric = forms.ChoiceField(label=_("In the chart"))

    def __init__(self, query: QueryDict, *, org: Organization, user: User, tab: ReportTab, now: datetime) -> None:
        self.tab, self.zone = tab, org.zone
        self.today = now.astimezone(org.zone).date()
        about = subjects(tab)
        given = {name: str(query[name]) for name in self.base_fields if query.get(name)}
        subject = Subject(given["of"]) if given.get("of") in about else about[0]
        given["of"] = subject.value
        metrics = readable(user, subject)
        if given.get("metric") not in by_key(subject):  # Another subject has other figures.
            given.pop("metric", None)
        usual = {"range": self._usual_range(given), "metric": HEADLINES[tab, subject][0]}
        super().__init__(usual | given)
        self._choose("of", [(one.value, _SUBJECTS[one]) for one in about])
        self._choose("metric", [(metric.key, metric.label) for metric in metrics])
        self._choose("by", [("", gettext("as suits the days")), *((by.value, _GROUPINGS[by]) for by in GroupBy)])
        if len(about) == 1:
            self.fields["of"].widget = forms.HiddenInput()
        if tab in (ReportTab.AGENTS, ReportTab.CAMPAIGNS):
            del self.fields["by"]

    @property
    def range_value(self) -> Range:
        """Which of the stretches with a name was asked for."""
        return Range(self.cleaned_data["range"])

    def clean(self) -> dict[str, Any]:
        """Find the stretch. Refuse one that ends before it begins, or that its grouping makes too long."""
        cleaned = super().clean() or {}
        if "range" not in cleaned:
            return cleaned
        if cleaned["range"] == Range.CUSTOM:
            stretch = self._custom(cleaned.get("first"), cleaned.get("last"))
        else:
            stretch = named(Range(cleaned["range"]), self.today, self.zone)
        if stretch is not None:
            cleaned |= {"stretch": stretch, "first": stretch.first, "last": stretch.last}
            self._group(cleaned, stretch)
        return cleaned

    def question(self) -> Question | None:
        """Return what was asked for; None when that is nothing."""
        if not self.is_valid():
            return None
        metric = by_key(Subject(self.cleaned_data["of"]))[self.cleaned_data["metric"]]
        return Question(self.tab, self.cleaned_data["stretch"], self.cleaned_data["grouping"], metric)

    def _usual_range(self, given: dict[str, str]) -> str:
        return Range.CUSTOM if "first" in given and "last" in given else Range.DAYS_7

    def _choose(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _custom(self, first: date | None, last: date | None) -> Stretch | None:
        if first is None or last is None:
            self.add_error("first" if first is None else "last", gettext("Choose a day."))
        elif first > last:
            self.add_error("last", gettext("The period ends before it begins."))
        elif not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
            self.add_error("first", gettext("Choose another year."))
        elif (last - first).days >= MOST_DAYS[GroupBy.MONTH]:
            self.add_error("last", gettext("Choose at most %(days)s days.") % {"days": MOST_DAYS[GroupBy.MONTH]})
        else:
            return Stretch(first, last, self.zone)
        return None

    def _group(self, cleaned: dict[str, Any], stretch: Stretch) -> None:
        by = str(cleaned.get("by") or "")
        # A grouping that was chosen for other days, and would make a thousand bars of these, gives way.
        fits = by in groupings(stretch)
        cleaned["grouping"] = GroupBy(by) if fits else usual_grouping(stretch)
