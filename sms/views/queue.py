"""The figures of the queue for operators and their monitoring, with a token and without a session."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from contactcenter.web.access import operator_page
from sms import queue_status

logger = logging.getLogger(__name__)


@operator_page
@require_safe
def queue(_request: HttpRequest) -> JsonResponse:
    """Answer the figures of the whole installation; 503 while the database is away."""
    try:
        response = JsonResponse(queue_status.of(None).as_json())
    except DatabaseError:
        logger.warning("the figures of the queue cannot be had: the database is away")
        response = JsonResponse({"status": "unavailable"}, status=503)
    response["Cache-Control"] = "no-store"
    return response
