"""The admin site: the normal log-in page stands before it, and it shows only what was written for tenants.

It imports nothing of `core.admin`: what registers itself there needs this site to exist first.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import admin, auth
from django.contrib.admin.utils import unquote
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _is_of_others(view: Any, object_id: str, org_id: UUID | None) -> bool:
    """Whether the object of an admin page is none of the person's organization: then it does not exist for them."""
    model = getattr(getattr(view, "__self__", None), "model", None)
    owner = "organization_id" if hasattr(model, "organization_id") else "pk"
    if model is None or (owner == "pk" and model._meta.label != "core.Organization"):
        return False  # A row of the installation is nobody's.
    try:
        return not model._default_manager.filter(**{owner: org_id}).filter(pk=unquote(object_id)).exists()
    except (ValueError, ValidationError):
        return True


class VoiceAdminSite(admin.AdminSite):
    """Django's admin for administrators of organizations."""

    site_header = site_title = "Voice by Kraliki"
    index_title = _("Administration")
    empty_value_display = "–"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register an admin that limits itself to an organization; others (of installed packages) are left out.

        Groups and permission rows are not how rights work here, and the beat's schedule comes from the settings.
        """
        if admin_class is not None and getattr(admin_class, "is_scoped", False):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a view: strangers are sent to the log-in page, people without the right get a 403."""
        guarded: Callable[..., HttpResponseBase] = super().admin_view(view, cacheable)

        @wraps(guarded)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                if "object_id" in kwargs and _is_of_others(view, kwargs["object_id"], request.user.organization_id):
                    raise Http404
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return answer

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer a choice field's search; names of fields that cannot be searched (reverse ones) are refused."""
        try:
            return super().autocomplete_view(request)
        except (AttributeError, FieldDoesNotExist, LookupError) as error:
            raise PermissionDenied from error

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the log-in page of everybody: it is throttled and knows their language."""
        if self.has_permission(request):
            return redirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise PermissionDenied
        target = request.GET.get(auth.REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(target, reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Log out, as the pages outside the admin do."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        auth.logout(request)
        return redirect(reverse("account_login"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Passwords are changed on the account pages."""
        return redirect(reverse("account_change_password"))
