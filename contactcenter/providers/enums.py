"""Our words for what the carriers say. Their own words stop in this package."""

from enum import StrEnum

__all__ = [
    "ContactEffect",
    "DeliveryStatus",
    "Failover",
    "Nature",
    "OptOut",
    "Phase",
    "ProviderName",
    "Retry",
    "Taxonomy",
]


class ProviderName(StrEnum):
    TWILIO = "TWILIO"
    TELNYX = "TELNYX"


class DeliveryStatus(StrEnum):
    SCHEDULED = "scheduled"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"


class OptOut(StrEnum):
    """The provider's own verdict about an inbound keyword."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


class Taxonomy(StrEnum):
    """Failure classes of one attempt, and two that are only shown: OPTED_OUT and UNKNOWN_OUTCOME."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    AUTH_ERROR = "AUTH_ERROR"
    RATE_LIMITED = "RATE_LIMITED"
    PROVIDER_ERROR = "PROVIDER_ERROR"
    TIMEOUT = "TIMEOUT"
    FINAL_FAILURE = "FINAL_FAILURE"
    OPTED_OUT = "OPTED_OUT"
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME"


class Nature(StrEnum):
    PERMANENT = "permanent"
    TRANSIENT = "transient"
    CONFIG = "config"  # somebody must change an account setting
    AMBIGUOUS = "ambiguous"  # the message may have been accepted: outranks every other column


class Retry(StrEnum):
    """At the same provider. KEY (same idempotency key and bytes) counts as NO while keys are not sent."""

    NO = "no"
    BACKOFF = "backoff"
    LATER = "later"  # hours
    FIX = "fix"  # after a person fixed the cause
    KEY = "key"


class Failover(StrEnum):
    """To the other provider. CONDITIONAL counts as NO unless the caller can check the condition."""

    NO = "no"
    YES = "yes"
    CONDITIONAL = "cond"


class ContactEffect(StrEnum):
    """What the failure says about the recipient's number."""

    NONE = "-"
    INVALID = "invalid"
    NO_SMS = "no_sms"
    OPTED_OUT = "opted_out"
    SOFT = "soft"  # count: unreachable after several
    BLOCKED_BY_POLICY = "blocked_by_policy"  # this text or sender was blocked, the number is not bad


class Phase(StrEnum):
    API = "api"  # answer to our request
    DLR = "dlr"  # status webhook
    API_DLR = "api/dlr"
    VOICE = "voice"
