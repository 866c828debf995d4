"""The verdict over the portfolio, its range, and the four headline figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from metrics.contexts import sentences
from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.marks import Track, track
from metrics.contexts.sentences import Part
from metrics.core.rollup.initiative import Verdict
from metrics.models import PortfolioSnapshot
from web.formats import Formats


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


def headline_of(totals: PortfolioSnapshot, formats: Formats) -> Headline:
    """The verdict in a sentence, and the range against the hurdle."""
    figures = totals.figures
    roi, hurdle = shown(figures["roi_forecast"], formats), shown(figures["hurdle"], formats)
    plan = shown(figures.get("roi_plan"), formats)
    return Headline(
        sentence=_sentence(totals, formats),
        more=coverage_words(totals.coverage),
        track=track(
            "ROI forecast over the horizon",
            roi,
            formats,
            hurdle=hurdle.value,
            plan=plan.value,
            caption=_caption(roi, shown(figures["chance_clears_hurdle"], formats)),
        )
        if roi.is_known
        else None,
    )


def _caption(roi: Shown, chance: Shown) -> str:
    """The range in words, and the chance of clearing the hurdle."""
    if not roi.range:
        return "No range yet: it needs the simulation."
    return f"{roi.range}; {chance.text} chance of clearing the hurdle" if chance.is_known else roi.range


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


def tiles_of(totals: PortfolioSnapshot, formats: Formats, query: str = "") -> tuple[Tile, ...]:
    """Net value to date and forecast, spending, and how many are unlikely to clear it; `query` keeps a past day."""
    return (
        _year_tile(totals, "Net value this year, to date", "net_to_date", "net_plan_to_date", formats),
        _year_tile(totals, "Net value this year, forecast", "net_forecast", "net_plan", formats),
        _year_tile(totals, "Spent this year", "cost_to_date", "cost_plan_to_date", formats, is_cost=True),
        _missed_tile(totals, query),
    )


def _year_tile(
    totals: PortfolioSnapshot, label: str, name: str, plan_name: str, formats: Formats, *, is_cost: bool = False
) -> Tile:
    figure, plan = shown(totals.year[name], formats), shown(totals.year[plan_name], formats)
    note, tone = _beside_plan(figure, plan, totals.currency, formats, is_cost=is_cost)
    if figure.range:
        note, tone = figure.range, "mut"
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


def _missed_tile(totals: PortfolioSnapshot, query: str) -> Tile:
    verdicts = totals.counts["verdicts"]
    unlikely, uncertain, likely = (
        verdicts.get(verdict, 0) for verdict in (Verdict.UNLIKELY, Verdict.UNCERTAIN, Verdict.LIKELY)
    )
    running = unlikely + uncertain + likely
    return Tile(
        label="Unlikely to clear the hurdle",
        figure=Shown(f"{unlikely} of {running}" if running else "No forecast yet.", is_known=running > 0),
        note=f"{uncertain} more uncertain" if uncertain else "",
        tone="mut",
        url=reverse("initiatives") + query,
        link="See the list",
    )


def coverage_words(coverage: Mapping[str, Any]) -> str:
    """How many initiatives the figures speak of."""
    known, count = coverage["with_figure"], coverage["of"]
    if not known:
        return "No initiative has a forecast return yet."
    if known == count:
        whole = "The only initiative has" if count == 1 else f"All {count} initiatives have"
        return f"{whole} a forecast return."
    return f"{known} of {count} initiatives have a forecast return; the others are in no figure that needs one."
