"""How likely one initiative is to clear its hurdle, and what that rests on, from its snapshot."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from metrics.models import Snapshot
from notices.rules.hurdle import Outlook, Swing
from notices.selectors.spending import column


def outlook_of(snapshot: Snapshot, currency: str) -> Outlook | None:
    """What R1 looks at; None where the chance is not known. `currency` is the workspace's."""
    figures = snapshot.figures
    chance, hurdle = _value(figures, "chance_clears_hurdle"), _value(figures, "hurdle")
    if chance is None or hurdle is None:
        return None
    ahead = column(snapshot.parts, "cost_ahead")
    return Outlook(
        chance=chance,
        hurdle=hurdle,
        currency=snapshot.currency,
        proven=_value(figures, "benefit_to_date"),
        claimed=_value(figures, "benefit_claimed"),
        drivers=tuple(
            Swing(row["driver"], Decimal(row["low"]), Decimal(row["high"]))
            for row in snapshot.outlook.get("sensitivity", ())
        ),
        spend_left=None if ahead is None else sum(ahead, Decimal(0)),
        spend_currency=currency,
    )


def _value(figures: Mapping[str, Any], name: str) -> Decimal | None:
    value = figures.get(name, {}).get("value")
    return None if value is None else Decimal(value)
