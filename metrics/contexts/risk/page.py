"""The risk page: where failure will come from, what hangs on it, and what moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.access import Actor, may
from accounts.choices import Permission
from accounts.models import BusinessUnit
from metrics.charts import Chart
from metrics.contexts.filters import Filters
from metrics.contexts.lists import day_and_cut
from metrics.contexts.past import Banner, PastTotalsShown, banner_of_totals
from metrics.contexts.risk.filters import parse
from metrics.contexts.risk.heat import HeatMap, Subject, heat_map_of
from metrics.contexts.risk.money import ByCause, by_cause_of, chance_chart_of, named_in, without_words
from metrics.contexts.risk.moved import MovedThisMonth, moved_of
from metrics.contexts.risk.words import (
    BASE_RATE_ONLY,
    REFERENCE_CLASS,
    STATUS_NAMES,
    STATUS_SHORT,
    STATUS_WORDS,
    counted,
    signal_label,
)
from metrics.contexts.sentences import Part
from metrics.core.risk.model import MODEL_VERSION
from metrics.inputs import Clock
from metrics.models import CurrentPortfolio, PortfolioSnapshot, RiskFit
from metrics.selectors import totals_at_risk, totals_lag
from portfolio.access import initiatives
from web.formats import Formats

KNOWS = "unknown"


@dataclass(frozen=True)
class SignalCount:
    """How many initiatives show a signal, and where they are listed."""

    label: str
    count: str
    url: str


@dataclass(frozen=True)
class Fact:
    """A headline figure."""

    label: str
    text: str
    note: str


@dataclass(frozen=True)
class Standing:
    """What the model may claim: its status in a word and a sentence."""

    name: str
    words: str
    why: str
    is_base_rate_only: bool


@dataclass(frozen=True)
class RiskPage:
    """The page; blocks are None or empty where there is nothing to show yet."""

    past: Banner
    today_url: str
    freshness: str
    waits: str
    sentence: tuple[Part, ...]
    standing: Standing
    facts: tuple[Fact, ...]
    heat: HeatMap | None
    ignored: str
    by_cause: ByCause | None
    without: str
    chart: Chart | None
    moved: MovedThisMonth | None
    signals: tuple[SignalCount, ...]
    has_initiatives: bool
    has_figures: bool
    is_before_production: bool
    may_create: bool


def build(
    actor: Actor, query: Mapping[str, str], formats: Formats, clock: Clock, past: PastTotalsShown | None = None
) -> RiskPage:
    """The page of a workspace, of now or of a past day; reads stored totals and never works anything out anew."""
    pointer = None if past else totals_at_risk(actor.workspace)
    totals = past.shown.totals if past else pointer.snapshot if pointer else None
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    filters = parse(query, {unit.pk: unit.name for unit in units})
    day, cut = day_and_cut(actor, clock, past)
    subject = Subject(actor.workspace, day, cut, totals if past else None)
    banner = banner_of_totals(past, formats)
    is_waiting = past is not None and totals is None
    heat = None if is_waiting else heat_map_of(subject, filters, units, formats)
    standing = _standing(actor, totals, past)
    return RiskPage(
        past=banner,
        today_url=reverse("risk") + filters.query(day="", page=1),
        freshness=_freshness(totals, formats),
        waits=_waits(0 if past else totals_lag(actor.workspace, totals)),
        standing=standing,
        heat=heat,
        ignored=", ".join(filters.ignored),
        has_initiatives=bool(past or (heat and heat.rows)) or initiatives(actor).exists(),
        has_figures=totals is not None and KNOWS in totals.risk,
        may_create=may(actor, Permission.WRITE_RECORDS) and past is None,
        **_blocks(subject, totals, pointer, standing, formats),
    )


def _blocks(
    subject: Subject,
    totals: PortfolioSnapshot | None,
    pointer: CurrentPortfolio | None,
    standing: Standing,
    formats: Formats,
) -> dict[str, Any]:
    """What needs totals that know of value at risk."""
    if totals is None or KNOWS not in totals.risk:
        nothing = {"by_cause": None, "without": "", "chart": None, "moved": None, "signals": (), "facts": ()}
        return {**nothing, "sentence": (Part("What is at risk is being worked out."),), "is_before_production": True}
    names = named_in(totals)
    return {
        "sentence": sentence_of_totals(totals, formats),
        "facts": _facts(totals, formats),
        "by_cause": by_cause_of(totals, names, formats, helps=not standing.is_base_rate_only),
        "without": without_words(totals.risk, names),
        "chart": chance_chart_of(subject, formats),
        "moved": moved_of(pointer.moved, formats) if pointer else None,
        "signals": _signals(totals, subject, formats),
        "is_before_production": bool(totals.risk["initiatives"]),
    }


def sentence_of_totals(totals: PortfolioSnapshot, formats: Formats) -> tuple[Part, ...]:
    """How many initiatives are likelier than not to be given up, and what hangs on them."""
    risk = totals.risk
    count, likelier = risk["initiatives"], risk["likelier"]
    if not count:
        return (Part("No initiative is before production, so none can still fail to reach it."),)
    first = f"{likelier:,} of {counted(count, 'initiative')}" if likelier else f"None of {counted(count, 'initiative')}"
    parts = [
        Part(first, "crit" if likelier else "good"),
        Part(f" before production {'is' if likelier <= 1 else 'are'} likelier than not to be given up"),
    ]
    hanging = Decimal(risk["hanging"])
    if hanging:
        amount = formats.money(hanging, totals.currency)
        return (*parts, Part("; "), Part(amount, "strong"), Part(" of benefit still to come hangs on them."))
    return (*parts, Part("; what hangs on them is not known." if likelier and risk["unknown"] else "."))


def _facts(totals: PortfolioSnapshot, formats: Formats) -> tuple[Fact, ...]:
    risk, currency = totals.risk, totals.currency
    count, unknown = risk["initiatives"], sum(risk["unknown"].values())
    known = count - unknown
    if not count:
        return ()
    without = f"{counted(unknown, 'initiative')} without forecast" if unknown else "all have a forecast"
    money = {name: formats.money(Decimal(risk[name]), currency) for name in ("value", "benefit")}
    benefit = Decimal(risk["benefit"])
    share = f"{formats.percent(Decimal(risk['value']) / benefit)} of what is still to come" if benefit else ""
    most = max(risk["signals"].items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return (
        Fact("Before production", f"{count:,}", f"causes scored on {risk['scored']:,}"),
        Fact("Benefit still to come", money["benefit"] if known else "Not known", without),
        Fact(
            "Value at risk",
            money["value"] if known else "Not known",
            share,
        ),
        Fact(
            "Signals from behaviour",
            f"{sum(risk['signals'].values()):,}",
            f"most: {signal_label(most[0]).lower()}, {most[1]:,}" if most[1] else "",
        ),
    )


def _standing(actor: Actor, totals: PortfolioSnapshot | None, past: PastTotalsShown | None) -> Standing:
    """What the model may claim by its newest fit, or by the newest of that day."""
    fits = RiskFit.objects.filter(workspace=actor.workspace, model_version=MODEL_VERSION)
    if past is not None:
        fits = fits.filter(through__lte=past.day)
    fit = fits.order_by("-pk").values("status", "record").first() or {"status": REFERENCE_CLASS, "record": {}}
    return standing_of(fit["status"], fit["record"].get("why", ""))


def standing_of(status: str, why: str = "") -> Standing:
    """A status in words."""
    known = status if status in STATUS_WORDS else REFERENCE_CLASS
    words = STATUS_SHORT if why and known == REFERENCE_CLASS else STATUS_WORDS[known]
    return Standing(STATUS_NAMES[known], words, why, known == BASE_RATE_ONLY)


def _signals(totals: PortfolioSnapshot, subject: Subject, formats: Formats) -> tuple[SignalCount, ...]:
    day = subject.day.isoformat() if subject.past else ""
    ordered = sorted(totals.risk["signals"].items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        SignalCount(
            label=signal_label(code),
            count=formats.number(count, digits=0),
            url=reverse("initiatives") + Filters(signal=code, day=day).query(),
        )
        for code, count in ordered
    )


def _freshness(totals: PortfolioSnapshot | None, formats: Formats) -> str:
    if totals is None:
        return "No figures yet"
    return f"Figures as of {formats.day(totals.as_of_date)}, worked out {formats.moment(totals.computed_at)}"


def _waits(lag: int) -> str:
    return f"totals lag by {counted(lag, 'change')}" if lag else ""
