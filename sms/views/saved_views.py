"""Saving the filter of the inbox under a name, and what becomes of it later."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import saved_views
from sms.models import SavedView
from sms.views import page
from sms.views.filters import InboxFilter
from sms.views.inbox import TEMPLATE

# Who leads the agents may show a view to all of them.
SHARES = Right.MANAGE_AGENTS


class ViewForm(forms.Form):
    """A name, and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    is_shared = forms.BooleanField(label=gettext_lazy("For everybody"), required=False)

    def explain(self, error: Exception) -> None:
        """Say why it could not be saved, and what to do."""
        if isinstance(error, saved_views.TooManyViews):
            self.add_error(
                None, gettext("You have saved %(most)d views. Delete one first.") % {"most": saved_views.MOST}
            )
        else:
            self.add_error("name", gettext("You have a view of this name. Choose another name."))


@org_page(Right.READ_SMS)
@require_POST
def save(request: OrgRequest) -> HttpResponse:
    """Keep the filter of the address (`?state=…`) under the name of the form, and show it."""
    form, wanted = ViewForm(request.POST), InboxFilter.of(request)
    if form.is_valid():
        shared = form.cleaned_data["is_shared"] and request.user.has_right(SHARES)
        name = form.cleaned_data["name"]
        try:
            saved_views.save_view(org=request.org, actor=request.user, name=name, words=wanted.words, is_shared=shared)
        except (saved_views.NameTaken, saved_views.TooManyViews) as error:
            form.explain(error)
        else:
            return redirect(f"{reverse('sms:inbox')}{wanted.query}")
    context = {**page.list_context(request, current=None), "view_form": form}
    return render(request, f"{TEMPLATE}#list" if request.htmx else TEMPLATE, context, status=422)


def _find(request: OrgRequest, pk: UUID) -> SavedView:
    view = saved_views.own_view(request.org, request.user, pk)
    if view is None:
        raise Http404
    return view


def find_view(org: Organization, pk: UUID) -> SavedView:
    """Return the organization's view. Raises Http404, for another organization's as well."""
    view = SavedView.objects.for_org(org).filter(pk=pk).first()
    if view is None:
        raise Http404
    return view


@org_page(Right.READ_SMS, find=find_view)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show a view that the person saved, and give it another name or other readers."""
    view = _find(request, pk)
    form = ViewForm(request.POST or None, initial={"name": view.name, "is_shared": view.is_shared})
    if form.is_valid():
        shared = form.cleaned_data["is_shared"] and request.user.has_right(SHARES)
        name = form.cleaned_data["name"]
        try:
            saved_views.change_view(org=request.org, actor=request.user, view=view, name=name, is_shared=shared)
        except saved_views.NameTaken as error:
            form.explain(error)
        else:
            return redirect(f"{reverse('sms:inbox')}{InboxFilter.read(view.words).query}")
    context = {"view": view, "form": form, "may_share": request.user.has_right(SHARES)}
    return render(request, "sms/views/change.html", context, status=422 if form.errors else 200)


@org_page(Right.READ_SMS, find=find_view)
@require_POST
def delete(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Forget a view that the person saved."""
    saved_views.delete_view(org=request.org, actor=request.user, view=_find(request, pk))
    return redirect("sms:inbox")
