"""What part of the inbox a client asks for. Words in any letter case; nonsense is a 400 that names it."""

from dataclasses import dataclass

from django.http import QueryDict

from contactcenter.core.models import Organization
from contactcenter.core.phone import InvalidNumber, address_kind, to_e164
from contactcenter.web.api.errors import invalid_parameter
from contactcenter.web.api.query import flag, word
from sms.enums import Direction, MessageStatus, shown_status

SHOWN_STATUSES = tuple(dict.fromkeys(shown_status(status.value) for status in MessageStatus))


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """The filter of GET /api/sms/inbox; None and empty do not filter."""

    direction: str | None = None
    status: str | None = None
    contact_address: str = ""
    unread: bool | None = None
    search: str = ""

    @classmethod
    def of(cls, params: QueryDict, *, org: Organization) -> "InboxFilter":
        """Read the filter. Raises Problem (400)."""
        return cls(
            direction=word(params, "direction", Direction.values, called="sms direction"),
            status=word(params, "status", SHOWN_STATUSES, called="sms status"),
            contact_address=_address(params.get("contact_number", ""), org),
            unread=flag(params, "unread"),
            search=params.get("search", "").strip(),
        )


def _address(given: str, org: Organization) -> str:
    if not given.strip():
        return ""
    if given[0] == " ":  # A plus sign that was not escaped arrives as a space.
        given = f"+{given[1:]}"
    try:
        return to_e164(given.strip(), country=org.default_country)
    except InvalidNumber:
        if address_kind(given.strip()) is None:
            raise invalid_parameter("contact number", given) from None
        return given.strip()
