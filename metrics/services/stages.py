"""What stands at each stage: worked out with the totals, so that a page only reads it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.risk.signals import SignalCode
from metrics.core.rollup.initiative import Part
from metrics.models import PortfolioSnapshot
from metrics.selectors import members_of
from portfolio.choices import STAGE_GROUPS


def stages_of(totals: PortfolioSnapshot, parts: Mapping[int, Part]) -> dict[str, Any]:
    """For each group of stages that holds any: how many, how many of them are stuck, the middle day since when they
    are in their stage, and what was spent on them; `lacking` counts those whose spend has no exchange rate.

    Args:
        parts: of the members of the totals, by initiative.
    """
    rows = list(members_of(totals).values_list("initiative_id", "stage", "stage_since"))
    groups = {
        name: [(parts[key], since) for key, stage, since in rows if stage in stages and key in parts]
        for name, stages in STAGE_GROUPS.items()
    }
    return {name: _group(found) for name, found in groups.items() if found}


def _group(found: Sequence[tuple[Part, date | None]]) -> dict[str, Any]:
    days = sorted(since for _, since in found if since is not None)
    spent = [part.money.months.columns["cost"] for part, _ in found if part.problem is None]
    return {
        "count": len(found),
        "stuck": sum(SignalCode.STUCK_STAGE in part.signals for part, _ in found),
        "since": days[len(days) // 2].isoformat() if days else None,
        "spent": str(sum((sum(column, Decimal(0)) for column in spent if column), Decimal(0))),
        "lacking": len(found) - len(spent),
    }
