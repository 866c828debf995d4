"""The overview: does the portfolio make money, what is about to fail, what waits for a decision."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.access import Actor
from metrics.charts import Chart
from metrics.contexts.marks import Axis
from metrics.contexts.past import Banner, PastTotalsShown
from metrics.contexts.rows import Row, rows_of
from metrics.contexts.settings import hurdle_on
from metrics.contexts.stages import Step
from metrics.contexts.words import STRIP
from metrics.core.periods import last_full_month
from metrics.core.risk.signals import SignalCode
from metrics.inputs import Clock
from metrics.models import Kind, PortfolioSnapshot
from metrics.selectors import without_figure
from notices.contexts.decisions import Decisions, decisions_of
from notices.contexts.evidence import Evidence, MovedTogether, evidence_block, together_block
from notices.contexts.headline import Headline, Tile, coverage_words, headline_of, tiles_of
from notices.contexts.subject import Block, Subject, block_of, subject_of, total_block
from notices.contexts.trends import Causes, causes_block, gaps_block, main_causes, months_block
from portfolio.models import Initiative
from portfolio.selectors import closed_through
from web.formats import Formats

NAMED = 6


@dataclass(frozen=True)
class Listing:
    """The most doubtful initiatives."""

    rows: tuple[Row, ...]
    axis: Axis
    hurdle: str
    all_words: str
    cut: str


@dataclass(frozen=True)
class Coverage:
    """How many initiatives the figures speak of, and which they do not."""

    words: str
    stages: tuple[Step, ...]
    without: tuple[tuple[str, str, str], ...]
    more: str


@dataclass(frozen=True)
class Old:
    """How many initiatives have old data, and the list of them."""

    words: str
    url: str


@dataclass(frozen=True)
class Pack:
    """What stands at the head of each printed page: whose, of when, and how far it may be relied on."""

    title: str
    standing: str


@dataclass(frozen=True)
class Overview:
    """The page; None in a block's content means that there is nothing to show yet."""

    past: Banner
    freshness: str
    waits: str
    old: Old | None
    pack: Pack
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
    subject = subject_of(actor, formats, clock, past)
    totals, listing = subject.totals, block_of(subject, _listing)
    return Overview(
        past=subject.banner,
        freshness=_freshness(totals, formats) if totals else "No figures yet",
        waits=_waits(subject.lag),
        old=_old(totals, subject.banner) if totals else None,
        pack=_pack(subject),
        headline=total_block(subject, lambda found, _: headline_of(found, formats)),
        tiles=total_block(subject, lambda found, held: tiles_of(found, formats, held.banner.query)),
        decisions=Block(None) if past else block_of(subject, _decisions),
        months=total_block(subject, lambda found, _: months_block(found, formats)),
        gaps=total_block(subject, lambda found, held: gaps_block(held.gaps, found, formats)),
        causes=total_block(subject, _causes),
        listing=listing,
        evidence=total_block(subject, lambda found, _: evidence_block(found, formats)),
        together=total_block(subject, lambda found, _: together_block(found, formats)),
        coverage=total_block(subject, _coverage),
        has_initiatives=past is not None or listing.content is not None or listing.has_failed,
        has_figures=totals is not None,
    )


def _freshness(totals: PortfolioSnapshot, formats: Formats) -> str:
    first, last = formats.month(totals.fiscal_year_from), formats.month(totals.fiscal_year_to)
    of_day = {Kind.AS_OF: "as believed on", Kind.RESTATED: "as known now up to"}.get(Kind(totals.kind), "as of")
    worked_out = f"figures {of_day} {formats.day(totals.as_of_date)}, worked out {formats.moment(totals.computed_at)}"
    return f"Fiscal year {first} to {last} · {worked_out}"


def _waits(lag: int) -> str:
    return f"totals lag by {lag} change{'s' * (lag != 1)}" if lag else ""


def _old(totals: PortfolioSnapshot, banner: Banner) -> Old | None:
    """How many initiatives have a KPI without a recent reading."""
    count, of = totals.risk.get("signals", {}).get(SignalCode.STALE_KPI, 0), totals.coverage["of"]
    if not count:
        return None
    query = f"{banner.query}&" if banner.query else "?"
    url = f"{reverse('initiatives')}{query}signal={SignalCode.STALE_KPI}"
    return Old(f"{count} of {of} initiatives ha{'s' if count == 1 else 've'} old data", url)


def _pack(subject: Subject) -> Pack:
    workspace, day = subject.actor.workspace, subject.formats.day(subject.day)
    believed = "" if not subject.banner.day else ", restated" if subject.banner.is_restated else ", as believed then"
    return Pack(f"{workspace.name}: AI portfolio on {day}{believed}", _standing(subject))


def _standing(subject: Subject) -> str:
    """Made up, approved by closing the books, or a draft."""
    if subject.actor.workspace.is_sample:
        return "Made-up figures"
    closed, actual = closed_through(subject.actor.workspace), last_full_month(subject.day)
    if closed is not None and closed >= actual:
        return f"Approved: finance has closed the books through {subject.formats.day(closed)}"
    return f"Draft: the books are not closed through {subject.formats.day(actual)}"


def _decisions(subject: Subject) -> Decisions:
    if subject.is_past:
        raise LookupError("Decisions are about today.")
    return decisions_of(subject.actor, subject.formats, subject.day)


def _causes(totals: PortfolioSnapshot, subject: Subject) -> Causes | None:
    main = main_causes(subject.gaps, subject.day, subject.cut)
    return causes_block(subject.gaps, main, totals, subject.formats)


def _listing(subject: Subject) -> Listing | None:
    if not subject.listed:
        return None
    formats = subject.formats
    hurdle = hurdle_on(subject.actor.workspace, subject.day, subject.cut)
    rows, axis = rows_of(subject.listed, hurdle, formats, subject.day, subject.banner.same_query)
    count = subject.totals.coverage["of"] if subject.totals else len(rows)
    return Listing(
        rows=rows,
        axis=axis,
        hurdle="" if hurdle is None else formats.percent(hurdle),
        cut=f"{len(rows)} of {formats.number(count, digits=0)}." if count > len(rows) else "",
        all_words="All initiatives" if count == 1 else f"All {formats.number(count, digits=0)} initiatives",
    )


def _coverage(totals: PortfolioSnapshot, subject: Subject) -> Coverage:
    stages = totals.counts["stages"]
    without = without_figure(subject.actor.workspace, totals, NAMED)
    left = len(totals.coverage["without"]) - NAMED
    return Coverage(
        words=coverage_words(totals.coverage),
        stages=tuple(
            Step(f"{sum(stages.get(stage, 0) for stage in group)} {label}", "count") for label, group in STRIP
        ),
        without=tuple((row.name, _page_of(row, subject.banner), why) for row, why in without),
        more=f"and {left} more" if left > 0 else "",
    )


def _page_of(initiative: Initiative, banner: Banner) -> str:
    """The page of an initiative; one that was archived since has none."""
    archived = initiative.archived_at is not None
    return "" if archived else reverse("initiative", args=[initiative.key]) + banner.same_query
