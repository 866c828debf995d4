"""Net value by month, and who is furthest from plan."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Abs

from accounts.access import Actor
from metrics.charts import Chart, GapRow, MonthRow, currency_name, gap_chart, months_chart, months_of
from metrics.contexts.figures import shown
from metrics.contexts.words import CAUSE_WORDS
from metrics.inputs.moments import believed
from metrics.models import CurrentSnapshot, PortfolioSnapshot
from metrics.selectors import members_of
from portfolio.access import initiatives
from portfolio.choices import Cause
from portfolio.models import Assessment
from web.formats import Formats

GAPS = 12
OUTSIDE = "A range also counts delays, overruns and giving up that nobody recorded, so that a value may lie outside it"


def months_block(totals: PortfolioSnapshot, formats: Formats) -> Chart | None:
    """The fiscal year by month; None without any month."""
    first, last = totals.fiscal_year_from, totals.fiscal_year_to
    rows = [row for row in months_of(totals.months) if first <= row.month <= last]
    if not rows:
        return None
    subtitle = f"Proven and forecast benefit less cost, {currency_name(totals.currency, formats)}"
    if any(_is_outside(row) for row in rows):
        subtitle += f". {OUTSIDE}"
    return months_chart(rows, totals.currency, formats, title=_month_title(rows), subtitle=subtitle)


def _is_outside(row: MonthRow) -> bool:
    """Whether the value lies outside its range."""
    return row.net is not None and row.low is not None and row.high is not None and not row.low <= row.net <= row.high


def _month_title(rows: Sequence[MonthRow]) -> str:
    """How the closed months compare with plan."""
    gaps = [row.net - row.plan for row in rows if row.is_actual and row.net is not None and row.plan is not None]
    below = sum(gap < 0 for gap in gaps)
    if not gaps:
        return "Net value by month"
    return f"{below} of {len(gaps)} closed months stayed below plan" if below else "Every closed month met its plan"


def gaps_block(rows: Sequence[GapRow], totals: PortfolioSnapshot, formats: Formats) -> Chart | None:
    """The initiatives furthest from their plan of the year; None where none has a plan."""
    if not rows:
        return None
    whole = shown(totals.year["gap_to_plan"], formats)
    subtitle = f"Net value of the fiscal year, forecast less plan, {currency_name(totals.currency, formats)}"
    if whole.is_known:
        subtitle += f". All initiatives together {whole.text}"
    return gap_chart(rows, totals.currency, formats, title=_gap_title(rows, formats), subtitle=subtitle)


def furthest(actor: Actor) -> list[GapRow]:
    """The initiatives furthest from their plan of the year.

    Narrow columns are sorted first; a few more than shown, for those that are archived by now.
    """
    held = CurrentSnapshot.objects.filter(
        workspace=actor.workspace, year_net__isnull=False, year_plan_net__isnull=False
    )
    ids = held.order_by(Abs(F("year_net") - F("year_plan_net")).desc(), "pk").values_list("pk", flat=True)
    named = initiatives(actor).filter(pk__in=list(ids[: 2 * GAPS]))
    columns = named.values_list("pk", "name", "current__year_net", "current__year_plan_net")
    rows = [GapRow(pk, name, net, plan) for pk, name, net, plan in columns if net is not None and plan is not None]
    return sorted(rows, key=lambda row: abs(row.gap), reverse=True)[:GAPS]


def furthest_on(totals: PortfolioSnapshot) -> list[GapRow]:
    """The same for totals of a past day, from the snapshots that they are made of."""
    held = members_of(totals).filter(year_net__isnull=False, year_plan_net__isnull=False)
    rows = held.order_by(Abs(F("year_net") - F("year_plan_net")).desc(), "pk")
    columns = rows.values_list("initiative_id", "initiative__name", "year_net", "year_plan_net")
    return [
        GapRow(pk, name, net, plan) for pk, name, net, plan in columns[:GAPS] if net is not None and plan is not None
    ]


def _gap_title(rows: Sequence[GapRow], formats: Formats) -> str:
    """Who makes the shortfall, where there is one."""
    shortfalls = sorted(row.gap for row in rows if row.gap < 0)
    if not shortfalls:
        return "No initiative is behind its plan"
    top = sum(shortfalls[:3], Decimal(0))
    total = sum(shortfalls, Decimal(0))
    if len(shortfalls) <= 3:
        return f"{len(shortfalls)} initiative{'s are' if len(shortfalls) > 1 else ' is'} behind plan"
    return f"Three initiatives make {formats.percent(top / total)} of the shortfall"


@dataclass(frozen=True)
class CauseBar:
    """What one cause of failure costs, and which initiatives it is the main one of."""

    label: str
    amount: str
    width: str
    names: str


@dataclass(frozen=True)
class Causes:
    """The shortfall against plan by the main cause that the owners scored."""

    title: str
    subtitle: str
    bars: tuple[CauseBar, ...]


def causes_block(
    rows: Sequence[GapRow], main: Mapping[int, str], totals: PortfolioSnapshot, formats: Formats
) -> Causes | None:
    """The shortfalls of the initiatives furthest below plan, by main cause; None where none is behind."""
    behind = [row for row in rows if row.gap < 0]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    names: dict[str, list[str]] = defaultdict(list)
    for row in behind:
        cause = main.get(row.initiative_id, "")
        sums[cause] += -row.gap
        names[cause].append(row.name)
    if not any(sums):
        return None
    ordered = sorted(sums, key=lambda cause: (cause == "", -sums[cause]))
    longest, whole = max(sums.values()), formats.money(sum(sums.values(), Decimal(0)), totals.currency)
    return Causes(
        title=f"{_label(ordered[0])} costs the most",
        subtitle=f"{whole} of shortfall by main cause, as scored by the owners",
        bars=tuple(
            CauseBar(
                label=_label(cause),
                amount=formats.money(sums[cause], totals.currency),
                width=f"{sums[cause] / longest * 68:.1f}%",
                names=", ".join(names[cause]),
            )
            for cause in ordered
        ),
    )


def main_causes(rows: Sequence[GapRow], day: date, cut: datetime | None) -> dict[int, str]:
    """The worst-scored cause in the newest assessment up to a day of each initiative behind its plan, where any is
    scored as a problem; as known at `cut`, or now."""
    behind = [row.initiative_id for row in rows if row.gap < 0]
    held = believed(Assessment, cut, initiative__in=behind, on__lte=day)
    newest = held.order_by("initiative_id", "-on", "-pk").distinct("initiative_id")
    known: list[tuple[int, dict[str, str]]] = list(newest.values_list("initiative_id", "scores"))
    worst = {pk: max(scores.items(), key=lambda item: Decimal(str(item[1]))) for pk, scores in known if scores}
    return {pk: cause for pk, (cause, score) in worst.items() if Decimal(str(score)) > 0}


def _label(cause: str) -> str:
    return CAUSE_WORDS[Cause(cause)] if cause else "No cause scored"
