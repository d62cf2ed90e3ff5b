"""The "New message" dialog, which is also a page of its own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseLocation

from contactcenter.core.phone import InvalidNumber, pretty, to_e164
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import consent, reachability, services, undoing
from sms.forms import NewMessageForm
from sms.models import Message
from sms.views.trays import Tray, posted_tray
from sms.views.wording import composer_texts

TEMPLATE = "sms/new_message.html"


@org_page(Right.SEND_SMS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_message(request: OrgRequest) -> HttpResponse:
    """Show the form, or send what was typed and open its conversation."""
    form = NewMessageForm(request.POST or None, org=request.org)
    tray = posted_tray(request) if request.method == "POST" else Tray()
    if request.method == "POST" and "remove_file" not in request.POST and not tray.problems and form.is_valid():
        message = _accepted(request, form, tray)
        if message is not None:
            return _open(request, message)
    context = {"form": form, "tray": tray, "composer_texts": composer_texts()}
    template = f"{TEMPLATE}#form" if request.htmx else TEMPLATE
    return render(request, template, context, status=422 if form.errors or tray.problems else 200)


@org_page(Right.SEND_SMS)
@require_POST
def recipient(request: OrgRequest) -> HttpResponse:
    """Write the typed number as its country writes it, or say what is wrong with it, before anything is sent."""
    form = NewMessageForm(request.POST, org=request.org)
    form.full_clean()
    form.errors.clear()
    typed = request.POST.get("to_number", "").strip()
    if typed:
        _normalise(request, form, typed)
    return render(request, f"{TEMPLATE}#recipient", {"form": form})


def _normalise(request: OrgRequest, form: NewMessageForm, typed: str) -> None:
    try:
        address = to_e164(typed, country=request.org.default_country)
    except InvalidNumber as problem:
        form.explain(problem)
        return
    form.data = {**form.data, "to_number": pretty(address)}
    if consent.is_opted_out(request.org, address):
        form.explain(services.ContactOptedOut())
        return
    try:
        reachability.demand(request.org, address)
    except services.NumberCannotReceive as problem:
        form.explain(problem)


def _accepted(request: OrgRequest, form: NewMessageForm, tray: Tray) -> Message | None:
    text = services.OutgoingText(
        to_number=form.cleaned_data["to_number"],
        from_number=form.cleaned_data["from_number"],
        body=form.cleaned_data["body"],
        files=tray.ids,
        idempotency_key=form.idempotency_key,
        send_at=form.cleaned_data["send_at"],
        hold_back=undoing.delay(),
    )
    try:
        return services.send_message(org=request.org, actor=request.user, text=text)
    except form.problems as problem:
        form.explain(problem)
        return None


def _open(request: OrgRequest, message: Message) -> HttpResponse:
    if not request.htmx:
        return redirect("sms:conversation", pk=message.conversation_id)
    url = reverse("sms:conversation", kwargs={"pk": message.conversation_id})
    response = HttpResponseLocation(url, target="#thread-pane", swap="innerHTML")
    response["HX-Trigger"] = '{"dialog:close": {}, "sms:sent": {}}'
    return response
