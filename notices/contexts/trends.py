"""Net value by month, and who is furthest from plan."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Abs

from accounts.access import Actor
from metrics.charts import Chart, GapRow, MonthRow, currency_name, gap_chart, months_chart, months_of
from metrics.contexts.figures import shown
from metrics.models import CurrentSnapshot, PortfolioSnapshot
from portfolio.access import initiatives
from web.formats import Formats

GAPS = 12


def months_block(totals: PortfolioSnapshot, formats: Formats) -> Chart | None:
    """The fiscal year by month; None without any month."""
    first, last = totals.fiscal_year_from, totals.fiscal_year_to
    rows = [row for row in months_of(totals.months) if first <= row.month <= last]
    if not rows:
        return None
    subtitle = f"Proven and forecast benefit less cost, {currency_name(totals.currency, formats)}"
    return months_chart(rows, totals.currency, formats, title=_month_title(rows), subtitle=subtitle)


def _month_title(rows: Sequence[MonthRow]) -> str:
    """How the closed months compare with plan."""
    gaps = [row.net - row.plan for row in rows if row.is_actual and row.net is not None and row.plan is not None]
    below = sum(gap < 0 for gap in gaps)
    if not gaps:
        return "Net value by month"
    return f"{below} of {len(gaps)} closed months stayed below plan" if below else "Every closed month met its plan"


def gaps_block(actor: Actor, totals: PortfolioSnapshot, formats: Formats) -> Chart | None:
    """The initiatives furthest from their plan of the year; None where none has a plan."""
    rows = _furthest(actor)
    if not rows:
        return None
    whole = shown(totals.year["gap_to_plan"], formats)
    subtitle = f"Net value of the fiscal year, forecast less plan, {currency_name(totals.currency, formats)}"
    if whole.is_known:
        subtitle += f". All initiatives together {whole.text}"
    return gap_chart(rows, totals.currency, formats, title=_gap_title(rows, whole.value, formats), subtitle=subtitle)


def _furthest(actor: Actor) -> list[GapRow]:
    """Narrow columns are sorted first; a few more than shown, for those that are archived by now."""
    held = CurrentSnapshot.objects.filter(
        workspace=actor.workspace, year_net__isnull=False, year_plan_net__isnull=False
    )
    ids = held.order_by(Abs(F("year_net") - F("year_plan_net")).desc(), "pk").values_list("pk", flat=True)
    named = initiatives(actor).filter(pk__in=list(ids[: 2 * GAPS]))
    columns = named.values_list("name", "current__year_net", "current__year_plan_net")
    rows = [GapRow(name, net, plan) for name, net, plan in columns if net is not None and plan is not None]
    return sorted(rows, key=lambda row: abs(row.gap), reverse=True)[:GAPS]


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
