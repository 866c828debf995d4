"""The overview: does the portfolio make money, what is about to fail, what waits for a decision."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import F
from django.db.models.functions import Abs
from django.urls import reverse

from accounts.access import Actor
from metrics.charts import Chart, GapRow, currency_name, gap_chart, months_chart, months_of
from metrics.contexts import sentences
from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.filters import DEFAULT_SORT, ordering
from metrics.contexts.lists import Row, rows_of, with_figures
from metrics.contexts.marks import Axis, Track, track
from metrics.contexts.sentences import Part
from metrics.contexts.words import STRIP
from metrics.core.rollup.initiative import Verdict
from metrics.models import CurrentSnapshot, PortfolioSnapshot
from metrics.selectors import portfolio_of, totals_lag, without_figure
from notices.contexts.decisions import Decisions, decisions_of
from portfolio.access import initiatives
from portfolio.models import Initiative
from web.formats import Formats

log = logging.getLogger(__name__)
FAULTS = (ArithmeticError, LookupError, TypeError, ValueError)
LISTED = 12
GAPS = 12
NAMED = 6
T = TypeVar("T")


@dataclass(frozen=True)
class Block(Generic[T]):
    """A part of the page that may fail by itself: its content, or that it could not be worked out."""

    content: T | None
    has_failed: bool = False


@dataclass(frozen=True)
class Tile:
    """One headline figure (components/tile.html)."""

    label: str
    figure: Shown
    note: str
    tone: str
    url: str
    link: str


@dataclass(frozen=True)
class Headline:
    """The verdict and its range."""

    sentence: tuple[Part, ...]
    more: str
    track: Track | None


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
    stages: tuple[tuple[str, str, str], ...]
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
    listing: Block[Listing]
    coverage: Block[Coverage]
    has_initiatives: bool
    has_figures: bool


def build(actor: Actor, formats: Formats, today: date) -> Overview:
    """The page of a workspace; reads the stored totals and never works anything out anew."""
    totals = portfolio_of(actor.workspace)
    doubtful = list(with_figures(initiatives(actor)).order_by(*ordering(DEFAULT_SORT))[:LISTED])
    has_figures = totals is not None and bool(totals.members)
    return Overview(
        freshness=_freshness(totals, formats) if totals else "No figures yet",
        waits=_waits(totals_lag(actor.workspace, totals)),
        headline=_block(lambda: _headline(totals, formats), has_figures),
        tiles=_block(lambda: _tiles(totals, formats), has_figures),
        decisions=_block(lambda: decisions_of(actor, doubtful, formats, today), bool(doubtful)),
        months=_block(lambda: _months(totals, formats), has_figures),
        gaps=_block(lambda: _gaps(actor, totals, formats), has_figures),
        listing=_block(lambda: _listing(actor, doubtful, totals, formats, today), bool(doubtful)),
        coverage=_block(lambda: _coverage(actor, totals), has_figures),
        has_initiatives=bool(doubtful),
        has_figures=has_figures,
    )


def _block(make: Callable[[], T | None], is_wanted: bool) -> Block[T]:
    """The block's content, or that this block alone could not be worked out."""
    if not is_wanted:
        return Block(None)
    try:
        return Block(make())
    except FAULTS:
        log.exception("A block of the overview could not be worked out")
        return Block(None, has_failed=True)


def _freshness(totals: PortfolioSnapshot, formats: Formats) -> str:
    first, last = formats.month(totals.fiscal_year_from), formats.month(totals.fiscal_year_to)
    return f"Fiscal year {first} to {last} · figures as of {formats.day(totals.as_of_date)}, worked out {formats.moment(totals.computed_at)}"


def _waits(lag: int) -> str:
    return f"totals lag by {lag} change{'s' * (lag != 1)}" if lag else ""


def _headline(totals: PortfolioSnapshot, formats: Formats) -> Headline:
    figures = totals.figures
    roi, hurdle = shown(figures["roi_forecast"], formats), shown(figures["hurdle"], formats)
    chance = shown(figures["chance_clears_hurdle"], formats)
    caption = (
        f"{chance.text} chance of clearing the hurdle" if chance.is_known else "No range yet: it needs the simulation."
    )
    return Headline(
        sentence=_sentence(totals, formats),
        more=_coverage_words(totals.coverage),
        track=track("ROI forecast over the horizon", roi, formats, hurdle=hurdle.value, plan=None, caption=caption)
        if roi.is_known
        else None,
    )


def _sentence(totals: PortfolioSnapshot, formats: Formats) -> tuple[Part, ...]:
    roi = shown(totals.figures["roi_to_date"], formats)
    opening = (
        ""
        if roi.value is None
        else "The portfolio has made money: "
        if roi.value >= 0
        else "The portfolio has not paid back yet: "
    )
    ahead = shown(totals.year["net_forecast"], formats)
    parts = (Part(opening), *sentences.to_date(totals.figures, totals.currency, formats))
    if not ahead.is_known:
        return parts
    return (
        *parts,
        Part(" It is on course for "),
        Part(f"{ahead.text} net", "strong"),
        Part(" this year"),
        *_against_plan(totals, formats),
    )


def _against_plan(totals: PortfolioSnapshot, formats: Formats) -> tuple[Part, ...]:
    gap = shown(totals.year["gap_to_plan"], formats)
    if gap.value is None:
        return (Part("."),)
    size = formats.money(abs(gap.value), totals.currency)
    return (
        Part(", "),
        Part(f"{size} {'under' if gap.value < 0 else 'over'} plan", "crit" if gap.value < 0 else "good"),
        Part("."),
    )


def _tiles(totals: PortfolioSnapshot, formats: Formats) -> tuple[Tile, ...]:
    return (
        _year_tile(totals, "Net value this year, to date", "net_to_date", "net_plan_to_date", formats),
        _year_tile(totals, "Net value this year, forecast", "net_forecast", "net_plan", formats),
        _year_tile(totals, "Spent this year", "cost_to_date", "cost_plan_to_date", formats, is_cost=True),
        _missed_tile(totals),
    )


def _year_tile(
    totals: PortfolioSnapshot, label: str, name: str, plan_name: str, formats: Formats, *, is_cost: bool = False
) -> Tile:
    figure, plan = shown(totals.year[name], formats), shown(totals.year[plan_name], formats)
    note, tone = _beside_plan(figure, plan, totals.currency, formats, is_cost=is_cost)
    return Tile(label, figure, note, tone, figure_url(totals, f"year.{name}"), "Check the inputs")


def _beside_plan(figure: Shown, plan: Shown, currency: str, formats: Formats, *, is_cost: bool) -> tuple[str, str]:
    """How a figure lies against its plan, and whether that is good, bad or neither."""
    if figure.value is None or plan.value is None:
        return ("no plan to compare with" if figure.is_known else ""), "mut"
    difference = figure.value - plan.value
    size = formats.money(abs(difference), currency)
    if not difference:
        return "on plan", "mut"
    if is_cost:
        return (f"▲ {size} over plan", "warn") if difference > 0 else (f"▼ {size} under plan", "mut")
    return (f"▲ {size} over plan", "good") if difference > 0 else (f"▼ {size} under plan", "crit")


def _missed_tile(totals: PortfolioSnapshot) -> Tile:
    verdicts = totals.counts["verdicts"]
    losing = verdicts.get(Verdict.LOSES, 0)
    missed = losing + verdicts.get(Verdict.SHORT, 0)
    running = missed + verdicts.get(Verdict.CLEARS, 0)
    return Tile(
        label="Below the hurdle on forecast",
        figure=Shown(f"{missed} of {running}", is_known=True),
        note=f"{losing} of them lose{'s' * (losing == 1)} money" if missed else "",
        tone="mut",
        url=reverse("initiatives"),
        link="See the list",
    )


def _months(totals: PortfolioSnapshot, formats: Formats) -> Chart | None:
    first, last = totals.fiscal_year_from, totals.fiscal_year_to
    rows = [row for row in months_of(totals.months) if first <= row.month <= last]
    if not rows:
        return None
    closed = [row for row in rows if row.is_actual and row.net is not None and row.plan is not None]
    below = sum(1 for row in closed if row.net is not None and row.plan is not None and row.net < row.plan)
    title = "Net value by month"
    if closed:
        title = (
            f"{below} of {len(closed)} closed months stayed below plan" if below else "Every closed month met its plan"
        )
    subtitle = f"Proven and forecast benefit less cost, {currency_name(totals.currency, formats)}"
    return months_chart(rows, totals.currency, formats, title=title, subtitle=subtitle)


def _gaps(actor: Actor, totals: PortfolioSnapshot, formats: Formats) -> Chart | None:
    """The initiatives furthest from their plan of the year."""
    held = CurrentSnapshot.objects.filter(workspace=actor.workspace, initiative__archived_at__isnull=True)
    gap = F("year_net") - F("year_plan_net")
    furthest = held.filter(year_net__isnull=False, year_plan_net__isnull=False).order_by(Abs(gap).desc(), "pk")[:GAPS]
    rows = [GapRow(*values) for values in furthest.values_list("initiative__name", "year_net", "year_plan_net")]
    if not rows:
        return None
    whole = shown(totals.year["gap_to_plan"], formats)
    subtitle = f"Net value of the fiscal year, forecast less plan, {currency_name(totals.currency, formats)}"
    if whole.is_known:
        subtitle += f". All initiatives together {whole.text}"
    return gap_chart(rows, totals.currency, formats, title=_gap_title(rows, whole.value, formats), subtitle=subtitle)


def _gap_title(rows: Sequence[GapRow], whole: Decimal | None, formats: Formats) -> str:
    """Who makes the shortfall, where there is one."""
    shortfalls = sorted(row.gap for row in rows if row.gap < 0)
    if not shortfalls:
        return "No initiative is behind its plan"
    top = sum(shortfalls[:3], Decimal(0))
    total = sum(shortfalls, Decimal(0))
    if len(shortfalls) <= 3:
        return f"{len(shortfalls)} initiative{'s are' if len(shortfalls) > 1 else ' is'} behind plan"
    return f"Three initiatives make {formats.percent(top / total)} of the shortfall"


def _listing(
    actor: Actor, doubtful: Sequence[Initiative], totals: PortfolioSnapshot | None, formats: Formats, today: date
) -> Listing:
    rows, axis, hurdle = rows_of(actor, doubtful, formats, today)
    count = totals.coverage["of"] if totals else len(rows)
    return Listing(
        rows=rows,
        axis=axis,
        hurdle="" if hurdle is None else formats.percent(hurdle),
        all_words=f"All {formats.number(count, digits=0)} initiatives",
    )


def _coverage(actor: Actor, totals: PortfolioSnapshot) -> Coverage:
    stages = totals.counts["stages"]
    counted = [(label, sum(stages.get(stage, 0) for stage in group)) for label, group in STRIP]
    longest = max((count for _, count in counted), default=0) or 1
    without = without_figure(actor.workspace, totals)
    return Coverage(
        words=_coverage_words(totals.coverage),
        stages=tuple((label, str(count), f"{Decimal(count) / longest * 80:.1f}%") for label, count in counted),
        without=tuple((row.name, reverse("initiative", args=[row.key]), why) for row, why in without[:NAMED]),
        more=f"and {len(without) - NAMED} more" if len(without) > NAMED else "",
    )


def _coverage_words(coverage: Mapping[str, Any]) -> str:
    known, count = coverage["with_figure"], coverage["of"]
    if known == count:
        return f"All {count} initiatives have a forecast return."
    return f"{known} of {count} initiatives have a forecast return; the others are in no figure that needs one."
