"""What every figure means, for whoever reads figures: from the same table that they are counted by."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.alerting.figures import MOMENTS, Watchable
from analytics.enums import Format, Subject
from analytics.metric import Metric
from analytics.metrics import by_key
from analytics.questions import readable
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page


@org_page(Right.READ_ANALYTICS)
@require_safe
def page(request: OrgRequest) -> HttpResponse:
    """Show the definitions of the figures that this person may read."""
    parts = [
        {"title": title, "metrics": [_shown(one) for one in readable(request.user, subject)]}
        for subject, title in ((Subject.CALLS, gettext("Calls")), (Subject.TEXTS, gettext("Texts")))
    ]
    if request.user.has_right(Right.READ_ALL_ANALYTICS):
        parts.append({"title": gettext("Agents"), "metrics": _of_agents()})
        parts.append({"title": gettext("At this moment"), "metrics": [_shown(one) for one in MOMENTS]})
    context = {"parts": parts, "service_level_seconds": settings.SERVICE_LEVEL_SECONDS}
    return render(request, "help/metrics.html", context)


def _of_agents() -> list[dict[str, str]]:
    """Return what is shown of one agent's day and is no metric: docs/presence.md says the same."""
    return [
        {
            "key": "time_in_status",
            "label": gettext("Time in a status"),
            "definition": gettext("How long the agent was in the status today so far, by the history of changes."),
        },
        {
            "key": "occupancy",
            "label": gettext("Occupancy"),
            "definition": gettext("The time on answered calls and in Wrap-up, of the time in any status but Offline."),
            "unit": gettext("In percent."),
        },
    ]


def _shown(metric: Metric | Watchable) -> dict[str, str]:
    units = {
        Format.SECONDS: gettext(
            "Shown as hours, minutes and seconds, from a day on as days and hours; whole seconds in files."
        ),
        Format.PERCENT: gettext("In percent."),
        Format.MONEY: gettext("In the currency that the provider charges in."),
    }
    return {
        "key": metric.key,
        "label": str(metric.label),
        "definition": str(metric.definition),
        "formula": _formula(metric) if isinstance(metric, Metric) else "",
        "unit": units.get(metric.format, ""),
    }


def _formula(metric: Metric) -> str:
    if metric.of is None:
        return ""
    part, whole = (str(by_key(metric.subject)[key].label) for key in metric.of)
    formula = (
        gettext("%(part)s × 100 ÷ %(whole)s") if metric.format is Format.PERCENT else gettext("%(part)s ÷ %(whole)s")
    )
    return formula % {"part": part, "whole": whole}
