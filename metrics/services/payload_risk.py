"""What stands to be lost, as the JSON of a snapshot and back."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from metrics.core.money import round_amount
from metrics.core.reasons import Reason
from metrics.core.rollup.at_risk import AtRisk, CauseAtRisk, TotalAtRisk

NAMED = 12
Json = dict[str, Any]


def at_risk_json(part: AtRisk | None) -> Json | None:
    """An initiative's part of the portfolio's value at risk, unrounded."""
    if part is None:
        return None
    return {
        "never": str(part.never),
        "benefit": None if part.benefit is None else str(part.benefit),
        "reason": part.reason and str(part.reason),
        "points": {cause: str(points) for cause, points in part.points.items()},
        "is_scored": part.is_scored,
    }


def at_risk_from(stored: Mapping[str, Any] | None) -> AtRisk | None:
    """The part that a snapshot holds."""
    if stored is None:
        return None
    return AtRisk(
        never=Decimal(stored["never"]),
        benefit=None if stored["benefit"] is None else Decimal(stored["benefit"]),
        reason=Reason(stored["reason"]) if stored["reason"] else None,
        points={cause: Decimal(points) for cause, points in stored["points"].items()},
        is_scored=stored["is_scored"],
    )


def total_at_risk_json(found: TotalAtRisk, signals: Mapping[str, int], currency: str) -> Json:
    """What all initiatives stand to lose, rounded for display.

    `without` names some of those whose benefit is not known, `unknown` counts all of them by reason.
    """
    return {
        "initiatives": found.initiatives,
        "scored": found.scored,
        "likelier": found.likelier,
        "hanging": _rounded(found.hanging, currency),
        "benefit": _rounded(found.benefit, currency),
        "value": _rounded(found.value, currency),
        "causes": [_cause(each, currency) for each in found.causes],
        "without": [[key, str(reason)] for key, reason in found.without[:NAMED]],
        "unknown": dict(sorted(Counter(str(reason) for _, reason in found.without).items())),
        "signals": dict(signals),
    }


def _cause(found: CauseAtRisk, currency: str) -> Json:
    return {
        "cause": found.cause,
        "value": _rounded(found.value, currency),
        "count": found.count,
        "initiatives": [[key, _rounded(value, currency)] for key, value in found.initiatives],
    }


def _rounded(value: Decimal, currency: str) -> str:
    return str(round_amount(value, currency))
