"""What is there before the first demo call: an organization's numbers, agents and contacts."""

from random import Random

from agents.models import Agent
from contactcenter.core.models import AddressKind, Contact, ContactNumber, Organization, PhoneNumber, Provider, User
from contactcenter.core.roles import Role

# How often the n-th contact calls, beside the others: a few do again and again.
_HABITS = (8, 5, 3, 2, 1, 1)


class World:
    """The people and numbers of one organization, in an order that is always the same."""

    def __init__(self, org: Organization) -> None:
        numbers = PhoneNumber.objects.for_org(org).filter(kind=AddressKind.PHONE).select_related("account")
        self.lines = list(numbers.order_by("-is_default", "address"))
        self.agents = list(Agent.objects.for_org(org).select_related("user").order_by("user__email"))
        self.supervisor = User.objects.filter(organization=org, role=Role.SUPERVISOR).order_by("email").first()
        known = ContactNumber.objects.for_org(org).filter(kind=AddressKind.PHONE).select_related("contact")
        self.contacts: dict[str, Contact] = {one.address: one.contact for one in known.order_by("address")}

    def somebody(self, chance: Random) -> str:
        """Return the number of one of the contacts, or an empty string when there is none."""
        weights = [_HABITS[position % len(_HABITS)] for position in range(len(self.contacts))]
        return chance.choices(list(self.contacts), weights)[0] if self.contacts else ""

    def line_for(self, number: str) -> PhoneNumber:
        """Return the line that people with this number use: the American one, or the one at home."""
        provider = Provider.TWILIO if number.startswith("+1") else Provider.TELNYX
        return next((line for line in self.lines if line.account.provider == provider), self.lines[0])
