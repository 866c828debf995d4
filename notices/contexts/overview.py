"""The overview: does the portfolio make money, what is about to fail, what waits for a decision."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db import DatabaseError
from django.urls import reverse

from accounts.access import Actor
from metrics.charts import Chart
from metrics.contexts.filters import DEFAULT_SORT
from metrics.contexts.lists import Row, in_order, rows_of
from metrics.contexts.marks import Axis
from metrics.contexts.stages import Step
from metrics.contexts.words import STRIP
from metrics.models import PortfolioSnapshot
from metrics.selectors import portfolio_of, totals_lag, without_figure
from notices.contexts.decisions import Decisions, decisions_of
from notices.contexts.evidence import Evidence, MovedTogether, evidence_block, together_block
from notices.contexts.headline import Headline, Tile, coverage_words, headline_of, tiles_of
from notices.contexts.trends import Causes, causes_block, furthest, gaps_block, months_block
from portfolio.access import initiatives
from portfolio.models import Initiative
from web.formats import Formats

log = logging.getLogger(__name__)
FAULTS = (ArithmeticError, DatabaseError, LookupError, TypeError, ValueError)
LISTED = 12
NAMED = 6
S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Block(Generic[T]):
    """A part of the page that may fail by itself: its content, or that it could not be worked out."""

    content: T | None
    has_failed: bool = False


@dataclass(frozen=True)
class Listing:
    """The most doubtful initiatives."""

    rows: tuple[Row, ...]
    axis: Axis
    hurdle: str
    all_words: str


@dataclass(frozen=True)
class Coverage:
    """How many initiatives the figures speak of, and which they do not."""

    words: str
    stages: tuple[Step, ...]
    without: tuple[tuple[str, str, str], ...]
    more: str


@dataclass(frozen=True)
class Overview:
    """The page; None in a block's content means that there is nothing to show yet."""

    freshness: str
    waits: str
    headline: Block[Headline]
    tiles: Block[tuple[Tile, ...]]
    decisions: Block[Decisions]
    months: Block[Chart]
    gaps: Block[Chart]
    causes: Block[Causes]
    listing: Block[Listing]
    evidence: Block[Evidence]
    together: Block[tuple[MovedTogether, ...]]
    coverage: Block[Coverage]
    has_initiatives: bool
    has_figures: bool


def build(actor: Actor, formats: Formats, today: date) -> Overview:
    """The page of a workspace; reads the stored totals and never works anything out anew."""
    stored = portfolio_of(actor.workspace)
    totals = stored if stored is not None and stored.members else None
    doubtful = in_order(actor, initiatives(actor), DEFAULT_SORT, 0, LISTED) or None
    gaps = furthest(actor) if totals else []
    return Overview(
        freshness=_freshness(totals, formats) if totals else "No figures yet",
        waits=_waits(totals_lag(actor.workspace, stored)),
        headline=_block(totals, lambda found: headline_of(found, formats)),
        tiles=_block(totals, lambda found: tiles_of(found, formats)),
        decisions=_block(doubtful, lambda _: decisions_of(actor, formats, today)),
        months=_block(totals, lambda found: months_block(found, formats)),
        gaps=_block(totals, lambda found: gaps_block(gaps, found, formats)),
        causes=_block(totals, lambda found: causes_block(gaps, found, formats)),
        listing=_block(doubtful, lambda found: _listing(actor, found, totals, formats, today)),
        evidence=_block(totals, lambda found: evidence_block(found, formats)),
        together=_block(totals, lambda found: together_block(found, formats)),
        coverage=_block(totals, lambda found: _coverage(actor, found)),
        has_initiatives=doubtful is not None,
        has_figures=totals is not None,
    )


def _block(subject: S | None, make: Callable[[S], T | None]) -> Block[T]:
    """The block's content, or that this block alone could not be worked out."""
    if subject is None:
        return Block(None)
    try:
        return Block(make(subject))
    except FAULTS:
        log.exception("A block of the overview could not be worked out")
        return Block(None, has_failed=True)


def _freshness(totals: PortfolioSnapshot, formats: Formats) -> str:
    first, last = formats.month(totals.fiscal_year_from), formats.month(totals.fiscal_year_to)
    worked_out = f"figures as of {formats.day(totals.as_of_date)}, worked out {formats.moment(totals.computed_at)}"
    return f"Fiscal year {first} to {last} · {worked_out}"


def _waits(lag: int) -> str:
    return f"totals lag by {lag} change{'s' * (lag != 1)}" if lag else ""


def _listing(
    actor: Actor, doubtful: Sequence[Initiative], totals: PortfolioSnapshot | None, formats: Formats, today: date
) -> Listing:
    rows, axis, hurdle = rows_of(actor, doubtful, formats, today)
    count = totals.coverage["of"] if totals else len(rows)
    return Listing(
        rows=rows,
        axis=axis,
        hurdle="" if hurdle is None else formats.percent(hurdle),
        all_words="All initiatives" if count == 1 else f"All {formats.number(count, digits=0)} initiatives",
    )


def _coverage(actor: Actor, totals: PortfolioSnapshot) -> Coverage:
    stages = totals.counts["stages"]
    without = without_figure(actor.workspace, totals, NAMED)
    left = len(totals.coverage["without"]) - NAMED
    return Coverage(
        words=coverage_words(totals.coverage),
        stages=tuple(
            Step(f"{sum(stages.get(stage, 0) for stage in group)} {label}", "count") for label, group in STRIP
        ),
        without=tuple((row.name, reverse("initiative", args=[row.key]), why) for row, why in without),
        more=f"and {left} more" if left > 0 else "",
    )
