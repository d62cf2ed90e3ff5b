"""Writing twice: the first answer is given again, and nothing is done again.

The deed and the remembered answer are one transaction: either both exist or neither, so a process that is killed midway
leaves nothing behind, neither a text nor a key that is blocked for ever. While the deed runs its transaction holds an
advisory lock on the key, which PostgreSQL releases whatever becomes of the process.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from contactcenter.core.models import IdempotencyKey, Organization
from contactcenter.web.api.errors import Problem, invalid_input
from contactcenter.web.api.requests import ApiRequest

KEPT = timedelta(hours=24)
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}\Z")
_LOCK_SEED = 7302

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Let a `post` of an ApiView obey Idempotency-Key. Errors are raised, so only what succeeded is remembered."""

    @wraps(handler)
    def guarded(view: Any, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        if "Idempotency-Key" not in request.headers:
            return handler(view, request, *args, **kwargs)
        key = _key_of(request)
        with transaction.atomic():
            _lock(request.org, key)
            fingerprint = _fingerprint(request)
            if remembered := _remembered(request.org, key, fingerprint):
                return remembered
            response = handler(view, request, *args, **kwargs)
            _remember(request.org, key, fingerprint, response)
        return response

    return guarded


def _key_of(request: ApiRequest) -> str:
    key = request.headers["Idempotency-Key"].strip(" \t")
    if not _VISIBLE_ASCII.match(key):
        raise invalid_input(
            ("header", "Idempotency-Key"), _("This must be 1 to 255 visible ASCII characters."), "invalid"
        )
    return key


def _lock(org: Organization, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [f"{org.pk} {key}", _LOCK_SEED])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise Problem(409, "IDEMPOTENCY_KEY_IN_USE", _("The first request with this key is still running."))


def _fingerprint(request: ApiRequest) -> str:
    content = json.dumps([request.method, request.path.rstrip("/"), request.optional_json], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _remembered(org: Organization, key: str, fingerprint: str) -> Response | None:
    row = IdempotencyKey.objects.filter(organization=org, key=key).first()
    if row is None:
        return None
    if row.created_at < timezone.now() - KEPT:
        row.delete()
        return None
    if row.fingerprint != fingerprint or row.answer is None:
        raise invalid_input(
            ("header", "Idempotency-Key"), _("This key was used for another request."), "idempotency_conflict"
        )
    # The answer is kept as text, because jsonb would give its names back in another order.
    return Response(json.loads(row.answer), status=row.status, headers={"Idempotency-Replayed": "true"})


def _remember(org: Organization, key: str, fingerprint: str, response: Response) -> None:
    answer = JSONRenderer().render(response.data).decode()
    IdempotencyKey.objects.create(
        organization=org, key=key, fingerprint=fingerprint, status=response.status_code, answer=answer
    )
