"""What stands in the mail of a report: the figures, how they differ from the period before, and where there is more."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from analytics.enums import CostsBy
from analytics.headlines import headline, subjects
from analytics.models import ReportMail, ReportTab
from analytics.questions import Question, metric_of, readable
from analytics.reporting.letter_tables import LetterTable, of_board, of_costs
from analytics.selectors.boards import board
from analytics.stretches import Stretch, before, usual_grouping
from contactcenter.core import clock
from contactcenter.core.roles import Right

PAGES = {
    ReportTab.CALLS: "analytics:calls",
    ReportTab.TEXTS: "analytics:texts",
    ReportTab.AGENTS: "analytics:agents",
    ReportTab.CAMPAIGNS: "analytics:campaigns",
    ReportTab.COSTS: "analytics:costs",
}


@dataclass(frozen=True, slots=True)
class _Content:
    compared: Stretch
    tables: list[LetterTable]
    words: dict[str, str]


def letter(mail: ReportMail) -> EmailMultiAlternatives:
    """Return the mail in its reader's language. Its id is always the same, so a server that has it can tell."""
    with translation.override(mail.user.language or mail.organization.language):
        context = _context(mail)
        subject = gettext("%(organization)s: %(report)s, %(period)s") % {
            "organization": mail.organization.name,
            "report": context["report"],
            "period": context["period"],
        }
        message = EmailMultiAlternatives(
            " ".join(subject.split()), render_to_string("analytics/mail.txt", context), None, [mail.user.email]
        )
        message.attach_alternative(render_to_string("analytics/mail.html", context), "text/html")
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    message.extra_headers = {"Message-ID": f"<report-{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return message


def days(stretch: Stretch) -> str:
    """Return the days of a stretch, as people write them."""
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (stretch.first, stretch.last))
    return first if stretch.first == stretch.last else f"{first} – {last}"


def _context(mail: ReportMail) -> dict[str, Any]:
    tab, org = ReportTab(mail.report.tab), mail.organization
    stretch = Stretch(mail.first_day, mail.last_day, org.zone)
    content = _costs(mail, stretch) if tab is ReportTab.COSTS else _figures(mail, tab, stretch)
    return {
        "organization": org.name,
        "report": str(tab.label),
        "period": days(stretch),
        "before": days(content.compared),
        "tables": content.tables,
        "url": f"{settings.PUBLIC_BASE_URL}{reverse(PAGES[tab])}?{urlencode(content.words)}",
        "reports_url": f"{settings.PUBLIC_BASE_URL}{reverse('analytics:reports')}",
    }


def _figures(mail: ReportMail, tab: ReportTab, stretch: Stretch) -> _Content:
    only = None if mail.user.has_right(Right.READ_ALL_ANALYTICS) else mail.user_id
    found = []
    for subject in subjects(tab):
        metrics = headline(tab, subject, readable(mail.user, subject))
        question = Question(tab, stretch, usual_grouping(stretch), metric_of(subject, metrics[0].key))
        found.append(board(mail.organization, question, only=only, now=clock.now()))
    return _Content(found[0].compared, [of_board(one, mail.user) for one in found], found[0].question.words())


def _costs(mail: ReportMail, stretch: Stretch) -> _Content:
    compared = before(stretch, clock.now())
    words = {"first": stretch.first.isoformat(), "last": stretch.last.isoformat(), "by": CostsBy.PROVIDER.value}
    return _Content(compared, of_costs(mail.organization, stretch, compared), words)
