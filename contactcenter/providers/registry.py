"""The adapters by name; the only module that knows concrete providers."""

from functools import cache

from contactcenter.providers.base import ProviderName, SmsProvider

__all__ = ["get", "names"]


def names() -> tuple[ProviderName, ...]:
    return tuple(ProviderName)


def get(name: ProviderName | str) -> SmsProvider:
    """The adapter of a provider. Cheap: the SDKs load on the first send (or `warm_up`). Raises ValueError."""
    return _adapter(ProviderName(name))


@cache
def _adapter(name: ProviderName) -> SmsProvider:
    # Imported here so that a process touches only the providers it uses.
    if name is ProviderName.TWILIO:
        from contactcenter.providers.twilio.sms import TwilioSms

        return TwilioSms()
    from contactcenter.providers.telnyx.sms import TelnyxSms

    return TelnyxSms()
