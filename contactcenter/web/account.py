"""How people log in: by e-mail, only while they and their organization are active; nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from contactcenter.core.models import User

# The window in which an address may try codes of invitations, whether on the page or through the API.
INVITATION_TRIES_SECONDS = 60
_RATES = {"invitation": "20/m/ip"}


class Backend(AuthenticationBackend):
    """allauth's log-in by e-mail, with the organization fetched beside the user."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user is not None and user.may_work else None

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.may_work)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Turn away people of a closed organization; allauth itself asks only whether the person is active."""
        if not user.may_work:
            clear_login(request)
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]


def may_try_invitation(request: HttpRequest) -> bool:
    """Count one try of a code of an invitation; whether it may be made. Holds while Valkey is down."""
    return bool(ratelimit.consume(request, app="contactcenter.web", action="invitation", config=_RATES))
