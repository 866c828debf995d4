"""How fast the core is, each part against a peer in the same run, on one BLAS thread.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/engine.py
statsmodels and scikit-learn are peers where they are installed, else they are left out. Prints a table and one JSON
document.
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
from metrics.core.risk.fitting import default_fit
from metrics.core.risk.forecasting import Case as RiskCase
from metrics.core.risk.forecasting import forecast
from metrics.core.risk.hazards import levels
from metrics.core.risk.logistic import Outcomes, Prior, posterior_of
from metrics.core.risk.states import STATES
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


def risk_fits(rows: int, factors: int, units: int) -> list[dict[str, Any]]:
    """The fit of one hazard, alone and with an effect of each business unit, against maximum likelihood."""
    design = np.column_stack([np.ones(rows), RNG.normal(size=(rows, factors - 1))])
    happened = RNG.random(rows) < 1 / (1 + np.exp(3.0 - design[:, 1:4].sum(axis=1) * 0.4))
    prior = Prior(np.zeros(factors), np.eye(factors))
    places = RNG.integers(0, units, rows)
    plain = seconds(lambda: posterior_of(Outcomes(design, happened), prior))
    grouped = seconds(lambda: posterior_of(Outcomes(design, happened, places, units), prior))
    what = f"risk fit, {rows} months x {factors}"
    peers = peers_of_risk_fits(design, happened)
    alone = [{"what": what, "ours": plain, "peer": taken, "name": name} for name, taken in peers.items()]
    return [*alone, {"what": f"{what}, {units} units", "ours": grouped, "peer": plain, "name": "ours without units"}]


def peers_of_risk_fits(design: Any, happened: Any) -> dict[str, float]:
    """Seconds of the peers that are installed."""
    found: dict[str, float] = {}
    if importlib.util.find_spec("sklearn") is not None:
        linear = importlib.import_module("sklearn.linear_model")
        for solver in ("lbfgs", "newton-cholesky"):
            model = linear.LogisticRegression(solver=solver)
            found[f"scikit-learn {solver}"] = seconds(lambda model=model: model.fit(design[:, 1:], happened))
    if importlib.util.find_spec("statsmodels") is not None:
        models = importlib.import_module("statsmodels.api")
        found["statsmodels Logit"] = seconds(lambda: models.Logit(happened, design).fit(disp=False))
        binomial = models.families.Binomial()
        found["statsmodels GLM"] = seconds(lambda: models.GLM(happened, design, family=binomial).fit())
    return found


def risk_forecasts(count: int, months: int) -> dict[str, Any]:
    """Chances with ranges of many initiatives, against a plain loop over months that gives no range."""
    fit = default_fit()
    cases = [
        RiskCase(STATES[state], int(spent), {})
        for state, spent in zip(RNG.integers(0, 3, count), RNG.integers(0, 30, count), strict=True)
    ]
    ours = seconds(lambda: forecast(fit, cases, months))
    hazards = [levels(fit.pool)[state] for state in STATES]
    theirs = seconds(lambda: [month_by_month(hazards, STATES.index(case.state), months) for case in cases])
    what = f"risk forecast, {count} x {months} months"
    return {"what": what, "ours": ours, "peer": theirs, "name": "plain loop, no range (ours: 13 points)"}


def month_by_month(hazards: Any, state: int, months: int) -> float:
    """The share given up, one month after another."""
    shares = [1.0 if place == state else 0.0 for place in range(len(hazards))]
    lost = 0.0
    for _ in range(months):
        moved = 0.0
        for place, hazard in enumerate(hazards):
            lost += shares[place] * hazard.abandon
            onward = shares[place] * hazard.advance
            shares[place] += moved - onward - shares[place] * hazard.abandon
            moved = onward
    return lost


def main() -> None:
    """Prints the table and the JSON."""
    rows = [rates(10_000), ranges(1000), *effects(1000), *risk_fits(5000, 15, 30), risk_forecasts(10_000, 24)]
    for row in rows:
        ratio = f"{row['peer'] / row['ours']:8.2f}" if row["peer"] else "       –"
        peer = row["peer"] or 0
        print(f"{row['what']:38} ours {row['ours']:9.4f} s   peer {peer:9.4f} s   ratio {ratio}   {row['name']}")
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
