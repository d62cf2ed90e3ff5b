"""What people type to send a text, and the sentences that tell them why it could not be sent."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import Organization
from contactcenter.core.phone import pretty
from sms import file_words, selectors, services

_PROBLEMS = (services.InvalidNumber, services.Refusal)
"""What `services.send_message` raises and a person can do something about."""


def new_request_key() -> str:
    """Return what makes the second click on one form the same request as the first."""
    return uuid.uuid4().hex


class LocalMomentField(forms.DateTimeField):
    """A date and time by the person's own clock."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment. A time that the change of the clocks repeats or leaves out is explained."""
        try:
            moment: datetime | None = super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            raise forms.ValidationError(
                _("The clocks are changed then: this time comes twice, or not at all. Choose an hour more or less."),
                code=error.code,
            ) from error
        return moment


class ComposeForm(forms.Form):
    """The composer under a thread. Emptiness and length are the service's to judge."""

    body = forms.CharField(required=False, strip=False)
    send_at = LocalMomentField(required=False)
    request_key = forms.RegexField(regex=r"^[0-9a-f-]{32,36}$", initial=new_request_key)

    problems = _PROBLEMS

    @property
    def idempotency_key(self) -> str:
        """The key as the service knows it, apart from those that API clients choose."""
        return f"form:{self.cleaned_data['request_key']}"

    def explain(self, error: Exception) -> None:
        """Put the sentence about `error` (one of `problems`) beside the field that it is about."""
        field, sentence = _sentence(error)
        self.add_error(field if field in self.fields else None, sentence)
        if isinstance(error, services.IdempotencyConflict):
            self.data = {**self.data, "request_key": new_request_key()}


class NewMessageForm(ComposeForm):
    """The "New message" dialog: a composer with a recipient and a sender."""

    to_number = forms.CharField(label=_("To"), max_length=40, required=False)
    from_number = forms.ChoiceField(label=_("From"), required=False)

    def __init__(self, *args: object, org: Organization, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.senders = [
            (
                sender.address,
                f"{sender.label} · {pretty(sender.address)}" if sender.label else pretty(sender.address),
            )
            for sender in selectors.senders(org)
        ]
        self.fields["from_number"].choices = self.senders  # type: ignore[attr-defined]


def _sentence(error: Exception) -> tuple[str | None, str]:
    if isinstance(error, services.QuotaExceeded):
        return None, _quota_sentence(error.retry_after)
    if isinstance(error, services.DestinationTooBusy):
        return "to_number", _busy_sentence(error.retry_after)
    if isinstance(error, services.SenderResting):
        return "from_number", _resting_sentence(error.retry_after)
    if isinstance(error, services.FilesNotCarried):
        return None, file_words.sentence(error.problem)
    sentences: dict[type[Exception], tuple[str | None, str]] = {
        services.InvalidNumber: (
            "to_number",
            gettext("This is not a phone number. Write it with + and the country code, for example +420 777 123 456."),
        ),
        services.EmptyMessage: ("body", gettext("Write the text first.")),
        services.MessageTooLong: (
            "body",
            gettext(
                "The text is too long: at most 10 segments, that is 1530 characters, or 670 with diacritics or emoji. "
                "Shorten it or send it in two."
            ),
        ),
        services.UnknownFile: (None, gettext("A file is no longer there. Choose it again.")),
        services.NoSender: (
            None,
            gettext("Your organization has no active number to send from. Ask an administrator to add one."),
        ),
        services.UnknownSender: (
            "from_number",
            gettext("This sender is not active any more. Choose another one."),
        ),
        services.ContactOptedOut: (
            "to_number",
            gettext("This person asked not to get texts. Only they can allow it again, by texting START."),
        ),
        services.SendTimePassed: ("send_at", gettext("This time has passed. Choose a later one.")),
        services.SendTimeTooFar: ("send_at", gettext("This is more than a year ahead. Choose an earlier time.")),
        services.OtherProviderOnly: (
            "from_number",
            gettext("This person allowed texts again at your other provider only. Write from a number of that one."),
        ),
        services.CountryNotAllowed: (
            "to_number",
            gettext("Your organization does not send texts to this country. An administrator can allow it."),
        ),
        services.NumberCannotReceive: (
            "to_number",
            gettext("No text can reach this number: it is not in use, or it is a landline. Ask for a mobile number."),
        ),
        services.BudgetSpent: (
            None,
            gettext("The budget for texts is spent for this month. Ask an administrator to raise it."),
        ),
        services.IdempotencyConflict: (
            "body",
            gettext("Your first text was already sent. Look at it in the conversation before you send this one too."),
        ),
    }
    return sentences[type(error)]


def sentence_about(error: Exception) -> str:
    """Return why a text could not be sent, for one of `ComposeForm.problems`."""
    return _sentence(error)[1]


def _quota_sentence(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return ngettext(
        "Your organization has reached its limit of texts. The next one can go in %(minutes)d minute.",
        "Your organization has reached its limit of texts. The next one can go in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def _busy_sentence(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return ngettext(
        "This number got many texts in a short time. The next one can go in %(minutes)d minute.",
        "This number got many texts in a short time. The next one can go in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def _resting_sentence(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return ngettext(
        "Our number rests, because too many of its texts failed. It can be used in %(minutes)d minute.",
        "Our number rests, because too many of its texts failed. It can be used in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
