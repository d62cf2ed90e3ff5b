"""The rows behind a figure, newest first, page by page."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.enums import Dimension, Subject
from analytics.questions import RowsQuestion, UnknownQuestion, counted, may_ask, rows_question
from analytics.selectors import behind, names
from analytics.selectors.behind import FoundRow, Key
from analytics.views.whose import whose
from analytics.written import duration
from contactcenter.core.models import Organization, Provider
from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw_marked
from contactcenter.web.money import money

TEMPLATE = "analytics/rows.html"
_PAGE = 50


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A call or a text as a line shows it. It can be hashed: at the next look it is drawn already.

    `cost` is None for who reads no amounts: their lines have no such cell.
    """

    at: str
    direction: str
    status: str
    who: str
    url: str
    ours: str
    person: str
    amount: str
    cost: str | None


@org_page(Right.READ_ANALYTICS)
@require_safe
@never_cache
def page(request: OrgRequest) -> HttpResponse:
    """Show the rows behind a figure."""
    asked = _asked(request)
    only = whose(request)
    found = behind.page(request.org, asked, only=only, after=_key(request.GET.get("after", ""), asked), most=_PAGE + 1)
    listed, rest = found[:_PAGE], found[_PAGE:]
    zone, has_costs = request.org.zone, only is None
    context: dict[str, Any] = {
        "asked": asked,
        "counted": counted(asked.metric),
        "is_derived": asked.metric.of is not None,
        "is_calls": asked.subject is Subject.CALLS,
        "has_costs": has_costs,
        "lines": _lines(listed, zone, has_costs=has_costs),
        "since": date_format(asked.since.astimezone(zone), "SHORT_DATETIME_FORMAT"),
        "until": date_format(asked.until.astimezone(zone), "SHORT_DATETIME_FORMAT"),
        "whose": _whose(request.org, asked, only),
        "words": {"kind": "rows", **asked.words()},
        "next_url": f"{reverse('analytics:rows')}?{urlencode(asked.words() | {'after': _word(listed[-1])})}"
        if rest
        else "",
    }
    return render(request, TEMPLATE, context)


def _asked(request: OrgRequest) -> RowsQuestion:
    try:
        asked = rows_question(request.GET)
    except UnknownQuestion as error:
        raise Http404 from error
    if not may_ask(request.user, asked):
        raise Http404
    return asked


def _whose(org: Organization, asked: RowsQuestion, only: UUID | None) -> str:
    """Return whose rows they are, and of which part. Raises Http404 for what the organization does not have."""
    found = [dict(Provider.choices).get(asked.provider, asked.provider), asked.country, asked.currency]
    if asked.is_nobodys:
        found.insert(0, gettext("Nobody's") if asked.subject is Subject.CALLS else gettext("Programs"))
    if asked.key is not None:
        named = _named(org, asked.dimension, only)
        if asked.key not in named:
            raise Http404
        found.insert(0, named[asked.key])
    return " · ".join(str(one) for one in found if one)


def _named(org: Organization, dimension: Dimension, only: UUID | None) -> dict[UUID, str]:
    if dimension is Dimension.AGENT:
        return names.people(org, only=only)
    return names.campaigns(org) if dimension is Dimension.CAMPAIGN else names.numbers(org)


def _lines(rows: Sequence[FoundRow], zone: ZoneInfo, *, has_costs: bool) -> SafeString:
    """Return all lines, drawn once: at most looks they are those of the look before."""
    mark = (tuple(rows), zone, has_costs)
    return draw_marked(
        f"{TEMPLATE}#lines",
        mark,
        lambda: {
            "lines": [_line(row, zone, has_costs=has_costs) for row in rows],
            "has_costs": has_costs,
        },
    )


def _line(row: FoundRow, zone: ZoneInfo, *, has_costs: bool) -> SafeString:
    mark = (row, zone, has_costs)
    return draw_marked(f"{TEMPLATE}#row", mark, lambda: {"row": _shown(row, zone, has_costs=has_costs)})


def _shown(row: FoundRow, zone: ZoneInfo, *, has_costs: bool) -> ShownRow:
    is_inbound = row.direction.lower() == "inbound"
    theirs = row.from_address if is_inbound else row.to_address
    return ShownRow(
        at=date_format(row.at.astimezone(zone), "SHORT_DATETIME_FORMAT"),
        direction=str(row.direction_word),
        status=str(row.status_word),
        who=row.contact_name or pretty(theirs),
        url=_url(row),
        ours=pretty(row.to_address if is_inbound else row.from_address),
        person=row.person,
        amount=_amount(row),
        cost=_cost(row) if has_costs else None,
    )


def _cost(row: FoundRow) -> str:
    return money(row.cost, row.currency) if row.cost is not None and row.currency else ""


def _amount(row: FoundRow) -> str:
    if row.seconds is not None:
        return duration(row.seconds)
    return "" if row.segments is None else str(row.segments)


def _url(row: FoundRow) -> str:
    if row.conversation_id is not None:
        return reverse("sms:conversation", kwargs={"pk": row.conversation_id})
    return reverse("contacts:contact", kwargs={"pk": row.contact_id}) if row.contact_id else ""


def _word(row: FoundRow) -> str:
    plain = f"{row.at.astimezone(UTC).isoformat()} {row.id.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _key(word: str, asked: RowsQuestion) -> Key | None:
    """Return where the page before ended, which is within what is asked for. Raises Http404."""
    if not word:
        return None
    try:
        plain = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode("ascii")
        at, _space, pk = plain.partition(" ")
        key = Key(datetime.fromisoformat(at).astimezone(UTC), UUID(pk))
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if not asked.since <= key.at < asked.until:
        raise Http404
    return key
