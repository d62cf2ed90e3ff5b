"""Where the texts and calls behind each figure of the page about costs are."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from analytics.enums import CostsBy, Dimension, Subject
from analytics.forms import Wanted
from analytics.metrics import by_key
from analytics.questions import NOWHERE, RowsQuestion
from analytics.shown import rows_url
from analytics.stretches import midnight
from analytics.tables import RowsUrl
from contactcenter.core.models import Organization, PhoneNumber


def rows_urls(org: Organization, wanted: Wanted, subject: Subject) -> RowsUrl:
    """Return what knows them for one page. A number that the organization has no more has no page of its rows."""

    @cache
    def numbers() -> dict[str, UUID]:
        return dict(PhoneNumber.objects.for_org(org).values_list("address", "pk"))

    def url(metric: str, key: str | None, currency: str) -> str:
        whole = RowsQuestion(subject, wanted.since, wanted.until, by_key(subject)[metric], currency=currency)
        if key is None:
            return rows_url(whole)
        if wanted.by is not CostsBy.NUMBER:
            return rows_url(_of_line(org, whole, wanted.by, key))
        number = numbers().get(key)
        return rows_url(replace(whole, dimension=Dimension.NUMBER, key=number)) if number else ""

    return url


def _of_line(org: Organization, whole: RowsQuestion, by: CostsBy, key: str) -> RowsQuestion:
    match by:
        case CostsBy.DAY:
            day = date.fromisoformat(key)
            since, until = (midnight(one, org.zone) for one in (day, day + timedelta(days=1)))
            return replace(whole, since=since, until=until)
        case CostsBy.PROVIDER:
            return replace(whole, provider=key)
        case CostsBy.COUNTRY:
            return replace(whole, country=key or NOWHERE)
        case _:
            return replace(whole, dimension=Dimension.AGENT, key=UUID(key) if key else None, is_nobodys=not key)
