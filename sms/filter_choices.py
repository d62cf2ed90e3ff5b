"""What the inbox can be filtered by, besides states and days: people, teams, labels and our numbers."""

from dataclasses import dataclass, field

from django.db import connection

from contactcenter.core.models import Organization
from contactcenter.core.phone import pretty
from contactcenter.core.roles import Role

MOST = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """Pairs of id and name, in the order of the names; of each kind no more than MOST."""

    people: list[tuple[str, str]] = field(default_factory=list)
    teams: list[tuple[str, str]] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)


_CHOICES = """
(SELECT 'people', id::text, COALESCE(NULLIF(trim(first_name || ' ' || last_name), ''), email) AS name, ''
    FROM core_user WHERE organization_id = %(org)s AND is_active AND role <> %(customer)s ORDER BY name LIMIT %(most)s)
UNION ALL
(SELECT 'teams', id::text, name, '' FROM agents_team WHERE organization_id = %(org)s ORDER BY name LIMIT %(most)s)
UNION ALL
(SELECT 'labels', id::text, name, '' FROM core_label WHERE organization_id = %(org)s ORDER BY name LIMIT %(most)s)
UNION ALL
(SELECT 'numbers', id::text, label, address FROM core_phonenumber WHERE organization_id = %(org)s
    ORDER BY label, address LIMIT %(most)s)
"""


def filter_choices(org: Organization) -> Choices:
    """Return what the organization's inbox can be filtered by, in one statement."""
    choices = Choices()
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, {"org": org.pk, "customer": Role.CUSTOMER, "most": MOST})
        for kind, pk, name, address in cursor.fetchall():
            getattr(choices, kind).append((pk, name or pretty(address)))
    return choices
