"""Where the texts and calls behind each figure of the page about costs are."""

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
    """What knows them for one page; `numbers` are the organization's, by address, where lines are numbers.

    It can be hashed, so that a line is written once.
    """

    wanted: Wanted
    subject: Subject
    zone: ZoneInfo
    numbers: tuple[tuple[str, UUID], ...] = ()

    def of(self, metric: str, key: str | None, currency: str) -> str:
        """Return where the rows behind a metric are, of one line (its key) or of the sum (None), in one currency.

        Empty for a number that the organization has no more: its rows have no page.
        """
        whole = RowsQuestion(
            self.subject, self.wanted.since, self.wanted.until, by_key(self.subject)[metric], currency=currency
        )
        if key is None:
            return rows_url(whole)
        if self.wanted.by is not CostsBy.NUMBER:
            return rows_url(_of_line(self.zone, whole, self.wanted.by, key))
        number = dict(self.numbers).get(key)
        return rows_url(replace(whole, dimension=Dimension.NUMBER, key=number)) if number else ""


def rows_urls(org: Organization, subject: Subject, *several: Wanted) -> list[RowsUrls]:
    """Return what knows them for each of these stretches."""
    is_by_number = several[0].by is CostsBy.NUMBER
    numbers = PhoneNumber.objects.for_org(org).values_list("address", "pk") if is_by_number else ()
    return [RowsUrls(wanted, subject, org.zone, tuple(numbers)) for wanted in several]


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
