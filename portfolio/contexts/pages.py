"""A list shown page by page."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)
PER_PAGE = 25


@dataclass(frozen=True)
class Pager:
    """Where in a list the reader stands, in words, and the ways to the neighbours."""

    words: str
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class Listed(Generic[M]):
    """One page of rows."""

    rows: list[M]
    pager: Pager


def listed(rows: "QuerySet[M]", query: QueryDict, parameter: str, noun: str) -> Listed[M]:
    """The page of ROWS that the URL's PARAMETER asks for; a page that is not there gives the nearest."""
    page = Paginator(rows, PER_PAGE).get_page(query.get(parameter))
    words = f"{page.start_index()} to {page.end_index()} of {page.paginator.count} {noun}"
    return Listed(
        rows=list(page.object_list),
        pager=Pager(
            words=words,
            previous=_url(query, parameter, page.previous_page_number()) if page.has_previous() else None,
            next=_url(query, parameter, page.next_page_number()) if page.has_next() else None,
        ),
    )


def _url(query: QueryDict, parameter: str, number: int) -> str:
    wanted: Any = query.copy()
    wanted[parameter] = str(number)
    return f"?{wanted.urlencode()}"
