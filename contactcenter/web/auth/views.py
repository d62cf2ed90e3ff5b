"""Log-in, refresh, log-out, registration, and the public keys."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.core import invitations, signing_keys, tokens
from contactcenter.core.jwts import TokenRefused
from contactcenter.web.api.errors import Problem, Unauthorized, invalid_inputs
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import public_problems
from contactcenter.web.api.views import OwnApiView, PublicApiView
from contactcenter.web.auth import examples, objects, throttle
from contactcenter.web.auth.serializers import (
    JwksSerializer,
    LoginSerializer,
    PairSerializer,
    RefreshSerializer,
    RegisterSerializer,
    UserSerializer,
)

# How long a client may keep the key set; a rotation's lead has to be longer.
JWKS_SECONDS = 300


def _given(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    given: dict[str, Any] = serializer.validated_data
    return given


def _pair(make: Callable[[], tokens.Pair], *, status: int) -> Response:
    try:
        return Response(objects.pair(make()), status=status)
    except signing_keys.NoSigningKey as error:
        raise Problem(503, "SERVICE_UNAVAILABLE", _("Logging in does not work at the moment.")) from error


class Login(PublicApiView):
    """Exchange e-mail address and password for tokens."""

    @extend_schema(
        operation_id="auth_login",
        summary="Log in",
        tags=["auth"],
        auth=[],
        request=LoginSerializer,
        responses={200: PairSerializer, **public_problems(401, 503)},
        examples=[
            OpenApiExample("A log-in", value=examples.LOGIN, request_only=True),
            OpenApiExample("Tokens", value=examples.PAIR, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        """Log in. An unknown address and a wrong password have the same answer; so has whoever was closed."""
        given = _given(LoginSerializer(data=request.json))
        user = throttle.authenticate(request, email=given["email"], password=given["password"])
        if user is None or user.organization_id is None:
            raise Unauthorized("INVALID_CREDENTIALS", _("The e-mail address or the password is wrong."))
        return _pair(lambda: tokens.begin(user), status=200)


class Refresh(PublicApiView):
    """Exchange a refresh token for a new pair."""

    @extend_schema(
        operation_id="auth_refresh",
        summary="Get the next pair of tokens",
        tags=["auth"],
        auth=[],
        request=RefreshSerializer,
        responses={200: PairSerializer, **public_problems(401, 503)},
        examples=[
            OpenApiExample("A refresh token", value=examples.REFRESH, request_only=True),
            OpenApiExample("Tokens", value=examples.PAIR, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        """Get the next pair. Used again some seconds later, a refresh token ends its whole log-in."""
        token = _given(RefreshSerializer(data=request.json))["refresh_token"]
        try:
            return _pair(lambda: tokens.refresh(token), status=200)
        except TokenRefused as error:
            raise _refused() from error


class Logout(PublicApiView):
    """End a log-in."""

    @extend_schema(
        operation_id="auth_logout",
        summary="Log out",
        tags=["auth"],
        auth=[],
        request=RefreshSerializer,
        responses={204: None, **public_problems(401)},
        examples=[OpenApiExample("A refresh token", value=examples.REFRESH, request_only=True)],
    )
    def post(self, request: ApiRequest) -> Response:
        """Log out: all tokens of this log-in, access tokens too, are refused from now on."""
        token = _given(RefreshSerializer(data=request.json))["refresh_token"]
        try:
            tokens.end(token)
        except TokenRefused as error:
            raise _refused() from error
        return Response(status=204)


def _refused() -> Unauthorized:
    return Unauthorized("INVALID_TOKEN", _("This token is not valid (any more). Log in again."))


class Me(OwnApiView):
    """Who calls."""

    @extend_schema(
        operation_id="auth_me",
        summary="Show who calls",
        tags=["auth"],
        responses={200: UserSerializer},
        examples=[OpenApiExample("A person", value=examples.USER, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """Say whose credentials these are."""
        return Response(objects.user(request.user))


class Register(PublicApiView):
    """Come in by invitation."""

    @extend_schema(
        operation_id="auth_register",
        summary="Come in by invitation",
        tags=["auth"],
        auth=[],
        request=RegisterSerializer,
        responses={201: PairSerializer, **public_problems(401, 409, 503)},
        examples=[
            OpenApiExample("An invited person", value=examples.REGISTER, request_only=True),
            OpenApiExample("Tokens", value=examples.PAIR, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        """Make the account that an invitation is for, and log in."""
        given = _given(RegisterSerializer(data=request.json))
        throttle.count_invitation(request)
        token = given.pop("token")
        try:
            user = invitations.accept(invitations.find(token), invitations.Guest(**given))
        except invitations.InvitationRefused as error:
            raise Unauthorized("INVALID_INVITATION", _("This invitation is not valid (any more).")) from error
        except invitations.AddressTaken as error:
            raise Problem(409, "ADDRESS_TAKEN", _("There is an account with this e-mail address already.")) from error
        except ValidationError as error:
            raise _weak(error) from error
        return _pair(lambda: tokens.begin(user), status=201)


def _weak(error: ValidationError) -> Problem:
    return invalid_inputs(
        [
            {"loc": ["body", "password"], "msg": message, "type": one.code or "invalid"}
            for one in error.error_list
            for message in one.messages
        ]
    )


class Jwks(PublicApiView):
    """The public keys."""

    @extend_schema(
        operation_id="auth_jwks",
        summary="List the public keys",
        tags=["auth"],
        auth=[],
        responses={200: JwksSerializer, **public_problems(503)},
        examples=[OpenApiExample("One key", value=examples.JWKS, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """List the keys with which access tokens can be checked by others (RFC 7517)."""
        try:
            return Response({"keys": signing_keys.published()})
        except signing_keys.NoSigningKey as error:
            raise Problem(503, "SERVICE_UNAVAILABLE", _("Logging in does not work at the moment.")) from error

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200:
            answer["Cache-Control"] = f"public, max-age={JWKS_SECONDS}"
        return answer
