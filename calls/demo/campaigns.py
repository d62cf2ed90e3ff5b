"""The campaigns of the demo, and which calls belong to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from calls.demo.script import Profile, Topic
from calls.enums import CampaignStatus
from calls.models import Campaign
from contactcenter.core.ids import id_at
from contactcenter.core.models import Organization

_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Run:
    """A campaign, and from when to when calls were made for it."""

    row: Campaign
    since: datetime
    until: datetime
    topics: tuple[Topic, ...]


class Campaigns:
    """The campaigns of one organization, begun some days before `now`."""

    def __init__(self, org: Organization, profile: Profile, *, now: datetime) -> None:
        self.rows: list[Campaign] = []
        self.runs: list[Run] = []
        for plan in profile.campaigns:
            morning = now.astimezone(ZoneInfo(org.time_zone)).replace(hour=9, minute=5, second=0, microsecond=0)
            since = morning - timedelta(days=plan.first_day)
            until = morning - timedelta(days=plan.last_day) if plan.last_day else now
            is_over = plan.status == CampaignStatus.COMPLETED
            row = Campaign(
                id=id_at(since, f"campaign {org.slug} {plan.name}"),
                organization=org,
                name=plan.name,
                description=plan.description,
                status=plan.status,
                completed_at=until if is_over else None,
            )
            # Inserting stamps the present; `rows` dates them back to these.
            row.created_at, row.updated_at = since, until if is_over else since
            self.rows.append(row)
            if plan.topics:
                self.runs.append(Run(row, since, until, plan.topics))

    def at(self, moment: datetime, chance: Random) -> Run | None:
        """Return the campaign that a call of this moment is made for, or None."""
        running = [run for run in self.runs if run.since <= moment < run.until - timedelta(hours=1)]
        return chance.choice(running) if running and chance.random() < _SHARE else None
