"""What every page of the admin obeys: one organization for its administrators, all of them for superusers.

Django's admin scopes nothing by itself: lists, choices of foreign keys, filters in the address and histories are each a
way to another tenant's rows, and each is closed here.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property

from contactcenter.core import events
from contactcenter.core.admin.forms import OrgForm, OrgInlineFormSet
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Right

# What may follow a field's name in the address of a list (`status__exact=failed`).
_LOOKUPS = frozenset({"exact", "isnull", "isempty", "in", "gte", "gt", "lte", "lt", "year", "month", "day", "id", "pk"})
_MOST_LISTED = 10_000


class CappedPaginator(Paginator):
    """Counts no further than 10,000 rows: an exact count of millions would be the dearest part of the page."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most 10,000."""
        rows: Any = self.object_list
        return int(rows[:_MOST_LISTED].count())


def may_administer(request: HttpRequest) -> bool:
    """Whether the person is a superuser or an administrator of their organization."""
    user: Any = request.user
    return bool(user.is_active and (user.is_superuser or user.has_right(Right.ADMINISTER)))


def rows_for(user: Any, model: type[Model]) -> QuerySet[Any]:
    """Return the rows of `model` that `user` may see or choose."""
    rows = model._default_manager.all()
    if user.is_superuser:
        return rows
    if user.organization_id is None:
        return rows.none()
    if model is Organization:
        return rows.filter(pk=user.organization_id)
    if not any(field.name == "organization" for field in model._meta.fields):
        return rows.none()
    rows = rows.filter(organization_id=user.organization_id)
    # Operators of the installation are nobody's colleagues.
    return rows.filter(is_superuser=False) if model is User else rows


class ScopedChoices:
    """Foreign keys that offer only rows that the person may see."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Limit the choices."""
        kwargs["queryset"] = rows_for(request.user, db_field.remote_field.model)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class TenantAdmin(ScopedChoices, admin.ModelAdmin):
    """An admin that limits itself. `can_…` say what its pages allow at all; `for_superusers` hides it from others."""

    form = OrgForm
    is_scoped: ClassVar[bool] = True  # What the site asks for before it registers anything.
    can_add: ClassVar[bool] = True
    can_change: ClassVar[bool] = True
    can_delete: ClassVar[bool] = False
    for_superusers: ClassVar[bool] = False
    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 50

    # --- Who ---------------------------------------------------------------------------------------------
    def _may(self, request: HttpRequest) -> bool:
        return may_administer(request) and (request.user.is_superuser or not self.for_superusers)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_change and self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and self._may(request)

    # --- Which rows --------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the person's rows."""
        rows = rows_for(request.user, self.model)
        if self.for_superusers and not request.user.is_superuser:
            return rows.none()
        return rows.order_by(*self.get_ordering(request))

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Allow only the list's own filters: any other column would be an oracle for what it holds."""
        field, *rest = lookup.split("__")
        filters = {one[0] if isinstance(one, tuple) else one for one in self.get_list_filter(request)}
        allowed = {*filters, self.date_hierarchy}
        return field in allowed and _LOOKUPS.issuperset(rest)

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Say 404 to whoever may not change what they may not see: a 403 would tell that it exists."""
        if object_id and not self.has_change_permission(request):
            self._demand_visible(request, object_id)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Say 404 to whoever may not delete what they may not see."""
        if not self.has_delete_permission(request):
            self._demand_visible(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def _demand_visible(self, request: HttpRequest, object_id: str) -> None:
        if self.has_view_permission(request) and self.get_object(request, unquote(object_id)) is None:
            raise Http404

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    # --- What is shown: nobody but superusers is asked, or told, which organization ------------------------
    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._without_organization(request, super().get_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ("organization",) if obj is not None and self._has_organization() else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = () if request.user.is_superuser or not self._has_organization() else ("organization",)
        return (*(super().get_exclude(request, obj) or ()), *hidden)

    def get_list_display(self, request: HttpRequest) -> Any:
        return (*super().get_list_display(request), *self._organization_column(request))

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), *self._organization_column(request))

    def get_list_select_related(self, request: HttpRequest) -> Any:
        related: Any = super().get_list_select_related(request)
        return (*(related or ()), *self._organization_column(request)) or False

    def _organization_column(self, request: HttpRequest) -> tuple[str, ...]:
        return ("organization",) if request.user.is_superuser and self._has_organization() else ()

    def _has_organization(self) -> bool:
        return any(field.name == "organization" for field in self.opts.fields)

    def _without_organization(self, request: HttpRequest, fields: Any) -> list[Any]:
        if request.user.is_superuser:
            return list(fields)
        return [field for field in fields if field != "organization"]

    # --- Writing -----------------------------------------------------------------------------------------
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class, which knows who fills it in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._audit(request, obj, "deleted", [])
        return super().log_deletions(request, queryset)

    def _audit(self, request: HttpRequest, obj: Any, deed: str, message: Any) -> None:
        """Write an audit entry with the names of the changed fields, never with what stood or stands in them."""
        org_id = obj.pk if isinstance(obj, Organization) else getattr(obj, "organization_id", None)
        if org_id is None:
            return
        parts = [part for entry in message if isinstance(entry, dict) for part in entry.values()]
        fields = sorted({str(name) for part in parts for name in part.get("fields", ())})
        user: Any = request.user
        events.audit(
            org_id=org_id,
            actor=user,
            action=f"{self.opts.model_name}.{deed}",
            target=obj,
            detail={"fields": fields} if fields else {},
        )


class ReadOnlyAdmin(TenantAdmin):
    """Histories: everything can be read, nothing can be changed. Listed by id, which is the order of creation."""

    can_add = can_change = can_delete = False
    ordering: ClassVar[Any] = ("-id",)
    sortable_by = ()
    actions: Any = None


class OrgInline(ScopedChoices, admin.TabularInline):
    """Rows of the object above them; they belong to its organization."""

    form = OrgForm
    formset = OrgInlineFormSet
    extra = 0
    exclude = ("organization",)
    can_delete = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset class, whose forms know who fills them in."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (formset.form,), {"actor": request.user})
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and may_administer(request)


class ReadOnlyInline(OrgInline):
    """A history below its object."""

    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
