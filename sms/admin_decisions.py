"""What administrators decide about many texts in doubt, or held, at once: asked first, and audited one by one."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sms import deciding
from sms.enums import MessageStatus
from sms.models import Message

_MOST = 1000
_SHOWN = 20


class DecisionActions:
    """Actions for the admin's list of texts."""

    actions: Any = ("release_chosen", "drop_chosen")

    @admin.action(description=_("Release held texts"), permissions=["view"])
    def release_chosen(self, request: HttpRequest, queryset: QuerySet[Message]) -> TemplateResponse | None:
        """Let the chosen ones go that no provider was asked to send."""
        question = _("Release these texts? Those of which nobody knows whether they arrived stay as they are.")
        return self._decide(request, queryset, "release_chosen", question, _release)

    @admin.action(description=_("Drop uncertain and held texts"), permissions=["view"])
    def drop_chosen(self, request: HttpRequest, queryset: QuerySet[Message]) -> TemplateResponse | None:
        """Give the chosen ones up."""
        question = _("Drop these texts? They will not be sent (again).")
        return self._decide(request, queryset, "drop_chosen", question, _drop)

    def _decide(
        self,
        request: HttpRequest,
        queryset: QuerySet[Message],
        action: str,
        question: Any,
        decide: Callable[[Message, Any], None],
    ) -> TemplateResponse | None:
        waiting = queryset.filter(status__in=[MessageStatus.UNCERTAIN, MessageStatus.HELD]).select_related(
            "organization"
        )
        chosen = list(waiting.order_by("id")[:_MOST])
        if "confirmed" not in request.POST and chosen:
            return self._ask(request, chosen, action, question)
        done = sum(_done(message, request.user, decide) for message in chosen)
        sentence = ngettext("%(done)d text was decided about.", "%(done)d texts were decided about.", done)
        messages.success(request, sentence % {"done": done})
        return None

    def _ask(self, request: HttpRequest, chosen: list[Message], action: str, question: Any) -> TemplateResponse:
        context = {
            **admin.site.each_context(request),
            "title": _("Are you sure?"),
            "question": question,
            "shown": chosen[:_SHOWN],
            "hidden": max(0, len(chosen) - _SHOWN),
            "selected": [message.pk for message in chosen],
            "action": action,
        }
        return TemplateResponse(request, "admin/sms/confirm_decision.html", context)


def _done(message: Message, actor: Any, decide: Callable[[Message, Any], None]) -> bool:
    try:
        decide(message, actor)
    except deciding.NothingToDecide:
        return False
    return True


def _release(message: Message, actor: Any) -> None:
    deciding.release_held(org=message.organization, actor=actor, message=message)


def _drop(message: Message, actor: Any) -> None:
    deciding.drop_message(org=message.organization, actor=actor, message=message)
