"""What people read about a failure: what happened, and what they can do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sms.causes import Cause, cause_of
from sms.enums import ErrorCode


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, and what to do next; translated when it is shown."""

    sentence: str | Promise
    advice: str | Promise

    def __str__(self) -> str:
        return f"{self.sentence} {self.advice}"


_TELL_ADMINISTRATOR = _("Tell an administrator.")
_LATER = _("Try again later.")
_ASK_NUMBER = _("Check the number with the person.")
_ASK_BEFORE_RESENDING = _("Ask the person before you send it again.")

CAUSES: Mapping[Cause, Explanation] = {
    Cause.ACCOUNT_REFUSED: Explanation(_("The provider account does not let us in."), _TELL_ADMINISTRATOR),
    Cause.ACCOUNT_CLOSED: Explanation(
        _("The provider account is not in use, or is suspended."),
        _("Tell an administrator, who can settle it with the provider."),
    ),
    Cause.CREDIT_USED_UP: Explanation(
        _("The credit at the provider is used up."), _("Tell an administrator, who can add credit.")
    ),
    Cause.TEST_ACCOUNT: Explanation(
        _("The provider account is only for testing."), _("Tell an administrator, who can enter the real account.")
    ),
    Cause.MALFORMED: Explanation(_("The provider did not understand what we asked for."), _TELL_ADMINISTRATOR),
    Cause.NO_RECIPIENT: Explanation(_("It was not said to whom this goes."), _("Choose the recipient again.")),
    Cause.NOTHING_TO_SEND: Explanation(_("The text was empty."), _("Write something and send it again.")),
    Cause.ALREADY_CHANGED: Explanation(
        _("It was too late to change this text."), _("Look at its state; nothing else is needed.")
    ),
    Cause.TOO_FAST: Explanation(
        _("Too many texts were sent at once."), _("Wait a few minutes before you send more from this number.")
    ),
    Cause.DAILY_LIMIT: Explanation(
        _("The phone companies take no more texts from this sender for now."),
        _("Send it tomorrow, or from another number."),
    ),
    Cause.ACCOUNT_LIMIT: Explanation(
        _("The provider account has reached its limit."), _("Tell an administrator, who can have the limit raised.")
    ),
    Cause.SPENDING_LIMIT: Explanation(
        _("The spending limit at the provider is reached."), _("Tell an administrator, who can raise it there.")
    ),
    Cause.IN_DOUBT: Explanation(_("We do not know whether this arrived."), _ASK_BEFORE_RESENDING),
    Cause.NO_REPORT: Explanation(_("Nobody reported whether this arrived."), _ASK_BEFORE_RESENDING),
    Cause.NOT_CONNECTED: Explanation(
        _("The provider could not be reached, so nothing was sent."), _("Try again in a few minutes.")
    ),
    Cause.BAD_ATTACHMENT: Explanation(
        _("The attachment is too big, or cannot be sent to this phone."),
        _("Send a smaller one, or a link to it in a text."),
    ),
    Cause.BAD_TEXT: Explanation(
        _("The text holds something that phones cannot show."), _("Write it again with plain characters.")
    ),
    Cause.TOO_LONG: Explanation(_("The text is too long."), _("Shorten it, or send it in two.")),
    Cause.NOT_IN_USE: Explanation(_("This number does not exist, or is not in use."), _ASK_NUMBER),
    Cause.CANNOT_RECEIVE: Explanation(
        _("This number cannot get texts; it may be a landline."), _("Call instead, or ask for a mobile number.")
    ),
    Cause.OWN_NUMBER: Explanation(
        _("The recipient is the number that the text was sent from."), _("Choose another recipient.")
    ),
    Cause.COUNTRY_CLOSED: Explanation(
        _("The provider account may not reach this country."), _("Tell an administrator, who can allow the country.")
    ),
    Cause.BAD_SENDER: Explanation(
        _("This sender cannot be used for this recipient."),
        _("Send it from another number, and tell an administrator."),
    ),
    Cause.SENDER_UNREGISTERED: Explanation(
        _("The phone companies do not know this sender yet: it must be registered first."),
        _("Send it from another number, and ask an administrator to register this one."),
    ),
    Cause.SENDER_DISTRUSTED: Explanation(
        _("The phone companies do not trust this sender any more."),
        _("Do not send from this number, and tell an administrator."),
    ),
    Cause.SENDER_RESTING: Explanation(
        _("This sender cannot be used for the moment."), _("Try again in an hour, or send it from another number.")
    ),
    Cause.OPTED_OUT: Explanation(
        _("This person asked not to get texts."), _("Only they can allow it again, by texting START.")
    ),
    Cause.NO_WAY: Explanation(_("This person cannot be reached from this sender."), _("Try it from another number.")),
    Cause.WRONG_KIND: Explanation(
        _("This phone cannot get this kind of message."), _("Send a text without attachments.")
    ),
    Cause.PHONE_OFF: Explanation(_("The phone is off or has no signal."), _("Try again in a few hours, or call.")),
    Cause.REJECTED: Explanation(
        _("The text was turned away at the recipient's end."), _("Reach the person in another way.")
    ),
    Cause.SPAM: Explanation(
        _("The text was taken for spam and not delivered."),
        _("Do not send it again as it is: write it differently, without links."),
    ),
    Cause.FRAUD: Explanation(
        _("The text was stopped on suspicion of fraud."), _("Do not send it again, and tell an administrator.")
    ),
    Cause.NETWORK_BUSY: Explanation(_("The phone company's network is overloaded."), _LATER),
    Cause.UNKNOWN_TO_NETWORK: Explanation(
        _("The phone company did not deliver this and does not say why."),
        _("Try again later, or reach the person in another way."),
    ),
    Cause.EXPIRED: Explanation(_("The text could not be delivered in time."), _("Send it again if it still matters.")),
    Cause.NO_CHAT: Explanation(_("This person does not use the chat app."), _("Send a text instead.")),
    Cause.CHAT_CLOSED: Explanation(
        _("The person last wrote in the chat app too long ago for a free answer."),
        _("Send a text, or wait until they write."),
    ),
    Cause.ROBOTS: Explanation(
        _("Two machines were answering each other, so this was stopped."),
        _("Tell an administrator to turn the automatic answer off."),
    ),
    Cause.LINES_FULL: Explanation(_("All lines of the account are taken."), _("Call again in a few minutes.")),
    Cause.CALL_BLOCKED: Explanation(_("Calls to this number are blocked."), _("Send a text instead of calling.")),
    Cause.CALL_OVER: Explanation(_("The call is over."), _("Call again if you were not done.")),
    Cause.CALL_NOT_READY: Explanation(_("The call was not answered yet."), _("Wait until it is, then try again.")),
    Cause.CALL_UNGUIDED: Explanation(
        _("The provider could not ask us what to do with the call."), _("Call again, and tell an administrator.")
    ),
}
CLASSES: Mapping[ErrorCode, Explanation] = {
    ErrorCode.VALIDATION_ERROR: Explanation(
        _("The provider refused the number or the text."), _("Check both and send again.")
    ),
    ErrorCode.AUTH_ERROR: CAUSES[Cause.ACCOUNT_REFUSED],
    ErrorCode.RATE_LIMITED: CAUSES[Cause.TOO_FAST],
    ErrorCode.PROVIDER_ERROR: Explanation(_("The provider could not take the text."), _LATER),
    ErrorCode.TIMEOUT: Explanation(_("The provider did not answer in time."), _ASK_BEFORE_RESENDING),
    ErrorCode.RETRYING: Explanation(_("Not sent yet."), _("We try again by ourselves.")),
    ErrorCode.FINAL_FAILURE: Explanation(
        _("The text could not be delivered to this phone."), _("Check the number, or reach the person in another way.")
    ),
    ErrorCode.OPTED_OUT: CAUSES[Cause.OPTED_OUT],
    ErrorCode.QUIET_HOURS: Explanation(_("Held back by quiet hours."), _("It goes by itself when they are over.")),
    ErrorCode.UNKNOWN_OUTCOME: CAUSES[Cause.IN_DOUBT],
}
# What is true of the text as a whole outranks why its last attempt failed.
_CLASS_DECIDES = frozenset({ErrorCode.OPTED_OUT, ErrorCode.QUIET_HOURS, ErrorCode.UNKNOWN_OUTCOME})


def explain(provider: str, provider_error_code: str, error_code: str) -> Explanation | None:
    """Return what to tell people about a failure; None where nothing failed.

    A code that we do not know is judged by its class (`error_code`). A text that is tried again needs no advice but
    patience, and one of which nobody knows whether it arrived must not be explained as if it surely had not.
    """
    if not error_code:
        return None
    by_class = CLASSES[ErrorCode(error_code)]
    cause = cause_of(provider, provider_error_code)
    if cause is None or error_code in _CLASS_DECIDES:
        return by_class
    found = CAUSES[cause]
    return Explanation(found.sentence, by_class.advice) if error_code == ErrorCode.RETRYING else found
