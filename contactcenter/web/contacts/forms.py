"""What people type about a contact."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core import attributes
from contactcenter.core.contact_book import ContactData
from contactcenter.core.merging import ATTRIBUTE, PLAIN_FIELDS
from contactcenter.core.models import AttributeKind, Contact, ContactAttribute, Label
from contactcenter.web.views.profile import TIME_ZONES

_LONGEST_LANGUAGE = 5
LANGUAGES = sorted(
    (code, str(info["name_local"]).capitalize())
    for code, info in LANG_INFO.items()
    if "name_local" in info and len(code) <= _LONGEST_LANGUAGE
)
_NOTHING = ("", "—")


class AttributeField(forms.CharField):
    """One of the organization's own fields."""

    sentences = {
        AttributeKind.TEXT: _("This is too long."),
        AttributeKind.NUMBER: _("Write a number, for example 12.5."),
        AttributeKind.DATE: _("Write a date, for example 2026-01-31."),
        AttributeKind.CHOICE: _("Choose one of the list."),
    }

    def __init__(self, attribute: ContactAttribute) -> None:
        self.attribute = attribute
        super().__init__(label=attribute.name, required=False, widget=_widget(attribute))

    def clean(self, value: Any) -> str:
        """Return how the value is kept."""
        try:
            return attributes.read_value(self.attribute, super().clean(value))
        except attributes.InvalidValue as error:
            raise forms.ValidationError(self.sentences[AttributeKind(self.attribute.kind)]) from error


def _widget(attribute: ContactAttribute) -> forms.Widget:
    if attribute.kind == AttributeKind.CHOICE:
        return forms.Select(choices=[_NOTHING, *((choice, choice) for choice in attribute.choices)])
    if attribute.kind == AttributeKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    inputmode = {"inputmode": "decimal"} if attribute.kind == AttributeKind.NUMBER else {}
    return forms.TextInput(attrs={"maxlength": attributes.MOST_CHARACTERS, **inputmode})


class ContactForm(forms.Form):
    """Everything about a contact but its numbers, its notes and its labels' boxes (see `labels`)."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=160, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[_NOTHING, *LANGUAGES], required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[_NOTHING, *TIME_ZONES], required=False)

    def __init__(
        self, data: Any = None, *, own: list[ContactAttribute], labels: list[Label], contact: Contact | None = None
    ) -> None:
        super().__init__(data, initial=_initial(contact) if contact else None)
        self._own = own
        for attribute in own:
            self.fields[f"{ATTRIBUTE}{attribute.key}"] = AttributeField(attribute)
        on_it = {row.label_id for row in contact.labels.all()} if contact else set()
        self.chosen = set(data.getlist("labels")) if data is not None else {str(pk) for pk in on_it}
        self.labels = [(label, str(label.pk) in self.chosen) for label in labels]
        if contact:
            self._keep_values(contact)

    def _keep_values(self, contact: Contact) -> None:
        """What came from elsewhere and is not on the lists stays choosable."""
        for name in ("language", "time_zone"):
            value, field = getattr(contact, name), self.fields[name]
            if value and value not in {code for code, _shown in field.choices}:  # type: ignore[attr-defined]
                field.choices = [*field.choices, (value, value)]  # type: ignore[attr-defined]

    def data_of_contact(self) -> ContactData:
        """Return what was typed. Only for a valid form."""
        cleaned = self.cleaned_data
        return ContactData(
            **{name: cleaned[name] for name in PLAIN_FIELDS},
            attributes={one.key: cleaned[f"{ATTRIBUTE}{one.key}"] for one in self._own},
            label_ids=frozenset(label.pk for label, is_chosen in self.labels if is_chosen),
        )


class NewContactForm(ContactForm):
    """A new contact, with its first number."""

    number = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    field_order = ("name", "number", "email")


def _initial(contact: Contact) -> dict[str, Any]:
    plain = {name: getattr(contact, name) for name in PLAIN_FIELDS}
    return {**plain, **{f"{ATTRIBUTE}{key}": value for key, value in contact.attributes.items()}}


def read_uuid(text: str | None) -> UUID | None:
    """Return the id, or None when it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
