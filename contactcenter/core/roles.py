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
    ADMINISTER = "organization.administer"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.SUPERVISOR: frozenset({Right.READ_SMS, Right.SEND_SMS}),
    Role.AGENT: frozenset({Right.READ_SMS, Right.SEND_SMS}),
    Role.CUSTOMER: frozenset(),
}


def rights_of(role: str) -> frozenset[Right]:
    """Return the rights of a role; an unknown role has none."""
    return RIGHTS.get(role, frozenset())
