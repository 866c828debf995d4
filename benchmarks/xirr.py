"""How long all rates of return of an initiative take to find, beside pyxirr, which finds one.

Run: python benchmarks/xirr.py [--initiatives 2000] [--months 60]
Prints a table and one JSON document.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pyxirr

from metrics.core.cashflow.rates import Cash, internal_rates
from metrics.core.periods import add_months

Flows = list[Cash]


def made_up(count: int, months: int, seed: int = 1) -> list[Flows]:
    """Initiatives that spend each month and earn from the seventh on."""
    dice = random.Random(seed)  # noqa: S311
    first = date(2022, 1, 5)
    days = [(add_months(first, month), add_months(date(2022, 1, 28), month)) for month in range(months)]
    return [
        [
            flow
            for month, (paid, earned) in enumerate(days)
            for flow in (
                Cash(paid, Decimal(-dice.randint(500, 20_000))),
                Cash(earned, Decimal(dice.randint(0, 25_000) if month > 6 else 0)),
            )
        ]
        for _ in range(count)
    ]


def seconds(work: Callable[[Flows], object], portfolio: list[Flows]) -> float:
    """Time of `work` over all initiatives."""
    started = time.perf_counter()
    for flows in portfolio:
        work(flows)
    return time.perf_counter() - started


def one_rate(flows: Flows) -> float | None:
    """pyxirr's answer: one rate, also where several fit."""
    return pyxirr.xirr([flow.on for flow in flows], [float(flow.amount) for flow in flows], silent=True)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--initiatives", type=int, default=2000)
    parser.add_argument("--months", type=int, default=60)
    size = parser.parse_args()
    portfolio = made_up(size.initiatives, size.months)
    found = {"all rates (ours)": seconds(internal_rates, portfolio), "one rate (pyxirr)": seconds(one_rate, portfolio)}
    roots = Counter(len(internal_rates(flows)) for flows in portfolio)
    for name, taken in found.items():
        print(f"{name:20} {taken:7.2f} s  {taken / size.initiatives * 1000:6.3f} ms each")
    print(
        json.dumps({"initiatives": size.initiatives, "flows_each": size.months * 2, "seconds": found, "roots": roots})
    )


if __name__ == "__main__":
    main()
