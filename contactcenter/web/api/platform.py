"""Who calls, in platform mode: the platform's headers, believed only from the platform itself."""

from django.conf import settings
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from contactcenter.core import platform
from contactcenter.core.models import User
from contactcenter.web.api.authentication import CHALLENGE, speak_to

ORGANIZATION, USER, SECRET = "X-Organization-Id", "X-User-Id", "X-Platform-Secret"


class PlatformAuthentication(authentication.BaseAuthentication):
    """`X-Organization-Id` and `X-User-Id`, beside the shared secret or a certificate that the proxy in front checked.

    Without a proof they mean nothing; with a wrong one, or for somebody who may not work, nobody is let in.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        headers = request.headers
        if not settings.PLATFORM_MODE or ORGANIZATION not in headers or USER not in headers:
            return None
        tls = headers.get(settings.PLATFORM_TLS_HEADER, "") if settings.PLATFORM_TLS_HEADER else ""
        try:
            if not platform.is_proved(secret=headers.get(SECRET, ""), tls=tls):
                return None
            user = platform.caller(organization_id=headers[ORGANIZATION], user_id=headers[USER])
        except platform.PlatformRefused as error:
            raise exceptions.AuthenticationFailed from error
        speak_to(user, request)
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
