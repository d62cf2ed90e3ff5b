"""`configure_accounts`: what the environment says becomes the first organization's accounts, however often it runs."""

import base64
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contactcenter.core.models import AuditEntry, Organization, PhoneNumber, ProviderAccount
from contactcenter.simulator.accounts import DEMO_ACCOUNTS
from tests.factories import Tenant, make_number

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
KEY = "KEY0123456789ABCDEF"
PUBLIC = base64.b64encode(b"k" * 32).decode()
SIMULATOR = "http://127.0.0.1:4010"


@pytest.fixture
def given(db: None, settings: Any) -> Any:
    """Settings as from an environment that says nothing."""
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER"):
        setattr(settings, name, "")
    for name in ("TELNYX_API_KEY", "TELNYX_PUBLIC_KEY", "TELNYX_PHONE_NUMBER", "FIRST_ORGANIZATION_NAME"):
        setattr(settings, name, "")
    settings.SIMULATOR_URL = settings.TWILIO_API_BASE_URL = SIMULATOR
    settings.TELNYX_API_BASE_URL = f"{SIMULATOR}/v2"
    return settings


def give_twilio(given: Any, *, number: str = "+1 202 555 0190") -> None:
    given.TWILIO_ACCOUNT_SID, given.TWILIO_AUTH_TOKEN, given.TWILIO_PHONE_NUMBER = SID, TOKEN, number


def give_telnyx(given: Any, *, number: str = "+13125550190") -> None:
    given.TELNYX_API_KEY, given.TELNYX_PUBLIC_KEY, given.TELNYX_PHONE_NUMBER = KEY, PUBLIC, number


def configure() -> str:
    out = StringIO()
    call_command("configure_accounts", stdout=out)
    return out.getvalue()


def everything() -> dict[str, list[Any]]:
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in (Organization, ProviderAccount, PhoneNumber, AuditEntry)
    }


def test_nothing_given_makes_nothing(given: Any) -> None:
    configure()
    assert everything() == {"Organization": [], "ProviderAccount": [], "PhoneNumber": [], "AuditEntry": []}


def test_an_empty_installation_gets_its_organization_accounts_and_sender(given: Any) -> None:
    given.FIRST_ORGANIZATION_NAME = "Kraliki Sport"
    give_twilio(given)
    give_telnyx(given)
    said = configure()
    org = Organization.objects.get()
    assert (org.name, org.slug, org.default_country) == ("Kraliki Sport", "kraliki-sport", "US")
    twilio, telnyx = ProviderAccount.all_orgs.order_by("-provider")
    assert (twilio.provider, twilio.account_id, twilio.credentials().secret) == ("TWILIO", SID, TOKEN)
    assert (telnyx.provider, telnyx.public_key, telnyx.credentials().secret) == ("TELNYX", PUBLIC, KEY)
    numbers = PhoneNumber.all_orgs.order_by("-address").values_list("address", "account", "is_default")
    assert list(numbers) == [("+13125550190", telnyx.pk, False), ("+12025550190", twilio.pk, True)]
    assert TOKEN not in said
    assert KEY not in said
    assert "2025550190" not in said


def test_a_second_run_changes_nothing(given: Any, aurora: Tenant, borealis: Tenant) -> None:
    give_twilio(given)
    give_telnyx(given)
    configure()
    before = everything()
    assert configure() == "The provider accounts are as the environment says.\n"
    assert everything() == before


def test_the_oldest_organization_gets_the_accounts_and_its_demo_sender_gives_way(
    given: Any, aurora: Tenant, borealis: Tenant
) -> None:
    give_twilio(given)
    configure()
    account = ProviderAccount.all_orgs.get(account_id=SID)
    assert account.organization_id == aurora.org.pk
    defaults = PhoneNumber.all_orgs.filter(is_default=True).order_by("organization__slug")
    assert [number.address for number in defaults] == ["+12025550190", borealis.twilio_number.address]


def test_a_real_default_sender_stays(given: Any, aurora: Tenant) -> None:
    real = ProviderAccount(organization=aurora.org, provider="TWILIO", name="Real", account_id="AC" + "b" * 32)
    real.set_secrets(secret=TOKEN)
    real.save()
    PhoneNumber.all_orgs.update(is_default=False)
    number = make_number(real, "+12025550191", is_default=True)
    give_twilio(given)
    configure()
    assert list(PhoneNumber.all_orgs.filter(is_default=True)) == [number]


def test_a_rotated_key_is_taken_over(given: Any) -> None:
    give_telnyx(given)
    give_twilio(given)
    configure()
    given.TELNYX_API_KEY, given.TWILIO_AUTH_TOKEN = "KEY-ROTATED-1", "9" * 32
    configure()
    secrets = {account.provider: account.credentials().secret for account in ProviderAccount.all_orgs.all()}
    assert secrets == {"TWILIO": "9" * 32, "TELNYX": "KEY-ROTATED-1"}


def test_several_numbers_stand_with_commas_between(given: Any) -> None:
    give_twilio(given, number="+12025550190, +12025550191")
    configure()
    numbers = PhoneNumber.all_orgs.order_by("address").values_list("address", "is_default")
    assert list(numbers) == [("+12025550190", True), ("+12025550191", False)]


def test_demo_accounts_are_usable_only_while_the_simulator_plays_their_provider(
    given: Any, aurora: Tenant, borealis: Tenant
) -> None:
    def active() -> set[str]:
        configure()
        return set(ProviderAccount.all_orgs.filter(is_active=True).values_list("provider", flat=True))

    assert active() == {"TWILIO", "TELNYX"}
    given.TWILIO_API_BASE_URL = "https://api.twilio.com"
    assert active() == {"TELNYX"}
    given.TELNYX_API_BASE_URL, given.SIMULATOR_URL = "https://api.telnyx.com/v2", ""
    assert active() == set()
    given.SIMULATOR_URL = given.TWILIO_API_BASE_URL = SIMULATOR
    given.TELNYX_API_BASE_URL = f"{SIMULATOR}/v2"
    assert active() == {"TWILIO", "TELNYX"}
    assert ProviderAccount.all_orgs.count() == len(DEMO_ACCOUNTS)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC12"}, "TWILIO_ACCOUNT_SID cannot be right: An Account SID is"),
        ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_AUTH_TOKEN is set, but TWILIO_ACCOUNT_SID is not"),
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_ACCOUNT_SID is set, but TWILIO_AUTH_TOKEN is not"),
        ({"TWILIO_AUTH_TOKEN": TOKEN + "\n"}, "TWILIO_AUTH_TOKEN cannot be right: A token or key is"),
        ({"TWILIO_PHONE_NUMBER": "202 555 0190"}, "TWILIO_PHONE_NUMBER cannot be right: a number is written in E.164"),
        ({"TELNYX_API_KEY": KEY + "\r\n"}, "TELNYX_API_KEY cannot be right: A token or key is"),
        ({"TELNYX_PUBLIC_KEY": "abc"}, "TELNYX_API_KEY is not"),
    ],
)
def test_malformed_values_are_refused_in_one_sentence_without_the_value(
    given: Any, wrong: dict[str, str], sentence: str
) -> None:
    give_twilio(given)
    for name, value in wrong.items():
        setattr(given, name, value)
    with pytest.raises(CommandError) as refused:
        configure()
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert not ProviderAccount.all_orgs.exists()


def test_an_account_or_number_of_another_organization_is_not_taken_over(
    given: Any, aurora: Tenant, borealis: Tenant
) -> None:
    give_twilio(given, number=borealis.twilio_number.address)
    with pytest.raises(CommandError, match="belongs to Borealis Clinic already"):
        configure()
    give_twilio(given)
    given.TWILIO_ACCOUNT_SID = borealis.twilio.account_id
    with pytest.raises(CommandError, match="belongs to Borealis Clinic already"):
        configure()
    assert borealis.twilio.credentials() == ProviderAccount.all_orgs.get(pk=borealis.twilio.pk).credentials()
