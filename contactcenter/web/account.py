"""How people log in: by e-mail, only while they and their organization are active; nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from contactcenter.core.models import User


def may_work(user: User) -> bool:
    """Whether the person and their organization are active."""
    return user.is_active and (user.organization is None or user.organization.is_active)


class Backend(AuthenticationBackend):
    """allauth's log-in by e-mail, with the organization fetched beside the user."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user is not None and may_work(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return may_work(user)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
