"""Who calls: the session of the web UI, with its CSRF token on everything that writes."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session. Without one the answer is 401 and names the scheme (RFC 9110, section 11.6.1)."""

    def enforce_csrf(self, request: Request) -> None:
        # DRF would look for a token in a body that it parses for that: the stream would be spent, and a body that is no
        # JSON would be called a missing token. Django's own request looks into forms only.
        super().enforce_csrf(request._request)  # type: ignore[arg-type]

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
