"""Where a figure comes from, and the methods behind all of them."""

from functools import lru_cache
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from metrics.contexts import figure_page, record
from metrics.contexts.published_rates import summary_of
from metrics.inputs import rates_on
from portfolio.views.door import PageRequest, page
from web.context import formats_of
from web.markdown import to_html

METHODS = Path(__file__).resolve().parents[2] / "docs" / "methods"


@require_safe
@page
def figure(request: PageRequest, figure_id: str) -> HttpResponse:
    """The inputs of one figure."""
    shown = figure_page.build(request.actor, figure_id, formats_of(request))
    return render(request, "metrics/figure.html", {"page": shown})


@require_safe
@page
def method(request: PageRequest) -> HttpResponse:
    """How every figure is worked out, where its limits are, and what the risk model was worth so far."""
    formats = formats_of(request)
    shown = {
        "documents": _documents(),
        "record": record.build(request.actor.workspace.pk, formats),
        "published": summary_of(rates_on(request.actor.workspace, None), formats),
    }
    return render(request, "metrics/method.html", shown)


@lru_cache(maxsize=1)
def _documents() -> tuple[tuple[str, SafeString], ...]:
    """The documents of docs/methods by name."""
    return tuple((path.stem, to_html(path.read_text())) for path in sorted(METHODS.glob("*.md")))
