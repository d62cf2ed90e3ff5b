"""Where the texts behind each figure of the page about costs are."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from analytics.enums import CostsBy, Dimension, Subject
from analytics.forms import Wanted
from analytics.metrics import by_key
from analytics.questions import NOWHERE, RowsQuestion
from analytics.selectors.costs import CostLine
from analytics.shown import rows_url
from analytics.stretches import midnight
from analytics.tables import RowsUrl
from contactcenter.core.models import Organization, PhoneNumber


def rows_urls(org: Organization, wanted: Wanted) -> RowsUrl:
    """Return what knows them for one page. A number that the organization has no more has no page of its texts."""
    numbers = _numbers(org) if wanted.by is CostsBy.NUMBER else {}

    def url(metric: str, line: CostLine | None, currency: str) -> str:
        if line is not None and wanted.by is CostsBy.NUMBER and line.key not in numbers:
            return ""
        return rows_url(_asked(org, wanted, metric, line, currency, numbers))

    return url


def _numbers(org: Organization) -> dict[str, UUID]:
    return dict(PhoneNumber.objects.for_org(org).values_list("address", "pk"))


def _asked(
    org: Organization, wanted: Wanted, metric: str, line: CostLine | None, currency: str, numbers: dict[str, UUID]
) -> RowsQuestion:
    subject = Subject.TEXTS
    whole = RowsQuestion(subject, wanted.since, wanted.until, by_key(subject)[metric], currency=currency)
    if line is None:
        return whole
    match wanted.by:
        case CostsBy.DAY:
            day = date.fromisoformat(line.key)
            since, until = (midnight(one, org.zone) for one in (day, day + timedelta(days=1)))
            return replace(whole, since=since, until=until)
        case CostsBy.PROVIDER:
            return replace(whole, provider=line.key)
        case CostsBy.COUNTRY:
            return replace(whole, country=line.key or NOWHERE)
        case CostsBy.AGENT:
            key = UUID(line.key) if line.key else None
            return replace(whole, dimension=Dimension.AGENT, key=key, is_nobodys=key is None)
        case _:
            return replace(whole, dimension=Dimension.NUMBER, key=numbers[line.key])
