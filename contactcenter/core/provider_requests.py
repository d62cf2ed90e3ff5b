"""Measuring what providers answer, in the words that texts and calls share."""

import time
from collections.abc import Callable
from typing import TypeVar

from contactcenter.core import tallies
from contactcenter.providers.base import ProviderName, Refused, Unknown

Outcome = TypeVar("Outcome")


def measured(provider: ProviderName, channel: str, request: Callable[[], Outcome]) -> Outcome:
    """Make one request and count how long it took and what came of it. `channel`: sms or voice."""
    began = time.monotonic()
    outcome = request()
    error = outcome.error.taxonomy.value if isinstance(outcome, Refused | Unknown) else ""
    word = "unknown" if isinstance(outcome, Unknown) else "refused" if error else "accepted"
    tallies.PROVIDER_REQUESTS.observe(time.monotonic() - began, provider.value, channel, word, error)
    return outcome
