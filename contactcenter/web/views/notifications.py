"""What a person is told of, and how: the choice, their browsers, and what an open page asks when something happened."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contactcenter.core import notifications, push_devices, push_keys
from contactcenter.core.models import NotificationEvent, Organization, PushDevice
from contactcenter.core.push_devices import UnknownPushService
from contactcenter.core.push_keys import NoPushKey
from contactcenter.core.roles import Right
from contactcenter.core.web_push import BadSubscription
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.notification_form import NotificationForm

_TEMPLATE = "notifications.html"


@org_page(Right.READ_SMS)
@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: OrgRequest) -> HttpResponse:
    """Show and save the choice of channels and the quiet time."""
    chosen = notifications.choice_of(request.org, request.user)
    form = NotificationForm(request.POST or None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        notifications.choose(form.chosen())
        messages.success(request, gettext("Saved."))
        return redirect("notifications")
    context = {"form": form, "chosen": chosen, **_devices(request)}
    return render(request, _TEMPLATE, context, status=422 if form.errors else 200)


@org_page(Right.READ_SMS)
@require_safe
@never_cache
def notice(request: OrgRequest) -> HttpResponse:
    """Say what the open page does about `?event=`: the words, and whether it shows and sounds them."""
    try:
        event = NotificationEvent(request.GET.get("event", ""))
    except ValueError as error:
        raise Http404 from error
    answer = notifications.answer_for(request.org, request.user, event)
    return JsonResponse({"words": str(event.label), "show": answer.is_shown, "sound": answer.is_heard})


@org_page(Right.READ_SMS)
@require_POST
def add_device(request: OrgRequest) -> HttpResponse:
    """Store the browser that asks; 422 when what it gave is no subscription that we can use."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        push_devices.remember(org=request.org, user=request.user, name=_browser(request), **given)
    except (UnknownPushService, BadSubscription):
        problem = gettext("This browser's notification service is not one that this installation uses.")
        return render(request, f"{_TEMPLATE}#devices", {**_devices(request), "problem": problem}, status=422)
    return render(request, f"{_TEMPLATE}#devices", _devices(request))


def find_device(org: Organization, pk: UUID) -> PushDevice:
    """Return a browser of the organization's people. Raises Http404."""
    found = push_devices.device(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.READ_SMS, find=find_device)
@require_POST
def remove_device(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Tell the person nothing more in that browser; somebody else's does not exist."""
    if not push_devices.forget(org=request.org, user=request.user, pk=pk):
        raise Http404
    if not request.htmx:
        return redirect("notifications")
    return render(request, f"{_TEMPLATE}#devices", _devices(request))


def _devices(request: OrgRequest) -> dict[str, object]:
    try:
        key = push_keys.public_key()
    except NoPushKey:
        key = ""
    return {"devices": push_devices.devices_of(request.org, request.user), "push_key": key}


# By what stands in the name that browsers give themselves; the first that fits, because most claim to be all of them.
_BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac": "macOS",
    "Linux": "Linux",
}


def _browser(request: OrgRequest) -> str:
    agent = request.headers.get("User-Agent", "")
    names = [next((name for mark, name in table.items() if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, names))
