"""What operators learn of a text when it comes in: a line that ties it to its request, or a count of why not."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from contactcenter.core import tallies
from sms.models import Message
from sms.refusals import Refusal

logger = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")


def told(accept: Callable[Arguments, Message]) -> Callable[Arguments, Message]:
    """Tell of every text that `accept` takes or refuses. What comes later has its id, and not that of the request."""

    @wraps(accept)
    def accepting(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Message:
        try:
            message = accept(*args, **kwargs)
        except Refusal as refusal:
            tallies.TEXTS_REFUSED.add(type(refusal).__name__)
            raise
        ids = {"message_id": str(message.pk), "organization_id": str(message.organization_id)}
        logger.info("text accepted: %s", message.status, extra=ids)
        return message

    return accepting
