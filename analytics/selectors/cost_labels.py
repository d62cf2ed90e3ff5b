"""What the lines of costs are called, the same for texts and for calls."""

from functools import cached_property

from analytics.enums import CostsBy
from analytics.selectors import names
from contactcenter.core.models import Organization, PhoneNumber, Provider
from contactcenter.core.phone import pretty


class CostLabels:
    """The names of what an organization's costs are grouped by, asked for once, when the first is wanted."""

    def __init__(self, org: Organization, by: CostsBy) -> None:
        self.by = by
        self._org = org

    def __getitem__(self, key: str) -> str:
        """Return the words for a line's key; the key where there are none, empty for an agent who has no name."""
        if self.by is CostsBy.NUMBER:
            return f"{pretty(key)} · {self._known[key]}" if key in self._known else pretty(key)
        return self._known.get(key, "" if self.by is CostsBy.AGENT else key)

    @cached_property
    def _known(self) -> dict[str, str]:
        match self.by:
            case CostsBy.AGENT:
                return {str(pk): name for pk, name in names.people(self._org).items()}
            case CostsBy.NUMBER:
                numbers = PhoneNumber.objects.for_org(self._org).exclude(label="")
                return dict(numbers.values_list("address", "label"))
            case CostsBy.PROVIDER:
                return {value: str(label) for value, label in Provider.choices}
            case _:
                return {}
