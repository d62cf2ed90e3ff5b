"""Lists in pages that a client may turn by number or by cursor."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from contactcenter.web.api.cursors import Keyset
from contactcenter.web.api.query import Paging
from contactcenter.web.api.schema import PAGE_PARAMETERS

Row = dict[str, Any]
CURSOR_PARAMETERS = [
    *PAGE_PARAMETERS,
    OpenApiParameter("cursor", description="Empty for the first page, then `next_cursor`; `page` is ignored."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysetPage:
    """The rows of one page, and what its answer says about the list."""

    rows: list[Row]
    total: int
    has_more: bool
    next_cursor: str | None
    paging: Paging
    is_by_cursor: bool

    @classmethod
    def of(cls, rows: "QuerySet[Any]", params: QueryDict, *, fields: tuple[str, ...], keyset: Keyset) -> "KeysetPage":
        """Read the page that `params` ask for from rows in the order of `keyset`, in two queries. Raises Problem."""
        paging, cursor = Paging.of(params), params.get("cursor")
        behind = rows.filter(keyset.behind(cursor)) if cursor else rows
        start = paging.start if cursor is None else 0
        found = list(behind.values(*fields)[start : start + paging.size + 1])
        shown, has_more = found[: paging.size], len(found) > paging.size
        return cls(
            rows=shown,
            total=rows.count(),
            has_more=has_more,
            next_cursor=keyset.write(shown[-1]) if has_more else None,
            paging=paging,
            is_by_cursor=cursor is not None,
        )

    def answer(self, items: list[Any]) -> Row:
        """Return the paged form of the contract for the items made of the rows."""
        answer = self.paging.answer(items, total=self.total, has_more=self.has_more)
        if self.is_by_cursor:
            answer["page"] = None
        answer["next_cursor"] = self.next_cursor
        return answer
