"""What supervisors type about templates."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agents.models import Team
from contactcenter.core.models import Organization, User
from sms import canned, variables
from sms.models import CannedAnswer
from sms.segments import MAX_CHARACTERS

_ANY = [("", _("any"))]


def unknown_variables(names: tuple[str, ...]) -> str:
    """Return the sentence about variables that do not exist."""
    return gettext("Unknown: %(names)s. You can use: %(known)s.") % {
        "names": ", ".join(names),
        "known": ", ".join(f"{{{{{name}}}}}" for name in variables.VARIABLES),
    }


class CannedAnswerForm(forms.Form):
    """One template, new or known."""

    shortcut = forms.RegexField(
        label=_("Shortcut"),
        regex=r"^[a-z0-9][a-z0-9_-]*$",
        max_length=32,
        help_text=_("Small letters, digits and hyphens. People type / and then this."),
    )
    title = forms.CharField(label=pgettext_lazy("text", "Title"), max_length=80)
    body = forms.CharField(
        label=_("Text"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=", ".join(f"{{{{{name}}}}}" for name in variables.VARIABLES),
    )
    team = forms.ChoiceField(label=_("Team"), required=False, help_text=_("Only this team finds it."))
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[*_ANY, *(User._meta.get_field("language").choices or ())]
    )

    def __init__(self, *args: Any, org: Organization, answer: CannedAnswer | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(answer) if answer else None)
        super().__init__(*args, **kwargs)
        teams = Team.objects.for_org(org).order_by("name").values_list("pk", "name")
        self.fields["team"].choices = [("", _("everybody")), *((str(pk), name) for pk, name in teams)]  # type: ignore[attr-defined]
        self.org, self.answer = org, answer

    def save(self, actor: User) -> bool:
        """Write the template; False when it was refused, and then the form says why."""
        data = self.cleaned_data
        wording = canned.Wording(
            shortcut=data["shortcut"],
            title=data["title"],
            body=data["body"].replace("\r\n", "\n"),
            team_id=UUID(data["team"]) if data["team"] else None,
            language=data["language"],
        )
        try:
            canned.save(org=self.org, actor=actor, wording=wording, answer=self.answer)
        except variables.UnknownVariable as problem:
            self.add_error("body", unknown_variables(problem.names))
        except canned.ShortcutTaken:
            self.add_error("shortcut", gettext("Another template has this shortcut. Choose another one."))
        return not self.errors


def _initial(answer: CannedAnswer) -> dict[str, Any]:
    return {
        "shortcut": answer.shortcut,
        "title": answer.title,
        "body": answer.body,
        "team": str(answer.team_id or ""),
        "language": answer.language,
    }
