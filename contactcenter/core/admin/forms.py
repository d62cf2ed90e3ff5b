"""Forms of the admin: the organization comes from the person or from the object, never from what was posted."""

import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import User


class OrgForm(forms.ModelForm):
    """A form whose object belongs to the actor's organization, or to the one that a superuser chose.

    `sentences` says in a person's words what a constraint of the database protects, by the constraint's name.
    """

    actor: ClassVar[User]
    sentences: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_organization = any(field.name == "organization" for field in self.instance._meta.fields)
        if self._has_organization and self.instance._state.adding and not self.actor.is_superuser:
            self.instance.organization_id = self.actor.organization_id

    def clean(self) -> dict[str, Any] | None:
        """Refuse references to another organization, which the database would refuse less politely."""
        cleaned = super().clean()
        org_id = self.organization_id()
        for name, value in list(self.cleaned_data.items()):
            theirs = getattr(value, "organization_id", None) if isinstance(value, Model) else None
            if org_id is not None and theirs is not None and theirs != org_id:
                self.add_error(name, _("This belongs to another organization."))
        return cleaned

    def clean_time_zone(self) -> str:
        """Accept the names of the time zone database (IANA) only."""
        name: str = self.cleaned_data["time_zone"]
        if name and name not in zoneinfo.available_timezones():
            raise ValidationError(_("Use a name of the time zone database, for example Europe/Prague."))
        return name

    def organization_id(self) -> Any:
        """Return the id of the organization that the object belongs, or will belong, to."""
        if not self._has_organization:
            return None
        chosen = self.cleaned_data.get("organization")
        return chosen.pk if chosen is not None else self.instance.organization_id

    def _post_clean(self) -> None:
        """Check all constraints, also those over fields that are not in the form (the organization, above all).

        Django leaves those out, and the database's refusal would be a server error.
        """
        with _UncheckedConstraints(self.instance):
            super()._post_clean()  # type: ignore[misc]
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=set(self.errors))
                except ValidationError as error:
                    self.add_error(None, self.sentences.get(constraint.name) or error)


class _UncheckedConstraints:
    """Within it, an object's own check of constraints does nothing: the form does it afterwards, and better."""

    def __init__(self, instance: Model) -> None:
        self.instance: Any = instance

    def __enter__(self) -> None:
        self.instance.validate_constraints = lambda exclude=None: None

    def __exit__(self, *_error: object) -> None:
        del self.instance.validate_constraints


class OrgInlineFormSet(BaseInlineFormSet):
    """Rows below an object belong to its organization."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.organization_id = getattr(self.instance, "organization_id", None)
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the fields for screen readers: in a table they have no labels of their own."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden and field.label:
                # Of a choice with links beside it the choice itself: Django's wrapper keeps the attributes of another.
                getattr(field.widget, "widget", field.widget).attrs["aria-label"] = field.label

    @property
    def empty_form(self) -> Any:
        """The template of a further row."""
        form = super().empty_form
        form.instance.organization_id = getattr(self.instance, "organization_id", None)
        return form
