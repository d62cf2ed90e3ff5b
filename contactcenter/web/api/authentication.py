"""Who calls: the session of the web UI, with its CSRF token on everything that writes."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session. Without one the answer is 401 and names the scheme (RFC 9110, section 11.6.1)."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
