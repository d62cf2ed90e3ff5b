"""The words of a text's life (design: "a text always ends in a state a person can read")."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    INBOUND = "inbound", _("inbound")
    OUTBOUND = "outbound", _("outbound")


class MessageStatus(models.TextChoices):
    """Every state of a message. `claimed` is internal and shown as queued; `received` is for inbound ones."""

    SCHEDULED = "scheduled", _("scheduled")
    BLOCKED = "blocked", _("blocked")
    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("queued")
    SENDING = "sending", _("sending")
    UNCERTAIN = "uncertain", _("uncertain")
    HELD = "held", _("held")
    ACCEPTED = "accepted", _("accepted")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    UNDELIVERED = "undelivered", _("undelivered")
    FAILED = "failed", _("failed")
    READ = "read", _("read")
    CANCELED = "canceled", _("canceled")
    EXPIRED = "expired", _("expired")
    RECEIVED = "received", _("received")


# Status only moves to a higher rank. The end states that never dialled rank above everything, so nothing leaves them.
RANK: dict[str, int] = {
    MessageStatus.SCHEDULED: 0,
    MessageStatus.QUEUED: 0,
    MessageStatus.CLAIMED: 0,
    MessageStatus.SENDING: 0,
    MessageStatus.UNCERTAIN: 0,
    MessageStatus.HELD: 0,
    MessageStatus.ACCEPTED: 10,
    MessageStatus.SENT: 20,
    MessageStatus.DELIVERED: 30,
    MessageStatus.UNDELIVERED: 30,
    MessageStatus.FAILED: 30,
    MessageStatus.READ: 40,
    MessageStatus.BLOCKED: 90,
    MessageStatus.CANCELED: 90,
    MessageStatus.EXPIRED: 90,
    MessageStatus.RECEIVED: 90,
}
FINAL = frozenset(
    {
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.READ,
        MessageStatus.BLOCKED,
        MessageStatus.CANCELED,
        MessageStatus.EXPIRED,
        MessageStatus.RECEIVED,
    }
)


def shown_status(status: str) -> str:
    """Return the word for the outside: a lease is nobody's business."""
    return MessageStatus.QUEUED.value if status == MessageStatus.CLAIMED else status


class MessageClass(models.TextChoices):
    """What a text is for. Decides what goes first and what a machine may do about a doubt."""

    CODE = "code", _("one-time code")
    REPLY = "reply", _("an agent's text")
    NOTICE = "notice", _("notice of a program")
    AUTOMATIC = "automatic", _("automatic answer")
    BULK = "bulk", _("bulk text")


# What goes first when several wait.
URGENCY = (
    MessageClass.CODE,
    MessageClass.REPLY,
    MessageClass.AUTOMATIC,
    MessageClass.NOTICE,
    MessageClass.BULK,
)


class HoldReason(models.TextChoices):
    """Why a text waits for a person."""

    UNCERTAIN = "uncertain", _("nobody knows whether it arrived")
    RESTORED = "restored", _("the database was restored from a backup")
    SPENDING = "spending", _("the spending limit is reached")


class AttemptState(models.TextChoices):
    """What we know of one POST to a provider."""

    SUBMITTING = "submitting", _("submitting")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    NOT_SENT = "not_sent", _("not sent")
    UNKNOWN = "unknown", _("unknown")
    # The provider took it and reported later that it did not arrive, and the text went to another account.
    RETURNED = "returned", _("returned undelivered")


class RerouteKind(models.TextChoices):
    """Why a text changed its account. Only the first two are failovers: an attempt had been made."""

    REFUSED = "refused", _("the provider certainly did not take it")
    RETURNED = "returned", _("the provider reported that it did not arrive")
    CIRCUIT = "circuit", _("the account was not in use")
    FILES = "files", _("its files can go through this account only")


class AlarmKind(models.TextChoices):
    """What a person has to know."""

    DELIVERED_TWICE = (
        "delivered_twice",
        _("The first provider reported a delivery after the text had gone to the second: it may have arrived twice."),
    )


class ConversationState(models.TextChoices):
    """Where a conversation stands: to be answered, waiting for somebody, put off until a time or an answer, done."""

    OPEN = "open", _("open")
    PENDING = "pending", _("pending")
    SNOOZED = "snoozed", _("snoozed")
    RESOLVED = "resolved", _("resolved")


class Priority(models.IntegerChoices):
    """How urgent a conversation is."""

    LOW = -1, _("low")
    NORMAL = 0, pgettext_lazy("priority", "normal")
    HIGH = 1, _("high")
    URGENT = 2, _("urgent")


class ConversationEventKind(models.TextChoices):
    """What happened to a conversation beside its texts."""

    ASSIGNED = "assigned", _("assigned")
    UNASSIGNED = "unassigned", _("handed back")
    TEAM = "team", _("given to a team")
    NO_TEAM = "no_team", _("taken from its team")
    STATE = "state", _("state changed")
    REOPENED = "reopened", _("reopened by a text")
    WOKEN = "woken", _("snooze ended")
    PRIORITY = "priority", _("priority changed")
    LABELED = "labeled", _("label added")
    UNLABELED = "unlabeled", _("label removed")
    MERGED = "merged", _("contact merged")
    OPTED_OUT = "opted_out", _("opted out")
    OPTED_IN = "opted_in", _("opted in")


class Encoding(models.TextChoices):
    GSM7 = "GSM-7", "GSM-7"
    UCS2 = "UCS-2", "UCS-2"


class ErrorCode(models.TextChoices):
    """Failure codes of the API contract, each with the sentence that an agent reads."""

    VALIDATION_ERROR = (
        "VALIDATION_ERROR",
        _("The provider refused the number or the text. Check both and send again."),
    )
    AUTH_ERROR = "AUTH_ERROR", _("The provider account does not let us in. Tell an administrator.")
    RATE_LIMITED = "RATE_LIMITED", _("Too many texts at once. Wait a little and send again.")
    PROVIDER_ERROR = "PROVIDER_ERROR", _("The provider could not take the text. Try again later.")
    TIMEOUT = "TIMEOUT", _("The provider did not answer in time.")
    RETRYING = "RETRYING", _("Not sent yet: we try again by ourselves.")
    FINAL_FAILURE = "FINAL_FAILURE", _("The text could not be delivered to this phone.")
    OPTED_OUT = (
        "OPTED_OUT",
        _("This person asked not to get texts. Only they can allow it again, by texting START."),
    )
    QUIET_HOURS = "QUIET_HOURS", _("Held back by quiet hours.")
    UNKNOWN_OUTCOME = (
        "UNKNOWN_OUTCOME",
        _("We do not know whether this arrived. Ask the person before you send it again."),
    )


class MediaState(models.TextChoices):
    PENDING = "pending", _("being fetched")
    STORED = "stored", _("stored")
    FAILED = "failed", _("could not be fetched")


class ConsentState(models.TextChoices):
    OPTED_OUT = "opted_out", _("opted out")
    OPTED_IN = "opted_in", _("opted in")


class ConsentSource(models.TextChoices):
    KEYWORD = "keyword", _("the person's own word")
    PROVIDER = "provider", _("the provider's report")
    AGENT = "agent", _("an agent")
    PROOF = "proof", _("a proof that a supervisor has seen")


class ConsentFlag(models.TextChoices):
    """What became of a sentence that may be an opt-out."""

    OPEN = "open", _("may be an opt-out")
    OBEYED = "obeyed", _("was an opt-out")
    DISMISSED = "dismissed", _("was no opt-out")


class CostSource(models.TextChoices):
    """Where a cost was learnt: said when the text was accepted, or billed; or that no bill came within days."""

    ESTIMATED = "estimated", _("estimate")
    FINAL = "final", _("billed")
    UNAVAILABLE = "unavailable", _("never billed")


class BudgetAction(models.TextChoices):
    """What becomes of texts once the budget of a month is spent."""

    STOP = "stop", _("refuse further texts")
    HOLD = "hold", _("hold further texts until an administrator releases them")


class ReceiptKind(models.TextChoices):
    """What a stored webhook is about, so that a worker finds its own."""

    STATUS = "sms-status", _("report on a text")
    INBOUND = "sms-inbound", _("text from outside")


class Difference(models.TextChoices):
    """How the provider's books disagree with ours about a text."""

    OURS_NOT_THEIRS = "ours_not_theirs", _("ours, not theirs")
    THEIRS_NOT_OURS = "theirs_not_ours", _("theirs, not ours")
    STATUS = "status", _("another status")
    PRICE = "price", _("another price")
