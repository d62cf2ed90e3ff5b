"""Figures about campaigns of calls."""

from dataclasses import dataclass
from uuid import UUID

from analytics.enums import Dimension, Subject
from analytics.selectors import report
from analytics.selectors.report import Span
from analytics.values import Values
from calls.enums import CampaignStatus
from calls.models import Campaign
from contactcenter.core.models import Organization


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """A campaign, whether it is going on, and its calls since it began."""

    id: UUID
    name: str
    is_active: bool
    figures: Values


def campaigns(org: Organization, *, only: UUID | None) -> list[CampaignFigures]:
    """Return every campaign of the organization by name, also those without calls."""
    always = Span(report.BEGINNING, report.END)
    found = report.by_key(org, always, Subject.CALLS, Dimension.CAMPAIGN, only=only)
    listed = Campaign.objects.for_org(org).order_by("name", "id").values_list("id", "name", "status")
    return [
        CampaignFigures(pk, name, status == CampaignStatus.ACTIVE, found.get(pk, Values(Subject.CALLS)))
        for pk, name, status in listed
    ]


def active_count(org: Organization) -> int:
    """Return how many campaigns are going on."""
    return Campaign.objects.for_org(org).filter(status=CampaignStatus.ACTIVE).count()
