"""Which provider is played by the carrier simulator, and what that means for the demo accounts."""

from django.conf import settings

from contactcenter.core.models import Provider, ProviderAccount
from contactcenter.simulator.accounts import DEMO_ACCOUNTS


def is_simulated(provider: str) -> bool:
    """Whether texts of `provider` go to the simulator that SIMULATOR_URL names."""
    base = settings.TWILIO_API_BASE_URL if provider == Provider.TWILIO else settings.TELNYX_API_BASE_URL
    simulator = settings.SIMULATOR_URL
    return bool(simulator) and (base == simulator or base.startswith(simulator + "/"))


def is_demo(account: ProviderAccount) -> bool:
    """Whether only the simulator knows this account."""
    return any((account.provider, account.account_id) == (demo.provider, demo.account_id) for demo in DEMO_ACCOUNTS)


def match_demo_accounts() -> list[ProviderAccount]:
    """Make demo accounts usable exactly while the simulator plays their provider; return those that changed.

    No real provider ever sees a text, or the invented credentials, of a demo account.
    """
    changed = []
    for account in ProviderAccount.all_orgs.filter(account_id__in=[demo.account_id for demo in DEMO_ACCOUNTS]):
        wanted = is_simulated(account.provider)
        if is_demo(account) and account.is_active != wanted:
            account.is_active = wanted
            account.save(update_fields=["is_active", "updated_at"])
            changed.append(account)
    return changed
