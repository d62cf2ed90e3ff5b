"""Why a text is not accepted: one named error each, with the failure code that the outside knows it by."""

from typing import ClassVar

from contactcenter.providers.mms import Problem
from sms.enums import ErrorCode


class Refusal(Exception):
    """A text that is not accepted, and of which nothing is stored. Expected: shown with what to do about it."""

    code: ClassVar[ErrorCode] = ErrorCode.VALIDATION_ERROR


class EmptyMessage(Refusal):
    """There is nothing to send."""


class MessageTooLong(Refusal):
    """More than 1600 characters or 10 segments."""


class UnknownFile(Refusal):
    """A file to send with it is not the organization's, or was forgotten because nobody sent it for a day."""


class FilesNotCarried(Refusal):
    """No account that could send the text takes its files; `problem` says why not."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.misfit.value)
        self.problem = problem


class UnknownSender(Refusal):
    """The sender is not an active number of the organization."""


class IdempotencyConflict(Refusal):
    """The idempotency key was used for another text."""


class NoSender(Refusal):
    """The organization has no active number to send from."""

    code = ErrorCode.PROVIDER_ERROR


class ContactOptedOut(Refusal):
    """The person asked not to be texted."""

    code = ErrorCode.OPTED_OUT


class SendTimePassed(Refusal):
    """It was to go at a time that has passed."""


class SendTimeTooFar(Refusal):
    """It was to go in more than a year."""


class OtherProviderOnly(Refusal):
    """The person took an opt-out back at another provider than this sender's; this one may block them still."""


class CountryNotAllowed(Refusal):
    """The organization does not send to the number's country."""


class NumberCannotReceive(Refusal):
    """The providers said for certain that no text can reach this number: it does not exist, or is a landline."""


class TooFast(Refusal):
    """A limit is reached; `retry_after` says in how many whole seconds the next text may go."""

    code = ErrorCode.RATE_LIMITED

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many texts at once")
        self.retry_after = retry_after


class QuotaExceeded(TooFast):
    """The organization's limit of texts in an hour or a day is reached."""


class DestinationTooBusy(TooFast):
    """One number, or one range of numbers, gets more texts than anybody sends for a good reason (toll fraud)."""


class SenderResting(TooFast):
    """The sender takes no texts for a while, because too many of them failed because of it."""


class BudgetSpent(Refusal):
    """The organization's budget for the month is spent, and it wants to stop then."""

    code = ErrorCode.RATE_LIMITED
