"""Whose figures a person reads."""

from uuid import UUID

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest


def whose(request: OrgRequest) -> UUID | None:
    """Return None for who may read everybody's figures, else the person's id: their own are all they may read."""
    return None if request.user.has_right(Right.READ_ALL_ANALYTICS) else request.user.pk
