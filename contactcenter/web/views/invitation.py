"""The page where an invited person makes their account. The code is typed or pasted, so it stands in no address."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from contactcenter.core import invitations
from contactcenter.core.models import User
from contactcenter.web.access import Access, register
from contactcenter.web.account import INVITATION_TRIES_SECONDS, may_try_invitation

_LONGEST_PASSWORD = 1024


def _password(label: Any) -> forms.CharField:
    # Not shown again after an error, as no password is.
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, max_length=_LONGEST_PASSWORD, widget=widget)


class InvitationForm(forms.Form):
    """What the guest says. Address, role and organization are the invitation's."""

    code = forms.CharField(
        label=_("Invitation code"),
        max_length=100,
        help_text=_("It is in the e-mail that invited you."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=User._meta.get_field("language").choices or ())
    password = _password(_("Password"))
    repeated = _password(_("Password again"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"password", "repeated"} <= given.keys() and given["password"] != given["repeated"]:
            self.add_error("repeated", _("The two passwords are not the same."))
        return given

    def accept(self) -> User | None:
        """Make the account; None, with errors, when that cannot be. The form has to be valid."""
        given = self.cleaned_data
        guest = invitations.Guest(**{name: given[name] for name in ("password", "first_name", "last_name", "language")})
        try:
            return invitations.accept(invitations.find(given["code"]), guest)
        except invitations.InvitationRefused:
            self.add_error("code", _("This invitation is not valid (any more). Ask your administrator for a new one."))
        except invitations.AddressTaken:
            self.add_error(None, _("There is an account with this e-mail address already. Log in with it."))
        except ValidationError as error:
            self.add_error("password", error)
        return None


@register(Access.PUBLIC)
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest) -> HttpResponse:
    """Make the account and log in, or show what is wrong beside what was typed. Who is logged in has an account."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method != "POST":
        return _page(request, InvitationForm(initial={"language": get_language()}), status=200)
    form = InvitationForm(request.POST)
    is_complete = form.is_valid()
    if is_complete and not may_try_invitation(request):
        form.add_error(None, _("Too many requests. Wait a little and repeat."))
        answer = _page(request, form, status=429)
        answer["Retry-After"] = str(INVITATION_TRIES_SECONDS)
        return answer
    user = form.accept() if is_complete else None
    if user is None:
        return _page(request, form, status=422)
    login(request, user)
    return redirect("home")


def _page(request: HttpRequest, form: InvitationForm, *, status: int) -> HttpResponse:
    return render(request, "account/invitation.html", {"form": form}, status=status)
