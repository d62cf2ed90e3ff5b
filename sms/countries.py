"""Which countries an organization sends texts to."""

from contactcenter.core.models import AddressKind, Organization, PhoneNumber
from contactcenter.core.phone import countries_of
from sms.models import SmsPolicy
from sms.refusals import CountryNotAllowed


def demand_allowed(org: Organization, policy: SmsPolicy, to_address: str) -> None:
    """Return when texts may go to the number's country. No query for the organization's own country.

    Without a list of its own these are the default country and the countries of the organization's numbers.
    Raises CountryNotAllowed.
    """
    countries = countries_of(to_address)
    if policy.allowed_countries:
        if countries.isdisjoint(policy.allowed_countries):
            raise CountryNotAllowed
        return
    if org.default_country not in countries and countries.isdisjoint(_own(org)):
        raise CountryNotAllowed


def _own(org: Organization) -> set[str]:
    numbers = PhoneNumber.objects.for_org(org).filter(is_active=True, kind=AddressKind.PHONE)
    return {country for address in numbers.values_list("address", flat=True) for country in countries_of(address)}
