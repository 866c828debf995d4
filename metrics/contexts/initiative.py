"""One initiative: what it returns, why we believe it, what threatens it, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.access import Actor
from accounts.choices import Permission
from metrics.charts import Chart, Event
from metrics.contexts import sentences
from metrics.contexts.checklist import Checklist, checklist_of
from metrics.contexts.dots import DotStrip, dots_of
from metrics.contexts.drawn import added_of, bridge_of
from metrics.contexts.figures import Shown, figures_of, shown
from metrics.contexts.freshness import Freshness, freshness_of, of_the_past
from metrics.contexts.kpis import KpiRow, kpi_rows, shared_words
from metrics.contexts.marks import Track, track
from metrics.contexts.money import MoneyTable, benefit_table, cost_table
from metrics.contexts.past import Banner, PastFigures, banner_of_figures
from metrics.contexts.ratings import RatedByOthers, rated_by_others
from metrics.contexts.restatements import Note, initiative_note
from metrics.contexts.risk.block import ShownRisk, risk_of
from metrics.contexts.risk.cause import Reasons, reasons_of_all
from metrics.contexts.risk.forecasts import Course, course_of
from metrics.contexts.signals import ShownSignal, signals_of
from metrics.contexts.stages import StageEntry, Step, events_of, history_of, stage_words, steps_of
from metrics.contexts.verdicts import Status, status_of
from metrics.models import Snapshot
from metrics.selectors import current_of
from portfolio.access import may_write
from portfolio.models import Initiative
from web.formats import Formats

HORIZON = (
    ("npv", "Net present value"),
    ("irr", "Internal rate of return"),
    ("mirr", "Modified rate of return"),
    ("payback_month", "Payback"),
    ("discounted_payback_month", "Payback, discounted"),
    ("tco", "Total cost of ownership"),
    ("realisation_ratio", "Realised of plan"),
    ("chance_clears_hurdle", "Chance of clearing the hurdle"),
)
EVIDENCE = (
    ("benefit_to_date", "Proven", "Confirmed in the ledger, or grades A to C"),
    ("benefit_indicative", "Indicative", "Grade D: before and after only"),
    ("benefit_claimed_only", "Claimed", "Grade E: not confirmed by finance"),
)
ACTIONS = (
    ("kpis", "Enter readings", Permission.WRITE_RECORDS),
    ("costs", "Enter costs", Permission.WRITE_MONEY),
    ("stage", "Change stage", Permission.WRITE_RECORDS),
    ("assessment", "Score causes", Permission.WRITE_RECORDS),
    ("initiative_edit", "Edit", Permission.WRITE_RECORDS),
)


@dataclass(frozen=True)
class Named:
    """A figure with its label."""

    label: str
    figure: Shown
    note: str = ""


@dataclass(frozen=True)
class Action:
    """A button for those who may."""

    label: str
    url: str


@dataclass(frozen=True)
class Figures:
    """Everything that needs a snapshot."""

    sentence: tuple[sentences.Part, ...]
    status: Status
    track: Track | None
    evidence: tuple[Named, ...]
    to_date: tuple[Named, ...]
    horizon: tuple[Named, ...]
    bridge: Chart | None
    added: Chart | None
    dots: DotStrip | None
    benefits: MoneyTable
    costs: MoneyTable
    risk: ShownRisk
    causes: tuple[Reasons, ...]
    course: Course | None
    signals: tuple[ShownSignal, ...]
    checklist: Checklist
    left_out: str


@dataclass(frozen=True)
class InitiativePage:
    """The page of one initiative; `figures` is None until they are first worked out."""

    key: str
    name: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    stage: str
    history: tuple[StageEntry, ...]
    kpis: tuple[KpiRow, ...]
    shared_kpis: tuple[str, ...]
    freshness: Freshness
    actions: tuple[Action, ...]
    figures: Figures | None
    past: Banner
    rated: RatedByOthers
    note: Note | None = None


def build(
    actor: Actor, initiative: Initiative, formats: Formats, today: date, past: PastFigures | None = None
) -> InitiativePage:
    """The page of an initiative that the actor may read; with the figures of a past day where they are given."""
    current = current_of(initiative)
    snapshot = past.shown if past else current.snapshot if current else None
    kpis = kpi_rows(initiative, snapshot.effects if snapshot else (), formats, today)
    history = history_of(initiative, formats)
    return InitiativePage(
        key=initiative.key,
        name=initiative.name,
        summary=initiative.summary,
        facts=_facts(initiative, formats),
        steps=steps_of(initiative),
        stage=stage_words(initiative, formats),
        history=history,
        kpis=kpis,
        shared_kpis=shared_words(initiative),
        freshness=of_the_past(past.shown, formats) if past else freshness_of(current, initiative, formats),
        actions=() if past else _actions(actor, initiative),
        past=banner_of_figures(past, formats),
        rated=rated_by_others(actor, initiative, formats, past),
        figures=_figures(
            initiative, snapshot, kpis, events_of(initiative, history), formats, today, is_past=past is not None
        )
        if snapshot
        else None,
        note=None if past else initiative_note(initiative, snapshot, formats),
    )


def _facts(initiative: Initiative, formats: Formats) -> tuple[tuple[str, str], ...]:
    go_live = initiative.go_live or initiative.planned_go_live
    label = "Go-live" if initiative.go_live else "Planned go-live"
    pairs = (
        ("Owner", initiative.owner),
        ("Sponsor", initiative.sponsor),
        ("Unit", str(initiative.unit or "")),
        ("Programme", str(initiative.programme or "")),
        (label, formats.day(go_live) if go_live else ""),
        ("Horizon", f"{initiative.horizon_months} months"),
        ("Runs on", ", ".join(initiative.runs_on)),
    )
    return tuple((name, text) for name, text in pairs if text)


def _actions(actor: Actor, initiative: Initiative) -> tuple[Action, ...]:
    allowed = [(name, label) for name, label, permission in ACTIONS if may_write(actor, initiative, permission)]
    found = []
    for name, label in allowed:
        try:
            found.append(Action(label, reverse(name, args=[initiative.key])))
        except NoReverseMatch:
            continue
    return tuple(found)


def _figures(
    initiative: Initiative,
    snapshot: Snapshot,
    kpis: Sequence[KpiRow],
    events: Sequence[Event],
    formats: Formats,
    today: date,
    *,
    is_past: bool,
) -> Figures:
    named = figures_of(snapshot, formats)
    stored: Mapping[str, Any] = snapshot.figures
    roi = shown(stored["roi_forecast"], formats, signed=True)
    return Figures(
        sentence=sentences.of_initiative(
            stored, snapshot.verdict, snapshot.currency, initiative.horizon_months, formats
        ),
        status=status_of(snapshot.verdict),
        track=_track(roi, named["hurdle"].value, named["chance_clears_hurdle"], formats),
        evidence=tuple(Named(label, replace(named[name], grade=""), note) for name, label, note in EVIDENCE),
        to_date=(Named("Spent to date", named["cost_to_date"]), Named("Net to date", named["net_to_date"])),
        horizon=tuple(Named(label, named[name]) for name, label in HORIZON),
        bridge=bridge_of(snapshot, formats),
        added=added_of(snapshot, events, formats),
        dots=dots_of(snapshot, formats),
        benefits=benefit_table(snapshot.breakdowns, snapshot.currency, formats),
        costs=cost_table(snapshot.breakdowns, snapshot.currency, formats),
        risk=risk_of(snapshot.risk, formats),
        causes=reasons_of_all(
            initiative, snapshot, formats, snapshot.as_of_date if is_past else today, is_past=is_past
        ),
        course=course_of(initiative, snapshot.as_of_date if is_past else None, formats),
        signals=signals_of(snapshot.signals, formats, today),
        checklist=checklist_of(initiative.key, snapshot, kpis),
        left_out=_left_out(snapshot.flags),
    )


def _track(roi: Shown, hurdle: Decimal | None, chance: Shown, formats: Formats) -> Track | None:
    if not roi.is_known:
        return None
    is_certain = roi.low is not None and roi.low == roi.high
    caption = roi.range or ("Nothing uncertain is left." if is_certain else "No range yet: it needs the simulation.")
    if chance.is_known and not is_certain:
        caption = f"{caption}; {chance.text} chance of clearing the hurdle"
    return track("ROI forecast over the horizon", roi, formats, hurdle=hurdle, plan=None, caption=caption)


def _left_out(flags: Sequence[Mapping[str, Any]]) -> str:
    """What the figures leave out, in words."""
    words = {
        "NO_FORECAST": "{months} of the {of} months ahead have neither forecast nor plan, and count as nothing.",
        "AFTER_HORIZON": "{lines} lines after the end of the horizon are left out.",
    }
    return " ".join(words[flag["code"]].format(**flag) for flag in flags if flag["code"] in words)
