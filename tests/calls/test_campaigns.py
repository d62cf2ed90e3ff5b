"""Campaigns in the admin: led by people, told to the outside, history once they are over."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calls import campaigns
from calls.enums import CallStatus, CampaignStatus
from calls.models import Campaign
from contactcenter.core.models import OutboxEvent
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page
from tests.factories import make_call, make_campaign

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Spring", "description": "Calls about boots", "status": "DRAFT"}


def told() -> list[tuple[str, Any]]:
    rows = OutboxEvent.all_orgs.filter(type__startswith="campaign.").order_by("id")
    return [(event.type, event.data.get("status")) for event in rows]


def save(browser: Client, page: str, **fields: str) -> int:
    return browser.post(page, {**FIELDS, **fields}).status_code


def test_a_campaign_is_begun_led_and_completed_and_each_step_is_told(aurora, borealis, log_in: LogIn):
    browser = log_in(aurora.admin)
    assert save(browser, add_page(Campaign)) == 302
    campaign = Campaign.all_orgs.get()
    assert (campaign.organization, campaign.name) == (aurora.org, "Spring")
    for status in ("ACTIVE", "ACTIVE", "COMPLETED"):  # The second changes nothing.
        assert save(browser, change_page(campaign), status=status) == 302
    assert told() == [
        ("campaign.created", "DRAFT"),
        ("campaign.updated", "ACTIVE"),
        ("campaign.updated", "COMPLETED"),
        ("campaign.completed", None),
    ]
    campaign.refresh_from_db()
    assert campaign.completed_at is not None


def test_a_completed_campaign_is_not_changed_any_more(aurora, borealis, log_in):
    campaign = make_campaign(aurora, status=CampaignStatus.COMPLETED)
    save(log_in(aurora.admin), change_page(campaign), name="Other", status="ACTIVE")
    campaign.refresh_from_db()
    assert (campaign.name, campaign.status) == ("aurora campaign", CampaignStatus.COMPLETED)
    assert told() == []
    fields = campaigns.CampaignFields(name="Other", status=CampaignStatus.ACTIVE)
    with pytest.raises(campaigns.CampaignIsOver):
        campaigns.update_campaign(org=aurora.org, actor=aurora.admin, campaign=campaign, fields=fields)


def test_a_campaign_that_begins_active_is_told_as_begun_and_changed(aurora, borealis, log_in):
    assert save(log_in(aurora.admin), add_page(Campaign), status="ACTIVE") == 302
    assert told() == [("campaign.created", "DRAFT"), ("campaign.updated", "ACTIVE")]


def test_another_organizations_campaign_is_not_there(aurora, borealis, log_in):
    campaign = make_campaign(aurora)
    browser = log_in(borealis.admin)
    assert browser.get(change_page(campaign)).status_code == 404
    assert save(browser, change_page(campaign), name="Stolen") == 404
    campaign.refresh_from_db()
    assert campaign.name == "aurora campaign"


@pytest.mark.parametrize("role", ["agent", "customer"])
def test_who_leads_no_campaigns_makes_none(aurora, borealis, log_in, role):
    assert save(log_in(getattr(aurora, role)), add_page(Campaign)) in (302, 403)
    assert not Campaign.all_orgs.exists()


def test_the_result_counts_the_campaigns_own_calls_that_were_not_deleted(aurora, borealis):
    campaign = make_campaign(aurora)
    for status in (CallStatus.COMPLETED, CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.RINGING):
        make_call(aurora, campaign=campaign, status=status)
    make_call(aurora, campaign=campaign, deleted_at=timezone.now())
    make_call(aurora)
    assert campaigns.result_of(campaign) == {
        "campaign_id": str(campaign.pk),
        "total_calls": 4,
        "successful_calls": 2,
        "failed_calls": 1,
        "success_rate": 0.5,
    }
    assert campaigns.result_of(make_campaign(aurora))["success_rate"] == 0.0
