"""How often somebody may try: counted with the log-in page's tries, in PostgreSQL, so also while Valkey is down."""

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import User
from contactcenter.web.account import INVITATION_TRIES_SECONDS, may_try_invitation
from contactcenter.web.api.errors import Problem
from contactcenter.web.api.requests import ApiRequest

# The windows of ACCOUNT_RATE_LIMITS, in seconds.
_MINUTE, _FAILED = 60, 300


def authenticate(request: ApiRequest, *, email: str, password: str) -> User | None:
    """Return whose e-mail address and password these are, or None. Raises Problem (429)."""
    plain = request._request
    if not ratelimit.consume(plain, app="allauth.account", action="login"):
        raise _too_many(_MINUTE)
    try:
        found = get_adapter(plain).authenticate(plain, email=email, password=password)
    except ValidationError as error:
        raise _too_many(_FAILED) from error
    return found if isinstance(found, User) and found.may_work else None


def count_invitation(request: ApiRequest) -> None:
    """Count one try of an invitation's token. Raises Problem (429)."""
    if not may_try_invitation(request._request):
        raise _too_many(INVITATION_TRIES_SECONDS)


def _too_many(seconds: int) -> Problem:
    return Problem(429, "RATE_LIMITED", _("Too many requests. Wait a little and repeat."), retry_after=seconds)
