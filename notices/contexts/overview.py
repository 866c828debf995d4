"""The overview: does the portfolio make money, what is about to fail, what waits for a decision."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from django.db import DatabaseError
from django.urls import reverse

from accounts.access import Actor
from metrics.charts import Chart, GapRow
from metrics.contexts.entries import Entry
from metrics.contexts.filters import Filters
from metrics.contexts.lists import day_and_cut, source_of
from metrics.contexts.marks import Axis
from metrics.contexts.past import Banner, PastTotalsShown, banner_of_totals
from metrics.contexts.rows import Row, rows_of
from metrics.contexts.settings import hurdle_on
from metrics.contexts.stages import Step
from metrics.contexts.words import STRIP
from metrics.inputs import Clock
from metrics.models import Kind, PortfolioSnapshot
from metrics.selectors import portfolio_of, totals_lag, without_figure
from notices.contexts.decisions import Decisions, decisions_of
from notices.contexts.evidence import Evidence, MovedTogether, evidence_block, together_block
from notices.contexts.headline import Headline, Tile, coverage_words, headline_of, tiles_of
from notices.contexts.trends import Causes, causes_block, furthest, furthest_on, gaps_block, main_causes, months_block
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

    past: Banner
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


def build(actor: Actor, formats: Formats, clock: Clock, past: PastTotalsShown | None = None) -> Overview:
    """The page of a workspace, of now or of a past day; reads stored totals and never works anything out anew."""
    subject = _subject_of(actor, clock, past)
    totals, listed = subject.totals, subject.listed
    banner = banner_of_totals(past, formats)
    return Overview(
        past=banner,
        freshness=_freshness(totals, formats) if totals else "No figures yet",
        waits=_waits(subject.lag),
        headline=_block(totals, lambda found: headline_of(found, formats)),
        tiles=_block(totals, lambda found: tiles_of(found, formats, banner.query)),
        decisions=Block(None) if past else _block(listed, lambda _: decisions_of(actor, formats, subject.day)),
        months=_block(totals, lambda found: months_block(found, formats)),
        gaps=_block(totals, lambda found: gaps_block(subject.gaps, found, formats)),
        causes=_block(
            totals,
            lambda found: causes_block(
                subject.gaps, main_causes(subject.gaps, subject.day, subject.cut), found, formats
            ),
        ),
        listing=_block(listed, lambda found: _listing(actor, found, subject, banner, formats)),
        evidence=_block(totals, lambda found: evidence_block(found, formats)),
        together=_block(totals, lambda found: together_block(found, formats)),
        coverage=_block(totals, lambda found: _coverage(actor, found, banner)),
        has_initiatives=past is not None or listed is not None,
        has_figures=totals is not None,
    )


@dataclass(frozen=True)
class _Subject:
    """What the page is about: totals, the most doubtful initiatives, those furthest from plan, and the day.

    `cut` is the moment by which records of that day were known; None for those known now.
    """

    day: date
    cut: datetime | None
    totals: PortfolioSnapshot | None
    listed: Sequence[Entry] | None
    gaps: Sequence[GapRow]
    lag: int = 0


def _subject_of(actor: Actor, clock: Clock, past: PastTotalsShown | None) -> _Subject:
    day, cut = day_and_cut(actor, clock, past)
    stored = past.shown.totals if past else portfolio_of(actor.workspace)
    totals = stored if stored is not None and stored.members else None
    if past and totals is None:
        return _Subject(day, cut, None, None, [])
    listed = source_of(actor, Filters(), [], clock, past).stretch(0, LISTED) or None
    if past and totals:
        return _Subject(day, cut, totals, listed, furthest_on(totals))
    gaps = furthest(actor) if totals else []
    return _Subject(day, cut, totals, listed, gaps, totals_lag(actor.workspace, stored))


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
    of_day = {Kind.AS_OF: "as believed on", Kind.RESTATED: "as known now up to"}.get(Kind(totals.kind), "as of")
    worked_out = f"figures {of_day} {formats.day(totals.as_of_date)}, worked out {formats.moment(totals.computed_at)}"
    return f"Fiscal year {first} to {last} · {worked_out}"


def _waits(lag: int) -> str:
    return f"totals lag by {lag} change{'s' * (lag != 1)}" if lag else ""


def _causes(subject: _Subject, totals: PortfolioSnapshot, formats: Formats) -> Causes | None:
    return causes_block(subject.gaps, main_causes(subject.gaps, subject.day, subject.cut), totals, formats)


def _listing(actor: Actor, listed: Sequence[Entry], subject: _Subject, banner: Banner, formats: Formats) -> Listing:
    hurdle = hurdle_on(actor.workspace, subject.day, subject.cut)
    rows, axis = rows_of(listed, hurdle, formats, subject.day, banner.same_query)
    count = subject.totals.coverage["of"] if subject.totals else len(rows)
    return Listing(
        rows=rows,
        axis=axis,
        hurdle="" if hurdle is None else formats.percent(hurdle),
        all_words="All initiatives" if count == 1 else f"All {formats.number(count, digits=0)} initiatives",
    )


def _coverage(actor: Actor, totals: PortfolioSnapshot, banner: Banner) -> Coverage:
    stages = totals.counts["stages"]
    without = without_figure(actor.workspace, totals, NAMED)
    left = len(totals.coverage["without"]) - NAMED
    return Coverage(
        words=coverage_words(totals.coverage),
        stages=tuple(
            Step(f"{sum(stages.get(stage, 0) for stage in group)} {label}", "count") for label, group in STRIP
        ),
        without=tuple((row.name, _page_of(row, banner), why) for row, why in without),
        more=f"and {left} more" if left > 0 else "",
    )


def _page_of(initiative: Initiative, banner: Banner) -> str:
    """The page of an initiative; one that was archived since has none."""
    archived = initiative.archived_at is not None
    return "" if archived else reverse("initiative", args=[initiative.key]) + banner.same_query
