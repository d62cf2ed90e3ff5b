"""Words of Django's admin that Django has not translated into all our languages: makemessages finds them here.

A catalogue of ours comes before Django's. A word that Django has caught up with can go.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

MISSING = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Error:"),
    gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "count",
    ),
)
