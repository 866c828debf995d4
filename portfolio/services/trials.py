"""An arm of a trial from its cases: what a yes-or-no outcome has for a mean and a standard deviation."""

from dataclasses import dataclass
from decimal import Decimal

DIGITS = Decimal("0.0000000001")
HALF = Decimal("0.5")


@dataclass(frozen=True)
class Arm:
    """Number of units, mean and standard deviation of the outcome over them."""

    count: int
    mean: Decimal
    deviation: Decimal


def arm_of_cases(*, cases: int, units: int, scale: Decimal = Decimal(1)) -> Arm:
    """The arm in which CASES of UNITS said yes.

    The deviation is that of a share with half a case added to each side, so that an arm with no case, or with nothing
    else, still has a spread.

    Args:
        scale: 1 for a share, 100 for a percentage.
    """
    kept = (cases + HALF) / (units + 1)
    deviation = (kept * (1 - kept)).sqrt()
    return Arm(units, (cases * scale / units).quantize(DIGITS), (deviation * scale).quantize(DIGITS))
