"""What the services of calls refuse, in the words of the contract."""

from django.utils.translation import gettext_lazy as _

from calls import services
from contactcenter.web.api.errors import Problem, invalid_input

CREATING = (
    services.InvalidNumber,
    services.InvalidFromNumber,
    services.UnknownCampaign,
    services.UnknownContact,
    services.NoLine,
)
_NO_NUMBER = _("This is not a phone number: write + and 7 to 15 digits, the first not 0.")
_INPUT = {
    services.InvalidNumber: ("to_number", _NO_NUMBER, "invalid_number"),
    services.InvalidFromNumber: ("from_number", _NO_NUMBER, "invalid_number"),
    services.UnknownCampaign: ("campaign_id", _("Your organization has no such campaign."), "unknown_campaign"),
    services.UnknownContact: ("contact_id", _("Your organization has no such contact."), "unknown_contact"),
}


def problem_of(error: Exception) -> Problem:
    """Return the answer for one of CREATING."""
    if type(error) in _INPUT:
        field, sentence, kind = _INPUT[type(error)]
        return invalid_input(("body", field), sentence, kind)
    return Problem(503, "SERVICE_UNAVAILABLE", "Voice service not available")  # Clients compare it.


def forbidden(error: services.ForbiddenTransition) -> Problem:
    """Return the 409 that names both states."""
    sentence = _("A call that is %(status)s cannot become %(to)s.") % {"status": error.status, "to": error.to}
    return Problem(409, "FORBIDDEN_TRANSITION", sentence)


def unknown_member(error: services.UnknownMember) -> Problem:
    """Return the 422 for a person who is not of the organization."""
    sentence = _("Your organization has no such person who takes calls.")
    return invalid_input(("body", error.field), sentence, "unknown_user")
