"""How the chances of failure moved since a month before: worked out with the totals, so that a page only reads it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.periods import add_months
from metrics.models import Kind, PortfolioSnapshot
from metrics.selectors import members_of

CHANCES = ("never_in_production", "abandoned_12m", "misses_roi")
COLUMNS = ("initiative_id", "pk", "stage", *CHANCES)
LEAST = Decimal("0.05")
KEPT = 12
Row = Mapping[str, Any]


def moved_since_last_month(totals: PortfolioSnapshot, as_of: date) -> dict[str, Any]:
    """What moved by at least five points, and what reached production or ended; empty without totals a month old.

    `moved` holds [initiative, snapshot then, snapshot now] of those that moved most, `settled` [initiative, stage] of
    those without chances of failure by now; `count` and `ended` say how many there are of each.
    """
    earlier = PortfolioSnapshot.objects.filter(
        workspace_id=totals.workspace_id, kind=Kind.CURRENT, as_of_date__lte=add_months(as_of, -1)
    )
    before = earlier.order_by("-as_of_date", "-pk").first()
    if before is None:
        return {}
    then = {row["initiative_id"]: row for row in members_of(before).values(*COLUMNS)}
    pairs = [(then[row["initiative_id"]], row) for row in _others(totals, before) if row["initiative_id"] in then]
    moved = sorted((-by, now["initiative_id"], was["pk"], now["pk"]) for was, now in pairs if (by := _by(was, now)))
    settled = [(now["initiative_id"], now["stage"]) for was, now in pairs if _is_settled(was, now)]
    return {
        "since": before.as_of_date.isoformat(),
        "count": len(moved),
        "moved": [list(row[1:]) for row in moved[:KEPT]],
        "ended": len(settled),
        "settled": [list(row) for row in settled[:KEPT]],
    }


def _others(totals: PortfolioSnapshot, before: PortfolioSnapshot) -> list[Row]:
    """The snapshots of now that were not members then."""
    fresh = members_of(totals).exclude(pk__in=members_of(before).values("pk"))
    return list(fresh.order_by("initiative_id").values(*COLUMNS))


def _by(was: Row, now: Row) -> Decimal:
    """By how much the chance that moved most did; zero below the limit."""
    steps = [abs(now[name] - was[name]) for name in CHANCES if was[name] is not None and now[name] is not None]
    most = max(steps, default=Decimal(0))
    return most if most >= LEAST else Decimal(0)


def _is_settled(was: Row, now: Row) -> bool:
    return was["never_in_production"] is not None and now["never_in_production"] is None
