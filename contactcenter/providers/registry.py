"""The adapters by name; the only module that knows concrete providers."""

from functools import cache

from contactcenter.providers.base import ProviderName, SmsProvider
from contactcenter.providers.records import SmsRecords
from contactcenter.providers.voice import VoiceProvider

__all__ = ["get", "names", "records", "voice"]


def names() -> tuple[ProviderName, ...]:
    return tuple(ProviderName)


def get(name: ProviderName | str) -> SmsProvider:
    """The adapter of a provider's texts. Cheap: the SDKs load on the first send (or `warm_up`). Raises ValueError."""
    return _adapter(ProviderName(name))


def voice(name: ProviderName | str) -> VoiceProvider:
    """The adapter of a provider's calls, as cheap as that of its texts. Raises ValueError."""
    return _voice_adapter(ProviderName(name))


def records(name: ProviderName | str) -> SmsRecords:
    """The adapter of what a provider has on record about texts, as cheap as the others. Raises ValueError."""
    return _records_adapter(ProviderName(name))


@cache
def _adapter(name: ProviderName) -> SmsProvider:
    # Imported here so that a process touches only the providers it uses.
    if name is ProviderName.TWILIO:
        from contactcenter.providers.twilio.sms import TwilioSms

        return TwilioSms()
    from contactcenter.providers.telnyx.sms import TelnyxSms

    return TelnyxSms()


@cache
def _voice_adapter(name: ProviderName) -> VoiceProvider:
    # Imported here so that a process touches only the providers it uses.
    if name is ProviderName.TWILIO:
        from contactcenter.providers.twilio.voice import TwilioVoice

        return TwilioVoice()
    from contactcenter.providers.telnyx.voice import TelnyxVoice

    return TelnyxVoice()


@cache
def _records_adapter(name: ProviderName) -> SmsRecords:
    # Imported here so that a process touches only the providers it uses.
    if name is ProviderName.TWILIO:
        from contactcenter.providers.twilio.records import TwilioRecords

        return TwilioRecords()
    from contactcenter.providers.telnyx.records import TelnyxRecords

    return TelnyxRecords()
