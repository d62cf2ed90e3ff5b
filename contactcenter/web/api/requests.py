"""A request to the API: who calls, for which organization, with which JSON object."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from contactcenter.core.models import Organization, User
from contactcenter.web.api.errors import invalid_input
from contactcenter.web.api.negotiation import JsonOnly
from contactcenter.web.api.parsers import StrictJSONParser, strict_json


class ApiRequest(Request):
    """A request whose caller belongs to `org`, the only organization that the endpoint may read or write."""

    org: Organization
    user: User

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body: one JSON object. Raises 400 (not JSON, empty), 413, 415, or a 422 that names the part.

        Read here and not by `Request.data`, which takes a body in chunks (no length, under ASGI) for none.
        """
        if JsonOnly().select_parser(self, [StrictJSONParser()]) is None:
            raise UnsupportedMediaType(self.content_type or "")
        data = strict_json(self.raw)
        if not isinstance(data, dict):
            raise invalid_input(("body",), _("The body must be a JSON object."), "object_expected")
        return data

    @property
    def optional_json(self) -> dict[str, Any]:
        """The body of an endpoint that needs none: an empty one says as much as an object without names.

        So does a form without fields, which some clients send with every POST.
        """
        if self._is_form_without_fields:
            return {}
        has_none = self._stated_length in {"", "0"} and not self.raw
        return {} if has_none else self.json

    @property
    def _is_form_without_fields(self) -> bool:
        kind = (self.content_type or "").partition(";")[0].strip().lower()
        # Django reads it, as it did already where a session's CSRF token was looked for.
        return kind == "multipart/form-data" and not self._request.POST and not self._request.FILES

    @property
    def _stated_length(self) -> str:
        return self.META.get("CONTENT_LENGTH") or ""

    @cached_property
    def raw(self) -> bytes:
        """The body as it came. Raises 413."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        stated = self._stated_length
        if stated.isdigit() and int(stated) > limit:
            raise RequestDataTooBig
        raw: bytes = self._request.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig
        return raw
