"""What all endpoints have in common in the OpenAPI document."""

from typing import Any

from django.conf import settings
from drf_spectacular.authentication import SessionScheme as SpectacularSessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from contactcenter.web.access import Access
from contactcenter.web.api import platform
from contactcenter.web.api.query import MAX_PAGE, MAX_PAGE_SIZE


class SessionScheme(SpectacularSessionScheme):  # type: ignore[no-untyped-call]
    """Describes `SessionAuthentication`: the session cookie, and X-CSRFToken on everything that writes."""

    target_class = "contactcenter.web.api.authentication.SessionAuthentication"
    name = "session"
    priority = 1


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes `BearerAuthentication`."""

    target_class = "contactcenter.web.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of `/api/auth/login`.",
        }


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes `ApiKeyAuthentication`."""

    target_class = "contactcenter.web.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "A personal key of `/api/auth/keys`, after the word `Api-Key` and a space.",
        }


class PlatformScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes `PlatformAuthentication`, where there is a platform."""

    target_class = "contactcenter.web.api.platform.PlatformAuthentication"
    _HEADERS = {
        "platformSecret": (platform.SECRET, "The platform's shared secret; mutual TLS may stand for it."),
        "platformOrganization": (platform.ORGANIZATION, "The organization that the platform acts for."),
        "platformUser": (platform.USER, "The person of that organization."),
    }

    @property
    def name(self) -> list[str]:  # type: ignore[override]
        return list(self._HEADERS) if settings.PLATFORM_MODE else []

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[Any]] | None:  # type: ignore[override]
        return {name: [] for name in self.name} or None

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        headers = [self._HEADERS[name] for name in self.name]
        return [
            {"type": "apiKey", "in": "header", "name": header, "description": sentence} for header, sentence in headers
        ]


class InputErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one part of the input."""

    loc = serializers.ListField(help_text='Where: for example ["body", "to_number"].')
    msg = serializers.CharField()
    type = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457; `code` is a stable word, `detail` a sentence for a person."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = InputErrorSerializer(many=True, required=False)  # type: ignore[assignment]


_SENTENCES = {
    400: "A parameter or the body cannot be read.",
    401: "Nobody is logged in, or the token or key is not good (any more).",
    403: "The role or the key's scopes lack the right, or the CSRF token is missing.",
    404: "There is no such thing in the organization.",
    409: "The state of things forbids it; `code` says which.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Something in the request is not valid; `errors` says what.",
    429: "Too many; `Retry-After` says in how many seconds.",
    503: "The service is not available to this organization.",
}

_HEADERS = {
    "401": {
        "WWW-Authenticate": {
            "schema": {"type": "string"},
            "description": "How one may come (RFC 9110).",
            "required": True,
        }
    },
    "429": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds.", "required": True}},
}

ID = OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters. The same key and body give the first answer again for 24 hours.",
)
PAGE_PARAMETERS = [
    OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 20}),
]


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Return the error answers of an operation for its schema, beside those that `ApiSchema` adds."""
    return public_problems(*statuses, 401, 403)


def public_problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Return the error answers of an operation that asks for no credentials, beside those that `ApiSchema` adds."""
    return {
        (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, description=_SENTENCES[status])
        for status in statuses
    }


class ApiSchema(AutoSchema):
    """Describes an operation, with every error that any operation of its kind may answer.

    A view says only what is its own (`problems(409, 503)`); a new endpoint gets the rest right by itself.
    """

    def get_operation(self, path: str, *args: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(path, *args)
        if operation is None:
            return None
        answers = operation["responses"]
        for (status, media_type), problem in public_problems(*self._usual(operation)).items():
            if str(status) not in answers:
                answers[str(status)] = self._get_response_for_code(problem, str(status), [media_type])  # type: ignore[no-untyped-call]
        for status, headers in _HEADERS.items():
            if status in answers:
                answers[status].setdefault("headers", headers)
        operation["responses"] = dict(sorted(answers.items()))
        return operation

    def _usual(self, operation: dict[str, Any]) -> set[int]:
        given = {(parameter["in"], parameter["name"]) for parameter in operation.get("parameters", ())}
        places = {place for place, _name in given}
        usual = {400, 429}
        if getattr(self.view, "access", None) is not Access.PUBLIC:
            usual |= {401, 403}
        if "path" in places:
            usual.add(404)
        if self.method in {"POST", "PUT", "PATCH"}:
            usual |= {413, 415, 422}
        if "query" in places:
            usual.add(422)
        if ("header", "Idempotency-Key") in given:
            usual |= {409, 422}
        return usual
