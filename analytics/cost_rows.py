"""Where the texts and calls behind each figure of the page about costs are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.enums import CostsBy, Dimension, Subject
from analytics.forms import Wanted
from analytics.metrics import by_key
from analytics.questions import NOWHERE, RowsQuestion
from analytics.shown import rows_url
from analytics.stretches import midnight
from contactcenter.core.models import Organization, PhoneNumber


@dataclass(frozen=True, slots=True)
class RowsUrls:
    """What knows them for one page; `numbers` are the organization's, by address, where lines are numbers."""

    wanted: Wanted
    subject: Subject
    zone: ZoneInfo
    numbers: Mapping[str, UUID]

    def question(self, key: str | None, currency: str) -> RowsQuestion | None:
        """Return what asks for the rows of one line (its key) or of the sum (None), in one currency, of any metric.

        None for a number that the organization has no more: its rows have no page.
        """
        any_metric = next(iter(by_key(self.subject).values()))
        whole = RowsQuestion(self.subject, self.wanted.since, self.wanted.until, any_metric, currency=currency)
        if key is None:
            return whole
        if self.wanted.by is not CostsBy.NUMBER:
            return _of_line(self.zone, whole, self.wanted.by, key)
        number = self.numbers.get(key)
        return replace(whole, dimension=Dimension.NUMBER, key=number) if number else None


def url_of(asked: RowsQuestion | None, metric: str) -> str:
    """Return where the rows behind a metric are; empty where they have no page."""
    return rows_url(replace(asked, metric=by_key(asked.subject)[metric])) if asked is not None else ""


def numbers_of(org: Organization, by: CostsBy) -> Mapping[str, UUID]:
    """Return the ids of the organization's numbers, by address; nothing where lines are no numbers."""
    return dict(PhoneNumber.objects.for_org(org).values_list("address", "pk")) if by is CostsBy.NUMBER else {}


def _of_line(zone: ZoneInfo, whole: RowsQuestion, by: CostsBy, key: str) -> RowsQuestion:
    match by:
        case CostsBy.DAY:
            day = date.fromisoformat(key)
            since, until = (midnight(one, zone) for one in (day, day + timedelta(days=1)))
            return replace(whole, since=since, until=until)
        case CostsBy.PROVIDER:
            return replace(whole, provider=key)
        case CostsBy.COUNTRY:
            return replace(whole, country=key or NOWHERE)
        case _:
            return replace(whole, dimension=Dimension.AGENT, key=UUID(key) if key else None, is_nobodys=not key)
