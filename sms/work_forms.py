"""What people choose and type when they work with a conversation, and the sentences that say what was wrong."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import LabelColor, User
from sms import labelling, noting, working
from sms.enums import Priority
from sms.forms import LocalMomentField

_MORNING = time(9)


def tomorrow_morning(now: datetime) -> datetime:
    """Return nine o'clock of the day after `now`, by the reader's clock."""
    return _nine(now, days=1)


def monday_morning(now: datetime) -> datetime:
    """Return nine o'clock of the next Monday after today, by the reader's clock."""
    return _nine(now, days=7 - timezone.localtime(now).weekday())


def _nine(now: datetime, *, days: int) -> datetime:
    zone = timezone.get_current_timezone()
    return datetime.combine(timezone.localtime(now).date() + timedelta(days=days), _MORNING, tzinfo=zone)


class SnoozeForm(forms.Form):
    """For how long a conversation is put off."""

    CHOICES = (
        ("hour", _("One hour")),
        ("tomorrow", _("Tomorrow morning")),
        ("monday", _("Next Monday")),
        ("answer", _("Until the next answer")),
        ("own", _("A time of your own")),
    )
    until = forms.ChoiceField(choices=CHOICES)
    at = LocalMomentField(required=False)

    def clean(self) -> dict[str, Any]:
        """A time of one's own has to be given."""
        given = super().clean() or {}
        if given.get("until") == "own" and not given.get("at") and "at" not in self.errors:
            self.add_error("at", gettext("Choose a day and a time."))
        return given

    def moment(self, now: datetime) -> datetime | None:
        """Return until when; None: until the next answer."""
        until = self.cleaned_data["until"]
        if until == "own":
            moment: datetime | None = self.cleaned_data["at"]
            return moment
        return presets(now)[until]

    def explain(self, error: Exception) -> None:
        """Put the sentence about what `working.snooze` refused beside the time."""
        too_far = isinstance(error, working.SnoozeTimeTooFar)
        self.add_error(
            "at",
            gettext("This is more than a year ahead. Choose an earlier time.")
            if too_far
            else gettext("This time has passed. Choose a later one."),
        )


def presets(now: datetime) -> dict[str, datetime | None]:
    """Return what each choice but a time of one's own means now."""
    return {
        "hour": now + timedelta(hours=1),
        "tomorrow": tomorrow_morning(now),
        "monday": monday_morning(now),
        "answer": None,
    }


class AssigneeForm(forms.Form):
    """Whose a conversation is to be; empty: nobody's."""

    assignee = forms.UUIDField(required=False)


class TeamForm(forms.Form):
    """Which team is to answer; empty: none in particular."""

    team = forms.UUIDField(required=False)


class PriorityForm(forms.Form):
    """How urgent a conversation is to be."""

    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=lambda value: Priority(int(value)))


class LabelForm(forms.Form):
    """A label to put on, to take off, or to make and put on."""

    add = forms.UUIDField(required=False)
    remove = forms.UUIDField(required=False)
    name = forms.CharField(required=False, max_length=labelling.LONGEST_NAME)
    color = forms.ChoiceField(choices=LabelColor.choices, required=False)

    def explain(self, error: Exception) -> None:
        """Put the sentence about what `labelling.create_label` refused beside the name."""
        sentences = {
            labelling.LabelExists: gettext("There is a label of this name already."),
            labelling.LabelNeedsName: gettext("Write a name of at most 40 characters."),
        }
        self.add_error("name", sentences[type(error)])


class NoteForm(forms.Form):
    """A note for colleagues. Emptiness and length are the service's to judge."""

    note = forms.CharField(required=False, strip=False)
    mention = forms.TypedChoiceField(required=False, coerce=UUID, empty_value=None)

    problems = (noting.EmptyNote, noting.NoteTooLong)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = [(str(person.pk), person.get_full_name()) for person in people]
        self.fields["mention"].choices = [("", ""), *self.people]  # type: ignore[attr-defined]

    def explain(self, error: Exception) -> None:
        """Put the sentence about `error` (one of `problems`) beside the note."""
        sentences = {
            noting.EmptyNote: gettext("Write the note first."),
            noting.NoteTooLong: gettext("The note is too long: at most 4000 characters."),
        }
        self.add_error("note", sentences[type(error)])
