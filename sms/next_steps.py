"""What a failure leads to: the decision table of texts, without a database.

Source of the rules: the table of codes in `contactcenter.providers` and docs/decisions/0016.
"""

from enum import StrEnum

from contactcenter.providers.base import ProviderError
from contactcenter.providers.enums import ContactEffect, Failover, Nature, Phase, Retry, Taxonomy
from contactcenter.providers.errors import CodeFacts

# Seconds after the n-th definite refusal; the provider's own Retry-After wins when it is longer.
BACKOFF = (2, 10, 60, 300, 900, 3600)
# The least pause in seconds, by what the error table says of a repeat at the same provider.
PAUSES = {Retry.BACKOFF: 0.0, Retry.LATER: 3600.0}
# A provider that is only too busy is given this many seconds in all before the other one gets the text.
PATIENCE = 12.0


class Step(StrEnum):
    """What happens to a text next."""

    RETRY = "retry"
    FAIL_OVER = "fail_over"
    END = "end"


def may_fail_over(error: ProviderError) -> bool:
    """Whether an answer allows another provider: certain, unconditionally allowed, and not the recipient's doing."""
    return _allows(error.facts) and error.facts.phase is not Phase.VOICE


def may_fail_over_after_report(error: ProviderError) -> bool:
    """Whether a report of non-delivery allows another provider: only codes that are known as reports do."""
    return _allows(error.facts) and error.facts.phase in (Phase.DLR, Phase.API_DLR)


def _allows(facts: CodeFacts) -> bool:
    # A doubt outranks every other column; a condition that nobody can check counts as no.
    is_ours = facts.contact in (ContactEffect.NONE, ContactEffect.SOFT)
    return facts.nature is not Nature.AMBIGUOUS and facts.failover is Failover.YES and is_ours


def pause_after(error: ProviderError, *, retries: int, retry_after: float | None) -> float | None:
    """Return the seconds until the next try at the same provider, None when there is none (any more)."""
    if error.facts.retry not in PAUSES or error.facts.nature is Nature.AMBIGUOUS or retries >= len(BACKOFF):
        return None
    return max(float(BACKOFF[retries]), PAUSES[error.facts.retry], retry_after or 0.0)


def next_step(error: ProviderError, *, retries: int, retry_after: float | None, has_route: bool) -> Step:
    """Decide about a text after a certain refusal. `has_route`: another account could send it, and may.

    A provider that is only too busy (RATE_LIMITED) gets the pauses that fit into `PATIENCE`; any other failure with a
    way around goes that way at once, because a pause would not mend it, or not soon.
    """
    pause = pause_after(error, retries=retries, retry_after=retry_after)
    if has_route and may_fail_over(error):
        is_only_busy = error.facts.taxonomy is Taxonomy.RATE_LIMITED
        if not (is_only_busy and pause is not None and pause <= PATIENCE):
            return Step.FAIL_OVER
    return Step.END if pause is None else Step.RETRY
