"""A person's own page: language, time zone, look."""

from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import User
from contactcenter.core.roles import Right
from contactcenter.web.access import OwnRequest, own_page

# Names with a slash are places; the rest ("EST5EDT", "Zulu") are aliases that nobody looks for.
TIME_ZONES = [("UTC", "UTC")] + [
    (name, name.replace("_", " "))
    for name in sorted(available_timezones())
    if "/" in name and not name.startswith("Etc/")
]


class ProfileForm(forms.ModelForm):
    """What people may change about themselves; e-mail, role and organization are the administrator's."""

    time_zone = forms.ChoiceField(choices=TIME_ZONES, label=_("Time zone"))

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "time_zone", "single_keys"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


@own_page
def profile(request: OwnRequest) -> HttpResponse:
    """Show and save the profile; the answer to a save is already in the new language."""
    if not request.user.is_authenticated:  # Narrowing for the type checker; own_page has already asked.
        raise PermissionDenied
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            messages.success(request, gettext("Saved."))
        return redirect("profile")
    context = {
        "form": form,
        "has_status": user.has_right(Right.SET_STATUS),
        "may_be_notified": user.has_right(Right.READ_SMS),
    }
    return render(request, "profile.html", context)
