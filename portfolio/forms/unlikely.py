"""Questions about a reading that is far from what a KPI has been."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from web.formats import Formats

TIMES = 5
STEPS = 10
ENOUGH = 4
QUARTER = Decimal("0.25")


def surprise(value: Decimal, past: Sequence[Decimal], formats: Formats, unit: str = "") -> str | None:
    """A question about a value that is far from all past ones, or None where it is likely enough.

    Args:
        value: the new value.
        past: the last values, oldest first.
        formats: how the reader writes numbers.
        unit: what the KPI is counted in.
    """
    if not past:
        return None
    return (
        _other_sign(value, past, formats)
        or _other_size(value, past, formats)
        or _beyond_the_whole(value, past, unit)
        or _leap(value, past, formats)
    )


def _other_sign(value: Decimal, past: Sequence[Decimal], formats: Formats) -> str | None:
    if (all(one > 0 for one in past) and value < 0) or (all(one < 0 for one in past) and value > 0):
        return f"The last reading was {formats.number(past[-1], digits=10)}: is the sign right?"
    return None


def _other_size(value: Decimal, past: Sequence[Decimal], formats: Formats) -> str | None:
    """Five times more than the largest, or less than a fifth of the smallest."""
    last = past[-1]
    written = formats.number(last, digits=10)
    sizes = [abs(one) for one in past]
    if not min(sizes) or min(sizes) / TIMES < abs(value) < max(sizes) * TIMES:
        return None
    if abs(value) > abs(last):
        return f"{formats.number(value / last, digits=1)}× the last reading ({written}): right?"
    if not value:
        return f"The last reading was {written} and this one is zero: right?"
    return f"One {formats.number(last / value, digits=0)}th of the last reading ({written}): right?"


def _beyond_the_whole(value: Decimal, past: Sequence[Decimal], unit: str) -> str | None:
    if unit.strip() == "%" and value > 100 and max(past) <= 100:
        return "More than 100 %: right?"
    return None


def _leap(value: Decimal, past: Sequence[Decimal], formats: Formats) -> str | None:
    """Many times further from the last reading than any two readings were apart, and a quarter of it."""
    if len(past) < ENOUGH:
        return None
    largest = max(abs(later - earlier) for earlier, later in pairwise(past))
    step, last = abs(value - past[-1]), past[-1]
    if not largest or step <= STEPS * largest or step <= abs(last) * QUARTER:
        return None
    written, moved = formats.number(last, digits=10), formats.quantity(largest)
    return f"Between the last {len(past)} readings it never moved by more than {moved}, and was {written} last: right?"
