"""Failures: what a code means, how it is shown, and the exceptions of this package."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import cast

from contactcenter.providers.enums import (
    ContactEffect,
    Failover,
    Nature,
    Phase,
    ProviderName,
    Retry,
    Taxonomy,
)
from contactcenter.providers.text import scrub

__all__ = [
    "AMBIGUOUS_STATUSES",
    "CONNECT_FAILED",
    "READ_TIMEOUT",
    "RESET_OR_GARBAGE",
    "UNUSABLE_CREDENTIALS",
    "CodeFacts",
    "ContactEffect",
    "Failover",
    "InstructionsTooLong",
    "MalformedWebhook",
    "MediaRefused",
    "Nature",
    "Phase",
    "ProviderError",
    "ProviderUnavailable",
    "Retry",
    "Taxonomy",
    "UnsupportedChannel",
    "describe",
    "lookup",
    "table_of",
]

# Our own codes beside the providers': they say what the wire did.
CONNECT_FAILED = "connect_failed"
READ_TIMEOUT = "read_timeout"
RESET_OR_GARBAGE = "reset_or_garbage"
UNUSABLE_CREDENTIALS = "unusable_credentials"

# 4xx answers after which the message may nevertheless have been taken.
AMBIGUOUS_STATUSES = frozenset({408, 409})


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """One row of a provider's table; `taxonomy` is the class of the failed attempt, not yet the shown one."""

    taxonomy: Taxonomy
    nature: Nature
    retry: Retry
    failover: Failover
    contact: ContactEffect
    phase: Phase
    title: str = ""

    @property
    def may_fail_over(self) -> bool:
        """True only when the table says yes without a condition and the outcome is certain."""
        return self.failover is Failover.YES and self.nature is not Nature.AMBIGUOUS

    @property
    def shown(self) -> Taxonomy:
        """The failure code people and API clients see."""
        if self.contact is ContactEffect.OPTED_OUT:
            return Taxonomy.OPTED_OUT
        return Taxonomy.UNKNOWN_OUTCOME if self.nature is Nature.AMBIGUOUS else self.taxonomy

    def as_ambiguous(self) -> "CodeFacts":
        """The same failure when the way it reached us leaves open whether the message was accepted."""
        if self.nature is Nature.AMBIGUOUS:
            return self
        return replace(self, nature=Nature.AMBIGUOUS, retry=Retry.NO, failover=Failover.NO, contact=ContactEffect.NONE)


@dataclass(frozen=True, slots=True)
class ProviderError:
    """Why an attempt failed. Safe to log: the title holds no numbers, bodies or secrets.

    `code` is the provider's own code as a string, or one of ours (`connect_failed`, `read_timeout`, …).
    """

    taxonomy: Taxonomy
    code: str
    http_status: int | None
    title: str
    facts: CodeFacts


class ProviderUnavailable(Exception):
    """The provider could not be asked, or answered nonsense; `error` says why. Ask again later."""

    def __init__(self, error: ProviderError) -> None:
        super().__init__(f"{error.code}: {error.title}")
        self.error = error


class MalformedWebhook(ValueError):
    """The body is no webhook of this provider: not form or JSON, or without its identifiers."""


class MediaRefused(ValueError):
    """The media address does not belong to the provider, so nothing is fetched from it."""


class UnsupportedChannel(ValueError):
    """The provider cannot carry this channel through its SMS endpoint."""


class InstructionsTooLong(ValueError):
    """What a call should do does not fit into one request of the provider: say less, or in more steps."""


def _facts(
    taxonomy: Taxonomy,
    nature: Nature,
    *,
    retry: Retry = Retry.NO,
    failover: Failover = Failover.NO,
    phase: Phase = Phase.API,
    title: str = "",
) -> CodeFacts:
    return CodeFacts(taxonomy, nature, retry, failover, ContactEffect.NONE, phase, title)


_UNUSABLE = _facts(
    Taxonomy.AUTH_ERROR,
    Nature.CONFIG,
    retry=Retry.FIX,
    failover=Failover.YES,
    title="Credentials are missing or not usable",
)
_INVALID = _facts(Taxonomy.VALIDATION_ERROR, Nature.PERMANENT)
_DENIED = _facts(Taxonomy.AUTH_ERROR, Nature.CONFIG, retry=Retry.FIX, failover=Failover.YES)
_TOO_FAST = _facts(Taxonomy.RATE_LIMITED, Nature.TRANSIENT, retry=Retry.BACKOFF)
_UNCLEAR = _facts(Taxonomy.PROVIDER_ERROR, Nature.AMBIGUOUS)
_UNDELIVERABLE = _facts(Taxonomy.FINAL_FAILURE, Nature.PERMANENT, phase=Phase.DLR)

_BY_STATUS: Mapping[int, CodeFacts] = {401: _DENIED, 403: _DENIED, 429: _TOO_FAST}


@cache
def table_of(provider: ProviderName) -> Mapping[str, CodeFacts]:
    """Return all that we know of a provider's codes."""
    # Imported by name: the tables themselves need CodeFacts from this module.
    module = import_module(f"contactcenter.providers.{provider.value.lower()}.codes")
    return cast(Mapping[str, CodeFacts], module.CODES)


def lookup(provider: ProviderName, code: object, http_status: int | None, phase: Phase) -> CodeFacts:
    """Facts about a code, whatever the phase it is known from; unknown codes are judged by HTTP status.

    An unknown code of a status webhook is a final failure without failover: the provider has given up.
    """
    if code == UNUSABLE_CREDENTIALS:
        return _UNUSABLE
    known = table_of(provider).get(str(code))
    if known is not None:
        return known
    if phase is Phase.DLR:
        return _UNDELIVERABLE
    if http_status is None or not 400 <= http_status < 500 or http_status in AMBIGUOUS_STATUSES:
        return _UNCLEAR
    return _BY_STATUS.get(http_status, _INVALID)


def describe(
    provider: ProviderName,
    code: object,
    *,
    http_status: int | None = None,
    phase: Phase = Phase.API,
    said: object = "",
    certain: bool = True,
) -> ProviderError:
    """Build the error of a code. `said` is the provider's sentence, used (scrubbed) when we have no title.

    `certain=False` marks failures after which the message may have been accepted, whatever the code says.
    """
    facts = lookup(provider, code, http_status, phase)
    if not certain:
        facts = facts.as_ambiguous()
    name = scrub(str(code))[:40]
    return ProviderError(facts.shown, name, http_status, facts.title or scrub(said) or name, facts)
