"""Campaigns: every change is told to the outside, in its transaction."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from calls.enums import ENDED, CallStatus, CampaignStatus
from calls.models import Call, Campaign
from contactcenter.core import clock, events
from contactcenter.core.models import Organization, User


class CampaignIsOver(Exception):
    """A completed campaign is not changed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFields:
    """What people say about a campaign."""

    name: str
    description: str = ""
    status: str = CampaignStatus.DRAFT


def create_campaign(*, org: Organization, actor: User | None, fields: CampaignFields) -> Campaign:
    """Begin a campaign."""
    with transaction.atomic():
        campaign = Campaign.all_orgs.create(
            organization=org, name=fields.name, description=fields.description, status=CampaignStatus.DRAFT
        )
        _tell(campaign, "campaign.created", actor)
        if fields.status != CampaignStatus.DRAFT:
            _update(campaign, fields, actor)
    return campaign


def update_campaign(*, org: Organization, actor: User | None, campaign: Campaign, fields: CampaignFields) -> Campaign:
    """Change a campaign. Raises CampaignIsOver."""
    with transaction.atomic():
        locked = Campaign.objects.for_org(org).select_for_update().get(pk=campaign.pk)
        if locked.status == CampaignStatus.COMPLETED:
            raise CampaignIsOver
        _update(locked, fields, actor)
    return locked


def _update(campaign: Campaign, fields: CampaignFields, actor: User | None) -> None:
    campaign.name, campaign.description, campaign.status = fields.name, fields.description, fields.status
    is_over = fields.status == CampaignStatus.COMPLETED
    campaign.completed_at = clock.now() if is_over else None
    campaign.save()
    _tell(campaign, "campaign.updated", actor)
    if is_over:
        events.record(
            org_id=campaign.organization_id,
            type="campaign.completed",
            object_id=campaign.pk,
            data=result_of(campaign),
            actor=actor,
        )


def result_of(campaign: Campaign) -> dict[str, Any]:
    """Return what the calls of a campaign came to. The rate is from 0 to 1."""
    counted = Call.objects.for_org(campaign.organization_id).filter(campaign=campaign, deleted_at__isnull=True)
    sums = counted.aggregate(
        total=Count("id"),
        successful=Count("id", filter=Q(status=CallStatus.COMPLETED)),
        failed=Count("id", filter=Q(status__in=[status for status in ENDED if status != CallStatus.COMPLETED])),
    )
    total = sums["total"]
    return {
        "campaign_id": str(campaign.pk),
        "total_calls": total,
        "successful_calls": sums["successful"],
        "failed_calls": sums["failed"],
        "success_rate": round(sums["successful"] / total, 4) if total else 0.0,
    }


def _tell(campaign: Campaign, event_type: str, actor: User | None) -> None:
    events.record(
        org_id=campaign.organization_id,
        type=event_type,
        object_id=campaign.pk,
        data={
            "id": str(campaign.pk),
            "name": campaign.name,
            "description": campaign.description,
            "status": campaign.status,
            "created_at": events.time_of(campaign.created_at),
            "updated_at": events.time_of(campaign.updated_at),
            "completed_at": events.time_of(campaign.completed_at) if campaign.completed_at else None,
        },
        actor=actor,
    )
