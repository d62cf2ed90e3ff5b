"""What texts cost in a stretch of time, by what they are grouped by, each currency for itself."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models.functions import TruncDate

from analytics.enums import CostsBy
from contactcenter.core.models import Organization, PhoneNumber, Provider, User
from contactcenter.core.phone import country_of, pretty
from sms import costs
from sms.costs import Cost

_FIELDS = {
    CostsBy.DAY: "day",
    CostsBy.PROVIDER: "provider",
    CostsBy.COUNTRY: "to_address",
    CostsBy.AGENT: "author",
    CostsBy.NUMBER: "from_address",
}
_country_of = lru_cache(maxsize=20_000)(country_of)


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one day, provider, country, agent or number of ours cost in one currency.

    `key` is the day in ISO 8601, the provider's name, the country's code, the user's id or the number; empty where
    there is none. `label` is for people.
    """

    key: str
    label: str
    cost: Cost


def lines(org: Organization, since: datetime, until: datetime, by: CostsBy) -> list[CostLine]:
    """Return the costs of a stretch of time: days in their order, anything else the dearest first. Two queries at most.

    Only what has cost something is there.
    """
    rows = costs.charged(org, since=since, until=until)
    if by is CostsBy.DAY:
        rows = rows.annotate(day=TruncDate("created_at", tzinfo=org.zone))
    grouped: dict[str, list[Cost]] = defaultdict(list)
    for (value,), cost in costs.summed(rows, _FIELDS[by]):
        grouped[_key(by, value)].append(cost)
    label_of = _LABELS[by](org, grouped)
    found = [CostLine(key, label_of(key), cost) for key, several in grouped.items() for cost in costs.together(several)]
    return sorted(found, key=_in_time if by is CostsBy.DAY else _dearest_first)


def _key(by: CostsBy, value: Any) -> str:
    if by is CostsBy.COUNTRY:
        return _country_of(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value is not None else ""


def _in_time(line: CostLine) -> tuple[Any, ...]:
    return line.key, line.cost.currency


def _dearest_first(line: CostLine) -> tuple[Any, ...]:
    return line.cost.currency, -line.cost.total, line.label, line.key


LabelOf = Callable[[str], str]


def _as_they_are(_org: Organization, _keys: Iterable[str]) -> LabelOf:
    return str


def _providers(_org: Organization, _keys: Iterable[str]) -> LabelOf:
    names = {value: str(label) for value, label in Provider.choices}
    return lambda key: names.get(key, key)


def _agents(org: Organization, keys: Iterable[str]) -> LabelOf:
    people = User.objects.filter(organization=org, pk__in=[key for key in keys if key])
    names = {str(user.pk): user.get_full_name() or user.email for user in people}
    return lambda key: names.get(key, "")


def _numbers(org: Organization, keys: Iterable[str]) -> LabelOf:
    rows = PhoneNumber.objects.for_org(org).filter(address__in=list(keys)).exclude(label="")
    names = dict(rows.values_list("address", "label"))
    return lambda key: f"{pretty(key)} · {names[key]}" if key in names else pretty(key)


_LABELS: dict[CostsBy, Callable[[Organization, Iterable[str]], LabelOf]] = {
    CostsBy.DAY: _as_they_are,
    CostsBy.PROVIDER: _providers,
    CostsBy.COUNTRY: _as_they_are,
    CostsBy.AGENT: _agents,
    CostsBy.NUMBER: _numbers,
}
