"""The form in which a person chooses what they are told of: a table of events and channels, and a quiet time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import NotificationChannel, NotificationEvent, NotificationPreference
from contactcenter.core.roles import Right

CHANNELS: dict[NotificationChannel, Promise] = {
    NotificationChannel.PAGE: _("In the page"),
    NotificationChannel.SOUND: _("Sound"),
    NotificationChannel.PUSH: _("Browser"),
}
_KEEP, _OFF = "", "off"


@dataclass(frozen=True, slots=True)
class Cell:
    """One checkbox of the table."""

    name: str
    label: str | Promise
    is_checked: bool


class NotificationForm(forms.Form):
    """`chosen` is what the person has chosen until now."""

    quiet_from = forms.TimeField(
        required=False, label=_("Quiet from"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    quiet_until = forms.TimeField(
        required=False, label=_("Quiet until"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    mute = forms.ChoiceField(
        required=False,
        label=_("Do not disturb"),
        choices=[
            (_KEEP, _("as it is")),
            (_OFF, _("off")),
            ("30", _("for half an hour")),
            ("60", _("for an hour")),
            ("240", _("for four hours")),
            ("720", _("for twelve hours")),
        ],
    )

    def __init__(self, data: Any = None, *, chosen: NotificationPreference) -> None:
        super().__init__(data, initial={"quiet_from": chosen.quiet_from, "quiet_until": chosen.quiet_until})
        self._chosen = chosen
        hears_alerts = chosen.user.has_right(Right.READ_ALL_ANALYTICS)
        self._events = [event for event in NotificationEvent if event != NotificationEvent.ALERT or hears_alerts]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", _("Give both times, or none."))
        return cleaned

    def chosen(self) -> NotificationPreference:
        """Return the person's row with what a valid form says, not yet stored."""
        row, cleaned = self._chosen, self.cleaned_data
        row.channels = {
            event.value: [channel.value for channel in CHANNELS if _name(event, channel) in self.data]
            for event in self._events
        }
        row.quiet_from, row.quiet_until = cleaned["quiet_from"], cleaned["quiet_until"]
        if cleaned["mute"] == _OFF:
            row.muted_until = None
        elif cleaned["mute"] != _KEEP:
            row.muted_until = timezone.now() + timedelta(minutes=int(cleaned["mute"]))
        return row

    def channels(self) -> list[Promise]:
        """Return the table's head."""
        return list(CHANNELS.values())

    def rows(self) -> Iterator[tuple[str | Promise, list[Cell]]]:
        """Return each event with its checkboxes."""
        for event in self._events:
            yield event.label, [self._cell(event, channel, label) for channel, label in CHANNELS.items()]

    def _cell(self, event: NotificationEvent, channel: NotificationChannel, label: Promise) -> Cell:
        name = _name(event, channel)
        is_checked = name in self.data if self.is_bound else self._chosen.wants(event, channel)
        return Cell(name, label, is_checked)


def _name(event: NotificationEvent, channel: NotificationChannel) -> str:
    return f"{event.value}-{channel.value}"
