"""Personal API keys: their owner makes, lists and revokes them."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response

from contactcenter.core import api_keys
from contactcenter.web.api.errors import Problem
from contactcenter.web.api.permissions import InPerson
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import ID, problems
from contactcenter.web.api.views import OwnApiView
from contactcenter.web.auth import examples, objects
from contactcenter.web.auth.serializers import KeySerializer, KeyWithSecretSerializer, NewKeySerializer


class Keys(OwnApiView):
    """One's own keys."""

    permission_classes = (InPerson,)

    @extend_schema(
        operation_id="auth_keys_list",
        summary="List one's API keys",
        tags=["auth"],
        responses={200: KeySerializer(many=True)},
        examples=[OpenApiExample("A key", value=examples.KEY, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """List one's keys that have not been revoked, the newest first."""
        return Response([objects.key(key) for key in api_keys.of(request.user)])

    @extend_schema(
        operation_id="auth_keys_create",
        summary="Make an API key",
        tags=["auth"],
        request=NewKeySerializer,
        responses={201: KeyWithSecretSerializer, **problems(409)},
        examples=[
            OpenApiExample("For a shop", value=examples.NEW_KEY, request_only=True),
            OpenApiExample("A new key", value=examples.KEY_WITH_SECRET, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        """Make a key. This is the only answer that holds it."""
        given = NewKeySerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            key, secret = api_keys.create(user=request.user, **given.validated_data)
        except api_keys.TooManyKeys as error:
            raise Problem(409, "TOO_MANY_KEYS", _("Revoke a key before you make another one.")) from error
        return Response({**objects.key(key), "key": secret}, status=201)


class Key(OwnApiView):
    """One of one's keys."""

    permission_classes = (InPerson,)

    @extend_schema(
        operation_id="auth_keys_revoke",
        summary="Revoke an API key",
        tags=["auth"],
        parameters=[ID],
        responses={204: None},
    )
    def delete(self, request: ApiRequest, pk: str) -> Response:
        """Revoke a key: it is refused from now on."""
        key = api_keys.of(request.user).filter(pk=UUID(pk)).first()
        if key is None:
            raise Problem(404, "NOT_FOUND", "API key not found")
        api_keys.revoke(key, actor=request.user)
        return Response(status=204)
