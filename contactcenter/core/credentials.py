"""What the parts of a provider account look like. Each check returns the cleaned value or raises MalformedValue."""

import base64
import binascii
import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import Provider

_TWILIO_SID = re.compile(r"AC[0-9a-fA-F]{32}\Z")
_TWILIO_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_CONNECTION = re.compile(r"[0-9]{5,32}\Z")
_SECRET = re.compile(r"[\x21-\x7e]{8,500}\Z")


class MalformedValue(ValueError):
    """The value cannot be right; `sentence` says what it should look like, without repeating it."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def account_id(provider: str, value: str) -> str:
    """Check Twilio's Account SID (required) or Telnyx's organization id (optional)."""
    value = value.strip()
    if provider == Provider.TWILIO and not _TWILIO_SID.match(value):
        raise MalformedValue(_("An Account SID is AC and 32 hexadecimal digits."))
    if provider == Provider.TELNYX and value and not _UUID.match(value):
        raise MalformedValue(_("A Telnyx organization id is a UUID; leave it empty if you do not know it."))
    return value


def messaging_service_id(provider: str, value: str) -> str:
    """Check Twilio's MessagingServiceSid or Telnyx's messaging profile id; empty is fine."""
    value = value.strip()
    if value and provider == Provider.TWILIO and not _TWILIO_SERVICE.match(value):
        raise MalformedValue(_("A MessagingServiceSid is MG and 32 hexadecimal digits."))
    if value and provider == Provider.TELNYX and not _UUID.match(value):
        raise MalformedValue(_("A messaging profile id is a UUID."))
    return value


def connection_id(provider: str, value: str) -> str:
    """Check the id of Telnyx's Call Control application; empty is fine (then the account makes no calls)."""
    value = value.strip()
    if value and (provider != Provider.TELNYX or not _CONNECTION.match(value)):
        raise MalformedValue(_("A voice connection is a number of Telnyx's portal; Twilio needs none."))
    return value


def secret(value: str) -> str:
    """Check an auth token or API key: a line break inside it would look like a network failure when it is used."""
    if not _SECRET.match(value):
        raise MalformedValue(_("A token or key is 8 to 500 plain characters without spaces or line breaks."))
    return value


def public_key(value: str) -> str:
    """Check Telnyx's public key: base64 of 32 bytes; empty is fine (then its webhooks cannot be believed)."""
    value = value.strip()
    try:
        is_key = not value or len(base64.b64decode(value, validate=True)) == 32
    except (binascii.Error, ValueError):
        is_key = False
    if not is_key:
        raise MalformedValue(_("The public key is base64 of 32 bytes, as the Telnyx portal shows it."))
    return value
