"""How fast the core is, each part against a peer in the same run, on one BLAS thread.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/engine.py
statsmodels is a peer where it is installed, else it is left out. Prints a table and one JSON document.
"""

import importlib
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyxirr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from metrics.core.attribution.engine.series import Panel, interrupted
from metrics.core.cashflow.rates import Cash, internal_rates_of_all
from metrics.core.uncertainty.points import POINTS
from metrics.core.uncertainty.simulation import Case, simulate

FLOWS, MONTHS, WEEKS, START = 60, 36, 156, 104
FEW = 10
RNG = np.random.default_rng(5)


def seconds(work: Callable[[], object]) -> float:
    """The best of three runs."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def rates(count: int) -> dict[str, Any]:
    """Every rate of return of flows, against pyxirr, which returns one root and does not count them."""
    days = [date(2022, 1, 31) + timedelta(days=30 * place) for place in range(FLOWS)]
    tables = np.round(RNG.normal(np.linspace(-60, 60, FLOWS), 60, (count, FLOWS)), 2)
    flows = [
        [Cash(day, Decimal(str(amount))) for day, amount in zip(days, row, strict=True)] for row in tables.tolist()
    ]
    ours = seconds(lambda: internal_rates_of_all(flows))
    theirs = seconds(lambda: [pyxirr.xirr(days, row, silent=True) for row in tables.tolist()])
    return {"what": f"XIRR, {count} x {FLOWS} flows", "ours": ours, "peer": theirs, "name": "pyxirr, one root"}


def ranges(count: int) -> dict[str, Any]:
    """Simulated outcomes, against the plain table of draws by months."""
    even = np.ones(MONTHS)
    case = Case(
        cost=100.0, certain_benefit=20.0, cost_valued=100.0, benefit_valued=20.0, costs=even * 5,
        benefits=even * 15, discounts=1.08 ** -(np.arange(MONTHS) / 12), given_up=1 - 0.98 ** np.arange(1, MONTHS + 1),
        spread=0.59, may_be_late=True, begins=0, in_year=even, year_to_date=0.0,
    )  # fmt: skip
    ours = seconds(lambda: [simulate(case) for _ in range(count)])
    theirs = seconds(lambda: [by_months() for _ in range(count)])
    return {"what": f"ranges, {count} initiatives x {POINTS}", "ours": ours, "peer": theirs, "name": "draws x months"}


def by_months() -> Any:
    """The same in its plain form: every month of every draw."""
    months = np.arange(MONTHS)
    late = RNG.integers(0, 8, (POINTS, 1))
    end = RNG.geometric(0.02, (POINTS, 1))
    earned = 15 * RNG.lognormal(0, 0.59, (POINTS, 1)) * (months >= late) * (months < end)
    spent = 5 * RNG.lognormal(0.05, 0.2, (POINTS, 1)) * (months < end)
    return ((earned - spent) * 1.08 ** -(months / 12)).sum(axis=1)


def effects(count: int) -> list[dict[str, Any]]:
    """Interrupted series, against two models of statsmodels on a few series, scaled up."""
    times = np.arange(WEEKS, dtype=float)
    outcomes = RNG.normal(size=(count, WEEKS)).cumsum(axis=1) * 0.3 + RNG.normal(size=(count, WEEKS))
    control = RNG.normal(size=(count, WEEKS, 1))
    dose = np.broadcast_to((times >= START).astype(float)[:, None], (count, WEEKS, 1))
    panel = Panel(times, outcomes, dose, control, 52.18)
    ours = seconds(lambda: interrupted(panel))
    what = f"{count} series of {WEEKS} weeks"
    if importlib.util.find_spec("statsmodels") is None:
        return [{"what": what, "ours": ours, "peer": None, "name": "statsmodels is not installed"}]
    models = importlib.import_module("statsmodels.api")
    columns = [np.column_stack([np.ones(WEEKS), dose[0, :, 0], times, control[row, :, 0]]) for row in range(FEW)]
    local = seconds(
        lambda: [
            models.tsa.UnobservedComponents(outcomes[row], "local level", exog=columns[row][:, 1:]).fit(disp=False)
            for row in range(FEW)
        ]
    )
    robust = seconds(
        lambda: [
            models.OLS(outcomes[row], columns[row]).fit(cov_type="HAC", cov_kwds={"maxlags": 8}) for row in range(FEW)
        ]
    )
    return [
        {"what": what, "ours": ours, "peer": local / FEW * count, "name": f"UnobservedComponents, {FEW} scaled up"},
        {"what": what, "ours": ours, "peer": robust / FEW * count, "name": f"OLS-HAC, {FEW} scaled up"},
    ]


def main() -> None:
    """Prints the table and the JSON."""
    rows = [rates(10_000), ranges(1000), *effects(1000)]
    for row in rows:
        ratio = f"{row['peer'] / row['ours']:8.2f}" if row["peer"] else "       –"
        peer = row["peer"] or 0
        print(f"{row['what']:38} ours {row['ours']:8.3f} s   peer {peer:8.3f} s   ratio {ratio}   {row['name']}")
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
