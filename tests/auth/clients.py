"""What the tests of logging in share: clients of the API that hold a token or a key."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from contactcenter.core.models import User
from tests.factories import PASSWORD
from tests.sms.api import post

LOGIN, REFRESH, LOGOUT = "/api/auth/login", "/api/auth/refresh", "/api/auth/logout"
ME, REGISTER, KEYS = "/api/auth/me", "/api/auth/register", "/api/auth/keys"
JWKS = "/.well-known/jwks.json"


def log_in(user: User, password: str = PASSWORD) -> dict[str, Any]:
    """Return the answer to a log-in that has to succeed."""
    answer = post(Client(), {"email": user.email, "password": password}, url=LOGIN)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)  # type: ignore[no-any-return]


def bearing(token: str) -> Client:
    """Return a client that sends this access token, and for which CSRF tokens count as in production."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})


def with_key(key: str) -> Client:
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Api-Key {key}"})


def refresh(token: Any) -> HttpResponse:
    return post(Client(), {"refresh_token": token}, url=REFRESH)


def log_out(token: Any) -> HttpResponse:
    return post(Client(), {"refresh_token": token}, url=LOGOUT)


def works(access_token: str) -> bool:
    """Whether an access token is taken; a refusal has to be a proper 401."""
    answer = bearing(access_token).get(ME)
    assert answer.status_code in {200, 401}
    if answer.status_code == 401:
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    return answer.status_code == 200
