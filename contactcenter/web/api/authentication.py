"""Who calls: a bearer token, a personal API key, or the session of the web UI with its CSRF token.

Whoever shows a token or key that is not good is refused, whatever session their browser has beside it.
"""

from typing import Any

from django.utils import translation
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from contactcenter.core import api_keys, logs, tokens
from contactcenter.core.jwts import TokenRefused
from contactcenter.core.models import ApiKey, User

CHALLENGE = 'Bearer realm="api", Api-Key realm="api", Session realm="api"'
_BAD_TOKEN = f'Bearer realm="api", error="invalid_token", {CHALLENGE.partition(", ")[2]}'


class _HeaderAuthentication(authentication.BaseAuthentication):
    """A credential in the Authorization header. A browser never sends one by itself, so no CSRF token is needed."""

    scheme = ""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        scheme, _space, credential = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != self.scheme.casefold():
            return None
        user, auth = self._caller(credential.strip())
        speak_to(user, request)
        return user, auth

    def authenticate_header(self, request: Request) -> str:
        """Name the schemes (RFC 9110, section 11.6.1), and a token that was not good (RFC 6750, section 3)."""
        return _BAD_TOKEN if request.headers.get("Authorization", "").casefold().startswith("bearer ") else CHALLENGE

    def _caller(self, credential: str) -> tuple[User, Any]:
        raise exceptions.AuthenticationFailed


class BearerAuthentication(_HeaderAuthentication):
    """`Authorization: Bearer <access token>`."""

    scheme = "Bearer"

    def _caller(self, credential: str) -> tuple[User, Any]:
        try:
            return tokens.caller(credential), None
        except TokenRefused as error:
            raise exceptions.AuthenticationFailed from error


class ApiKeyAuthentication(_HeaderAuthentication):
    """`Authorization: Api-Key <key>`; `request.auth` is the key, whose scopes limit its person's rights."""

    scheme = "Api-Key"

    def _caller(self, credential: str) -> tuple[User, ApiKey]:
        try:
            key = api_keys.caller(credential)
        except api_keys.KeyRefused as error:
            raise exceptions.AuthenticationFailed from error
        return key.user, key


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session."""

    def enforce_csrf(self, request: Request) -> None:
        # DRF would look for a token in a body that it parses for that: the stream would be spent, and a body that is no
        # JSON would be called a missing token. Django's own request looks into forms only.
        super().enforce_csrf(request._request)  # type: ignore[arg-type]

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def speak_to(user: User, request: Request) -> None:
    """Answer in the person's language; the middleware knew nobody, and puts back what was active before."""
    translation.activate(user.language)
    request._request.LANGUAGE_CODE = user.language
    logs.bind(organization_id=str(user.organization_id or ""))
