"""Managers that refuse to answer before they are told for which organization (fail closed)."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from contactcenter.core.models import Organization

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class UnscopedQuery(RuntimeError):
    """A query on organization-owned rows ran without `.for_org(org)`; another tenant's rows might have answered."""


class OrgQuerySet(models.QuerySet[M_co]):
    """A queryset that must be scoped by `for_org` before it touches the database."""

    _org_scoped = False

    def for_org(self, org: "Organization | Any") -> Self:
        """Return only the rows of `org` (an Organization or its id)."""
        pk = org.pk if isinstance(org, models.Model) else org
        if pk is None:
            raise UnscopedQuery(f"{self.model.__name__}: no organization was given")
        scoped = self.filter(organization_id=pk)
        scoped._org_scoped = True
        return scoped

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._org_scoped = self._org_scoped
        return clone

    def demand_org(self) -> None:
        if not self._org_scoped and not self.query.is_empty():
            raise UnscopedQuery(f"{self.model.__name__}.objects needs .for_org(org) before it is used")

    def _fetch_all(self) -> None:
        self.demand_org()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self.demand_org()
        return super().iterator(*args, **kwargs)

    def aiterator(self, *args: Any, **kwargs: Any) -> Any:
        self.demand_org()
        return super().aiterator(*args, **kwargs)

    def __or__(self, other: Any) -> Self:
        self.demand_org()
        other.demand_org()  # The union would pass for scoped, though half of it is not.
        return super().__or__(other)

    def __xor__(self, other: Any) -> Self:
        self.demand_org()
        other.demand_org()
        return super().__xor__(other)

    def union(self, *others: Any, **kwargs: Any) -> Self:
        for rows in (self, *others):
            rows.demand_org()
        return super().union(*others, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: nobody can see in a statement of SQL for which organization it asks."""
        raise UnscopedQuery(f"{self.model.__name__}.objects cannot scope raw SQL")

    def count(self) -> int:
        self.demand_org()
        return super().count()

    def exists(self) -> bool:
        self.demand_org()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self.demand_org()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self.demand_org()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.demand_org()
        return super().delete()

    # As Django marks its own: no template may call it, and no manager has it.
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def explain(self, **kwargs: Any) -> str:
        self.demand_org()
        return super().explain(**kwargs)


class AllOrganizationsManager(models.Manager[M_co]):
    """The explicit way around the scope: for workers, which serve every tenant, and the admin, which scopes itself."""
