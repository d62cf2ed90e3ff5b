"""What `send_message` refuses, in the words of the contract."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contactcenter.web.api.errors import Problem, invalid_input
from sms import file_words, services

SENDING = (services.InvalidNumber, services.Refusal)
_INPUT = {
    services.InvalidNumber: (
        "to_number",
        _("This is not a phone number: write + and 7 to 15 digits, the first not 0."),
        "invalid_number",
    ),
    services.EmptyMessage: ("body", _("There is nothing to send."), "blank"),
    services.MessageTooLong: ("body", _("This is longer than 1600 characters or 10 segments."), "too_long"),
    services.UnknownSender: ("from_number", _("This is not an active sender of your organization."), "unknown_sender"),
    services.SendTimePassed: ("send_at", _("This time has passed."), "in_the_past"),
    services.SendTimeTooFar: ("send_at", _("This is more than a year ahead."), "too_far"),
    services.OtherProviderOnly: (
        "from_number",
        _("This person allowed texts again at your other provider only: choose a sender there."),
        "other_provider_only",
    ),
    services.CountryNotAllowed: (
        "to_number",
        _("Your organization does not send texts to this country."),
        "country_not_allowed",
    ),
    services.NumberCannotReceive: (
        "to_number",
        _("No text can reach this number: it is not in use, or it is a landline."),
        "cannot_receive",
    ),
}


_CONFLICTS: dict[type[Exception], tuple[str, Any]] = {
    services.ContactOptedOut: ("OPTED_OUT", _("This person asked not to get texts.")),
    services.IdempotencyConflict: ("IDEMPOTENCY_CONFLICT", _("This key was used for another text.")),
    services.BudgetSpent: ("BUDGET_SPENT", _("Your organization's budget for texts is spent for this month.")),
}
_TOO_FAST: dict[type[Exception], Any] = {
    services.QuotaExceeded: _("Your organization has reached its limit of texts."),
    services.DestinationTooBusy: _("This number got many texts in a short time."),
    services.SenderResting: _("This sender rests, because too many of its texts failed. Use another one."),
}


def problem_of(error: Exception) -> Problem:
    """Return the answer for one of SENDING."""
    if isinstance(error, services.FilesNotCarried):
        return invalid_input(("body", "media_urls"), file_words.sentence(error.problem), error.problem.misfit.value)
    if type(error) in _INPUT:
        field, sentence, kind = _INPUT[type(error)]
        return invalid_input(("body", field), sentence, kind)
    if type(error) in _CONFLICTS:
        code, sentence = _CONFLICTS[type(error)]
        return Problem(409, code, sentence)
    if isinstance(error, services.TooFast):
        return Problem(429, "RATE_LIMITED", _TOO_FAST[type(error)], retry_after=error.retry_after)
    return Problem(503, "SERVICE_UNAVAILABLE", "SMS service not available")
