"""Organizations, people, provider accounts and numbers of the demo. What exists already is left as it is."""

from dataclasses import dataclass
from typing import Any

from agents.enums import AgentStatus
from agents.models import Agent
from contactcenter.core.models import AddressKind, Organization, PhoneNumber, ProviderAccount, User
from contactcenter.core.roles import Role
from contactcenter.core.simulation import is_simulated
from contactcenter.simulator.accounts import DEMO_ACCOUNTS, Account
from sms.models import SmsPolicy

# Published on purpose, of accounts that exist in demo installations only.
PASSWORD = "demo-voice-2026"  # noqa: S105
SUPERUSER = "root@kraliki.example"


@dataclass(frozen=True, slots=True)
class Person:
    """One user; `skills` makes them an agent, whose phone rings when somebody calls."""

    login: str
    first_name: str
    last_name: str
    role: Role
    language: str
    skills: tuple[str, ...] = ()
    phone: str = ""
    status: AgentStatus = AgentStatus.OFFLINE


@dataclass(frozen=True, slots=True)
class Tenant:
    """One demo organization; `sender` is its default number, `language` what its callers hear."""

    slug: str
    name: str
    country: str
    language: str
    time_zone: str
    sender: str
    people: tuple[Person, ...]


AURORA = Tenant(
    slug="aurora",
    name="Aurora Outdoor",
    country="CZ",
    language="en",
    time_zone="Europe/Prague",
    sender="+420910055501",
    people=(
        Person("admin", "Anna", "Králíková", Role.ADMIN, "en"),
        Person("supervisor", "Pavel", "Svoboda", Role.SUPERVISOR, "cs"),
        Person(
            "agent", "Elena", "García", Role.AGENT, "en", ("orders", "returns"), "+420910055561", AgentStatus.AVAILABLE
        ),
        Person(
            "agent.cs",
            "Lukáš",
            "Novotný",
            Role.AGENT,
            "cs",
            ("orders", "technical"),
            "+420910055562",
            AgentStatus.BREAK,
        ),
        Person("agent.es", "Marta", "Ruiz", Role.AGENT, "es", ("sales",), "+420910055563"),
        Person("customer", "Karel", "Zákazník", Role.CUSTOMER, "cs"),
    ),
)
BOREALIS = Tenant(
    slug="borealis",
    name="Borealis Clinic",
    country="ES",
    language="es",
    time_zone="Europe/Madrid",
    sender="+34900550120",
    people=(
        Person("admin", "Carmen", "Vega", Role.ADMIN, "es"),
        Person("supervisor", "Diego", "Santos", Role.SUPERVISOR, "es"),
        Person("agent", "Hana", "Veselá", Role.AGENT, "en", ("appointments",), "+34900550161", AgentStatus.AVAILABLE),
        Person("customer", "Rosa", "Molina", Role.CUSTOMER, "es"),
    ),
)
TENANTS = (AURORA, BOREALIS)


def build() -> list[Organization]:
    """Create what is missing of the demo world and return its organizations."""
    organizations = [_organization(tenant) for tenant in TENANTS]
    if not User.objects.filter(email=SUPERUSER).exists():
        User.objects.create_superuser(SUPERUSER, PASSWORD, first_name="Root")
    return organizations


def _organization(tenant: Tenant) -> Organization:
    org, _created = Organization.objects.get_or_create(
        slug=tenant.slug,
        defaults={
            "name": tenant.name,
            "default_country": tenant.country,
            "language": tenant.language,
            "time_zone": tenant.time_zone,
        },
    )
    # The people of the demo live in three countries, and some of them write to a number of another one.
    SmsPolicy.all_orgs.get_or_create(organization=org, defaults={"allowed_countries": ["CZ", "ES", "US"]})
    for person in tenant.people:
        _person(org, tenant, person)
    for account in DEMO_ACCOUNTS:
        if account.organization == tenant.slug:
            _account(org, tenant, account)
    return org


def _person(org: Organization, tenant: Tenant, person: Person) -> None:
    email = f"{person.login}@{tenant.slug}.example"
    if User.objects.filter(email=email).exists():
        return
    user = User.objects.create_user(
        email,
        PASSWORD,
        organization=org,
        first_name=person.first_name,
        last_name=person.last_name,
        role=person.role,
        language=person.language,
        time_zone=tenant.time_zone,
    )
    if person.skills:
        Agent.all_orgs.create(
            organization=org,
            user=user,
            skills=list(person.skills),
            language=person.language,
            max_capacity=3,
            phone_number=person.phone,
            status=person.status,
        )


def _account(org: Organization, tenant: Tenant, demo: Account) -> None:
    known = ProviderAccount.all_orgs.filter(provider=demo.provider, account_id=demo.account_id).first()
    if known is not None:
        return
    account = ProviderAccount(
        organization=org,
        provider=demo.provider,
        name="Demo",
        account_id=demo.account_id,
        messaging_service_id=demo.messaging_service_id,
        connection_id=demo.connection_id,
        public_key=demo.public_key,
        is_active=is_simulated(demo.provider),
    )
    account.set_secrets(secret=demo.secret)
    account.save()
    has_default = PhoneNumber.objects.for_org(org).filter(is_default=True).exists()
    for address in demo.numbers:
        defaults: dict[str, Any] = {"kind": AddressKind.PHONE, "label": account.get_provider_display()}
        defaults |= {"organization": org, "is_default": address == tenant.sender and not has_default}
        PhoneNumber.all_orgs.get_or_create(account=account, address=address, defaults=defaults)
