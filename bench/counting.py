"""Counts the queries of a request."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]


def count_queries(get_response: View) -> View:
    """Middleware: put the number of queries into the answer's head."""

    def counted(request: HttpRequest) -> HttpResponse:
        queries = 0

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*arguments)

        with connection.execute_wrapper(count):
            answer = get_response(request)
        answer["X-Queries"] = str(queries)
        return answer

    return counted
