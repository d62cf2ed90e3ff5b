"""Querysets of pages that are open all day: Django needs longer to write their SQL than PostgreSQL to answer it."""

from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

from contactcenter.core import statements
from contactcenter.core.managers import OrgQuerySet, UnscopedQuery
from contactcenter.core.statements import Row

T = TypeVar("T")
_KINDS = (ModelIterable, ValuesListIterable, FlatValuesListIterable)


class _Written(NamedTuple):
    """A statement with places for the arguments, by their names, and what makes a result of its row."""

    sql: str
    result_of: Callable[[Row], Any]


def written_once(rows: "Callable[..., QuerySet[Any, T]]") -> Callable[..., list[T]]:
    """Return what answers the results of a queryset (objects, or tuples), whose SQL is written at the first call only.

    All arguments are ids (UUID), and the queryset may depend on nothing else that changes. Everything but the arguments
    stands in the statement itself, because the indexes of a part of the rows are found by it.
    """
    names = list(signature(rows).parameters)
    written = cache(lambda: _write(rows, names))

    @wraps(rows)
    def answer(*given: UUID) -> list[T]:
        if None in given:
            raise UnscopedQuery(f"{rows.__qualname__}: no id was given")
        sql, result_of = written()
        return [result_of(row) for row in statements.answer(sql, dict(zip(names, given, strict=True)))]

    return answer


def _write(rows: "Callable[..., QuerySet[Any, Any]]", names: list[str]) -> _Written:
    stand_ins = {name: uuid4() for name in names}
    asked = rows(*stand_ins.values())
    if isinstance(asked, OrgQuerySet):
        asked.demand_org()
    if asked._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise TypeError(f"{rows.__qualname__}: what is fetched beside it would be missing")
    if asked._iterable_class not in _KINDS or (asked._iterable_class is ModelIterable and asked.query.annotations):
        raise TypeError(f"{rows.__qualname__}: neither objects as they are stored, nor tuples or values of a list")
    compiler: Any = asked.query.get_compiler(DEFAULT_DB_ALIAS)
    written: Any = connection.ops  # PostgreSQL's, which can write a parameter into its statement.
    sql: str = written.compose_sql(*compiler.as_sql()).replace("%", "%%")
    for name, one in stand_ins.items():
        literal = written.compose_sql("%s", [one])
        if literal not in sql:
            raise TypeError(f"{rows.__qualname__}: {name} does not reach the statement")
        sql = sql.replace(literal, f"%({name})s")
    return _Written(sql, _reader(asked, compiler))


def _reader(asked: "QuerySet[Any, Any]", compiler: Any) -> Callable[[Row], Any]:
    """Return what makes of a row what Django's own iterators make of it."""
    converters = compiler.get_converters(expression for expression, *_names in compiler.select)

    def converted(row: Row) -> Row:
        values = list(row)
        for place, (several, expression) in converters.items():
            for convert in several:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)

    if asked._iterable_class is not ModelIterable:
        is_flat = asked._iterable_class is FlatValuesListIterable
        return (lambda row: converted(row)[0]) if is_flat else converted if converters else tuple
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column.target.attname for column, *_others in compiler.select[start:end]]
    joined: Any = get_related_populators
    populators = joined(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)

    def instance(row: Row) -> Any:
        values = converted(row)
        made = model.from_db(DEFAULT_DB_ALIAS, names, values[start:end])
        for populator in populators:
            populator.populate(values, made)
        return made

    return instance
