"""What `send_message` refuses, in the words of the contract."""

from django.utils.translation import gettext_lazy as _

from contactcenter.web.api.errors import Problem, invalid_input
from sms import services

SENDING = (
    services.InvalidNumber,
    services.EmptyMessage,
    services.MessageTooLong,
    services.UnknownSender,
    services.NoSender,
    services.ContactOptedOut,
    services.QuotaExceeded,
)
_INPUT = {
    services.InvalidNumber: (
        "to_number",
        _("This is not a phone number: write + and 7 to 15 digits, the first not 0."),
        "invalid_number",
    ),
    services.EmptyMessage: ("body", _("There is nothing to send."), "blank"),
    services.MessageTooLong: ("body", _("This is longer than 1600 characters or 10 segments."), "too_long"),
    services.UnknownSender: ("from_number", _("This is not an active sender of your organization."), "unknown_sender"),
}


def problem_of(error: Exception) -> Problem:
    """Return the answer for one of SENDING."""
    if type(error) in _INPUT:
        field, sentence, kind = _INPUT[type(error)]
        return invalid_input(("body", field), sentence, kind)
    if isinstance(error, services.ContactOptedOut):
        return Problem(409, "OPTED_OUT", _("This person asked not to get texts."))
    if isinstance(error, services.QuotaExceeded):
        sentence = _("Your organization has reached its limit of texts.")
        return Problem(429, "RATE_LIMITED", sentence, retry_after=error.retry_after)
    return Problem(503, "SERVICE_UNAVAILABLE", "SMS service not available")
