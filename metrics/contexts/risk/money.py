"""Value at risk by cause, and chance against value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.charts import Chart, WeighedRow, currency_name, weighed_chart
from metrics.contexts.risk.filters import HeatFilters
from metrics.contexts.risk.heat import Subject, snapshots_in_order, source_of
from metrics.contexts.risk.words import counted
from metrics.contexts.verdicts import status_of
from metrics.contexts.words import CAUSE_WORDS
from metrics.core.reasons import Reason, sentence
from metrics.core.rollup.at_risk import USUAL
from metrics.models import PortfolioSnapshot
from portfolio.choices import Cause
from portfolio.models import Initiative
from web.formats import Formats

LONGEST = Decimal(62)
DRAWN = 50
NAMED = 5
Stored = Mapping[str, Any]


@dataclass(frozen=True)
class CauseBar:
    """What one cause puts at risk, or takes off; `width` is an SVG percentage."""

    label: str
    amount: str
    width: str
    names: str
    tone: str


@dataclass(frozen=True)
class ByCause:
    """Value at risk dealt out to the causes; `without` names initiatives whose value is not known."""

    title: str
    subtitle: str
    usual: str
    usual_names: str
    added: str
    bars: tuple[CauseBar, ...]
    total: str
    without: str


def by_cause_of(
    totals: PortfolioSnapshot, names: Mapping[int, str], formats: Formats, *, helps: bool
) -> ByCause | None:
    """The bars, largest first after the usual rate; None where nothing is known to be at risk."""
    risk, currency = totals.risk, totals.currency
    if not risk["causes"]:
        return None
    usual = next(each for each in risk["causes"] if each["cause"] == USUAL)
    own = [each for each in risk["causes"] if each["cause"] != USUAL]
    longest = max((abs(Decimal(each["value"])) for each in own), default=Decimal(0)) or Decimal(1)
    total = formats.money(Decimal(risk["value"]), currency)
    return ByCause(
        title=_title(risk["causes"], total, currency, formats),
        subtitle="Chance of never reaching production × benefit still to come"
        + (", dealt out by the points of each cause" if helps else ""),
        usual=formats.money(Decimal(usual["value"]), currency),
        usual_names=_names(usual, names, currency, formats),
        added=formats.money(sum((Decimal(each["value"]) for each in own), Decimal(0)), currency, signed=True),
        bars=tuple(_bar(each, longest, names, currency, formats) for each in own),
        total=f"Together {total} of {formats.money(Decimal(risk['benefit']), currency)} still to come.",
        without=without_words(risk, names),
    )


def named_in(totals: PortfolioSnapshot) -> dict[int, str]:
    """The names of the initiatives that the bars and the list of those without a value speak of, in one query."""
    ids = {pk for each in totals.risk.get("causes", ()) for pk, _ in each["initiatives"]}
    ids |= {pk for pk, _ in totals.risk.get("without", ())[:NAMED]}
    rows = Initiative.objects.filter(workspace_id=totals.workspace_id, pk__in=ids)
    return dict(rows.values_list("pk", "name"))


def without_words(risk: Stored, names: Mapping[int, str]) -> str:
    """Who has no value at risk, how many, and why; empty where all have one."""
    count = sum(risk["unknown"].values())
    if not count:
        return ""
    known = [names[pk] for pk, _ in risk["without"][:NAMED] if pk in names]
    more = count - len(known)
    said = ", ".join(known) + (f" and {more:,} more" if known and more else "")
    why = sentence(Reason(next(iter(risk["unknown"])))) if len(risk["unknown"]) == 1 else ""
    return f"Not in it: {counted(count, 'initiative')} ({said}). {why}".strip()


def chance_chart_of(subject: Subject, formats: Formats) -> Chart | None:
    """The initiatives with most at risk by chance and benefit; None where no benefit is known. Two queries."""
    source = source_of(subject, HeatFilters(), [])
    snapshots = [row for row in snapshots_in_order(source.ids(0, DRAWN)) if row.value_at_risk is not None]
    rows = [
        WeighedRow(
            name=row.initiative.name,
            chance=row.abandoned_12m,
            benefit=row.benefit_ahead,
            spend=row.spend_ahead,
            at_risk=row.value_at_risk,
            tone=status_of(row.verdict).tone,
            status=status_of(row.verdict).word,
        )
        for row in snapshots
        if row.abandoned_12m is not None and row.benefit_ahead is not None
    ]
    if not rows:
        return None
    currency = subject.workspace.currency
    return weighed_chart(
        rows,
        currency,
        formats,
        title=_chart_title(rows, formats),
        subtitle=f"Chance of being given up within 12 months against benefit still to come, "
        f"{currency_name(currency, formats)}. Area: spend still to come.",
    )


def _chart_title(rows: Sequence[WeighedRow], formats: Formats) -> str:
    """How much of the value at risk the three largest hold."""
    values = sorted((row.at_risk or Decimal(0) for row in rows), reverse=True)
    total = sum(values)
    if len(rows) <= 3 or not total:
        return "Chance against value"
    return f"Three initiatives hold {formats.percent(sum(values[:3]) / total)} of what is at risk here"


def _title(causes: Iterable[Stored], total: str, currency: str, formats: Formats) -> str:
    worst = max(
        (each for each in causes if each["cause"] != USUAL), key=lambda each: Decimal(each["value"]), default=None
    )
    if worst is None or Decimal(worst["value"]) <= 0:
        return f"{total} at risk, all of it the usual failure rate"
    amount = formats.money(Decimal(worst["value"]), currency)
    return f"{total} at risk; {CAUSE_WORDS[Cause(worst['cause'])].lower()} adds most, {amount}"


def _bar(stored: Stored, longest: Decimal, names: Mapping[int, str], currency: str, formats: Formats) -> CauseBar:
    value = Decimal(stored["value"])
    return CauseBar(
        label=CAUSE_WORDS[Cause(stored["cause"])],
        amount=formats.money(value, currency, signed=True),
        width=f"{abs(value) / longest * LONGEST:.1f}%",
        names=_names(stored, names, currency, formats),
        tone="good" if value < 0 else "crit",
    )


def _names(stored: Stored, names: Mapping[int, str], currency: str, formats: Formats) -> str:
    known = [(names[pk], Decimal(value)) for pk, value in stored["initiatives"] if pk in names]
    more = stored["count"] - len(known)
    said = ", ".join(f"{name} {formats.money(value, currency)}" for name, value in known)
    return said + (f" and {more:,} more" if more else "")
