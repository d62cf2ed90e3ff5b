"""Who may do what: the one table that views, API, templates and admin ask."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "ADMIN", _("Admin")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    AGENT = "AGENT", _("Agent")
    CUSTOMER = "CUSTOMER", _("Customer")


class Right(StrEnum):
    READ_SMS = "sms.read"
    SEND_SMS = "sms.send"
    MANAGE_CONSENT = "sms.consent"
    MANAGE_INBOX = "sms.manage"
    READ_CONTACTS = "contacts.read"
    EDIT_CONTACTS = "contacts.edit"
    MOVE_CONTACTS = "contacts.move"  # Many at once: import, export, merge.
    READ_CALLS = "calls.read"
    PLACE_CALLS = "calls.place"
    DELETE_CALLS = "calls.delete"
    READ_AGENTS = "agents.read"
    SET_STATUS = "agents.status"
    MANAGE_AGENTS = "agents.manage"
    READ_ANALYTICS = "analytics.read"
    READ_ALL_ANALYTICS = "analytics.read_all"
    ADMINISTER = "organization.administer"


# An agent sets only their own status, and reads only figures about themselves.
_AGENT = frozenset(
    {
        *{Right.READ_SMS, Right.SEND_SMS},
        *{Right.READ_CONTACTS, Right.EDIT_CONTACTS},
        *{Right.READ_CALLS, Right.PLACE_CALLS},
        *{Right.READ_AGENTS, Right.SET_STATUS},
        Right.READ_ANALYTICS,
    }
)
RIGHTS: dict[str, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.SUPERVISOR: _AGENT
    | {
        *{Right.MANAGE_CONSENT, Right.MANAGE_INBOX, Right.MOVE_CONTACTS},
        *{Right.DELETE_CALLS, Right.MANAGE_AGENTS, Right.READ_ALL_ANALYTICS},
    },
    Role.AGENT: _AGENT,
    Role.CUSTOMER: frozenset(),
}


def rights_of(role: str) -> frozenset[Right]:
    """Return the rights of a role; an unknown role has none."""
    return RIGHTS.get(role, frozenset())
