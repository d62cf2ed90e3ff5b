"""One contact: its page, the panel beside a conversation, and what people change about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contactcenter.core import attributes, contact_book, contact_search
from contactcenter.core.models import Contact
from contactcenter.core.phone import InvalidNumber
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.contacts.forms import ContactForm, NewContactForm, read_uuid
from contactcenter.web.contacts.page import contact_context, find_contact, name_of, panel_context

TEMPLATE, FORM_TEMPLATE, PANEL_TEMPLATE = "contacts/contact.html", "contacts/form.html", "contacts/panel.html"
_PANEL = "contact-panel-body"


@org_page(Right.READ_CONTACTS, find=find_contact)
@require_safe
@never_cache
def contact(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show one contact."""
    return render(request, TEMPLATE, contact_context(request, find_contact(request.org, pk)))


@org_page(Right.READ_CONTACTS, find=find_contact)
@require_safe
@never_cache
def panel(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the essentials of a contact; htmx puts them beside a conversation."""
    return render(request, PANEL_TEMPLATE, panel_context(request, find_contact(request.org, pk)))


@org_page(Right.EDIT_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: OrgRequest) -> HttpResponse:
    """Show the empty form, or make the contact and open its page."""
    own, labels = attributes.definitions(request.org), contact_search.labels(request.org)
    form = NewContactForm(request.POST or None, own=own, labels=labels)
    taken: UUID | None = None
    if request.method == "POST" and form.is_valid():
        data, number = form.data_of_contact(), form.cleaned_data["number"]
        try:
            made = contact_book.create(org=request.org, actor=request.user, data=data, number=number)
        except InvalidNumber:
            form.add_error("number", _unreadable())
        except contact_book.NumberTaken as error:
            taken = error.contact_id
            form.add_error("number", gettext("Another contact has this number."))
        else:
            return redirect("contacts:contact", pk=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, FORM_TEMPLATE, {"form": form, "taken": taken}, status=status)


@org_page(Right.EDIT_CONTACTS, find=find_contact)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the form, or save what was typed."""
    found = find_contact(request.org, pk)
    own, labels = attributes.definitions(request.org), contact_search.labels(request.org)
    is_post = request.method == "POST"
    form = ContactForm(request.POST if is_post else None, own=own, labels=labels, contact=found)
    if is_post and form.is_valid():
        contact_book.change(org=request.org, actor=request.user, contact=found, data=form.data_of_contact())
        messages.success(request, gettext("Saved."))
        return redirect("contacts:contact", pk=pk)
    context = {"form": form, "contact": found, "name": name_of(found)}
    return render(request, FORM_TEMPLATE, context, status=422 if is_post else 200)


@org_page(Right.EDIT_CONTACTS, find=find_contact)
@require_POST
def delete(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Delete a contact without conversations and calls."""
    try:
        contact_book.delete(org=request.org, actor=request.user, contact=find_contact(request.org, pk))
    except contact_book.ContactInUse:
        sentence = gettext("There are conversations or calls with this contact: it cannot be deleted.")
        return _contact_page(request, pk, problem=sentence)
    messages.success(request, gettext("The contact is deleted."))
    return redirect("contacts:list")


@org_page(Right.EDIT_CONTACTS, find=find_contact)
@require_POST
def add_note(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Keep a note."""
    found = find_contact(request.org, pk)
    contact_book.add_note(org=request.org, actor=request.user, contact=found, body=request.POST.get("body", ""))
    if request.htmx and request.htmx.target == _PANEL:
        return render(request, PANEL_TEMPLATE, panel_context(request, found))
    return redirect("contacts:contact", pk=pk)


@org_page(Right.EDIT_CONTACTS, find=find_contact)
@require_POST
def add_number(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Add a number; what was typed stays when it cannot be."""
    found, typed = find_contact(request.org, pk), request.POST.get("number", "").strip()[:40]
    try:
        contact_book.add_number(org=request.org, actor=request.user, contact=found, typed=typed)
    except InvalidNumber:
        return _contact_page(request, pk, number_problem=_unreadable(), typed=typed)
    except contact_book.TooManyNumbers:
        return _contact_page(request, pk, number_problem=gettext("This contact has too many numbers."), typed=typed)
    except contact_book.NumberTaken as error:
        sentence = gettext("Another contact has this number.")
        return _contact_page(request, pk, number_problem=sentence, typed=typed, taken=error.contact_id)
    return redirect("contacts:contact", pk=pk)


@org_page(Right.EDIT_CONTACTS, find=find_contact)
@require_POST
def remove_number(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Take a number away."""
    found, number_id = find_contact(request.org, pk), read_uuid(request.POST.get("number_id"))
    try:
        if number_id is not None:
            contact_book.remove_number(org=request.org, actor=request.user, contact=found, number_id=number_id)
    except contact_book.NumberInUse:
        sentence = gettext("There are conversations or calls with this number: it cannot be removed.")
        return _contact_page(request, pk, problem=sentence)
    return redirect("contacts:contact", pk=pk)


def _contact_page(request: OrgRequest, pk: UUID, **problem: object) -> HttpResponse:
    found: Contact = find_contact(request.org, pk)
    return render(request, TEMPLATE, contact_context(request, found, **problem), status=422)


def _unreadable() -> str:
    return gettext("This is not a phone number. Write it with + and the country code, for example +420 777 123 456.")
